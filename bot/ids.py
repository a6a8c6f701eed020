"""Every command, callback, block and action id, written once. Posted buttons keep them alive: never rename one."""

from enum import StrEnum


class Command(StrEnum):
    TASK = "/task"
    TEAM = "/team"


class Shortcut(StrEnum):
    NEW_TASK = "new_task"
    CREATE_TASK = "create_task"
    """On a message: makes a task from it."""


class Callback(StrEnum):
    """Modals."""

    NEW_TASK = "new_task"
    EDIT_TASK = "edit_task"
    COMMENT = "comment"
    SETTINGS = "settings"


class Field(StrEnum):
    """Input blocks; where an input feeds a model's field, its block bears that field's name."""

    TITLE = "title"
    DESCRIPTION = "description"
    ASSIGNED_TO = "assigned_to"
    DEADLINE = "deadline"
    PRIORITY = "priority"
    LABELS = "labels"
    COMMENT = "comment"
    CHOICE = "choice"
    """Whose change goes before, where two people changed the same."""
    CHOICES = "choices"
    """The kinds of news that come as Slack messages."""
    EMAILS = "emails"
    PACE = "digest"
    REMINDER_HOUR = "reminder_hour"
    QUIET_FROM = "quiet_from"
    QUIET_UNTIL = "quiet_until"
    DAYS_BEFORE = "days_before"
    WORKING_DAYS = "working_days"
    WEEKLY_DIGEST = "weekly_digest"
    SAID = "said"
    """No input: what a form says of a button that was pressed in it."""


class Action(StrEnum):
    TASK_START = "task_start"
    TASK_DONE = "task_done"
    TASK_REOPEN = "task_reopen"
    TASK_EDIT = "task_edit"
    TASK_COMMENT = "task_comment"
    TASK_UNDO = "task_undo"
    TASK_MENU = "task_menu"
    """The menu of a row or card; each choice is a command as it could be typed."""
    TASK_NEW = "task_new"
    SHARE = "share"
    LIST_PREVIOUS = "list_previous"
    LIST_NEXT = "list_next"
    HOME_PREVIOUS = "home_previous"
    HOME_NEXT = "home_next"
    LINK = "link"
    LINK_START = "link_start"
    LINK_APPROVE = "link_approve"
    LINK_DENY = "link_deny"
    LINK_DISPUTE = "link_dispute"
    MAIL_LIFT = "mail_lift"
    RUN_TYPED = "run_typed"
    DUE_DONE = "due_done"
    DUE_SNOOZE = "due_snooze"
    DUE_SNOOZE_UNTIL = "due_snooze_until"
    SETTINGS = "settings"
    SETTINGS_TEST = "settings_test"
    SETTINGS_RESET = "settings_reset"
    INPUT = "input"
    """The element of an input block: the block's own id tells which."""
    PICK_PERSON = "pick_person"
