"""Every command, callback, block and action id, written once. Posted buttons keep them alive: never rename one."""

from enum import StrEnum


class Command(StrEnum):
    TASK = "/task"


class Shortcut(StrEnum):
    NEW_TASK = "new_task"


class Callback(StrEnum):
    """Modals."""

    NEW_TASK = "new_task"


class Field(StrEnum):
    """Input blocks; where an input feeds a model's field, its block bears that field's name."""

    TITLE = "title"
    DESCRIPTION = "description"
    ASSIGNED_TO = "assigned_to"
    DEADLINE = "deadline"
    PRIORITY = "priority"


class Action(StrEnum):
    TASK_START = "task_start"
    TASK_DONE = "task_done"
    TASK_NEW = "task_new"
    LINK = "link"
    LINK_START = "link_start"
    LINK_APPROVE = "link_approve"
    LINK_DENY = "link_deny"
    LINK_DISPUTE = "link_dispute"
    RUN_TYPED = "run_typed"
    INPUT = "input"
    """The element of an input block: the block's own id tells which."""
    PICK_PERSON = "pick_person"
