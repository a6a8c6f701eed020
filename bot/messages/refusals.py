"""What is said where something is refused, whoever says it: a door at once, or a message about what went on alone."""

from string import Formatter
from typing import Any, Final

from bot.messages.text import escape
from core.errors import (
    ConflictError,
    DependencyError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    Problem,
)
from core.links.model import LinkRefusedError, Refusal
from core.people.orders import MemberRefusal, MemberRefusedError

_FORBIDDEN = {
    "sign_in": "Your team account is switched off, so I can't do that. Ask an admin to switch it on again.",
    "slack.guest": "Your Slack user is a guest here, and this team keeps me to full members. Ask an admin about it.",
    "slack.bot": "I only work for people.",
    "slack.stranger": "I only work for this workspace's own people.",
    "slack.deactivated": "Your Slack user was deactivated, so I can't act for it.",
    "mail.lift": "Only admins let an address get emails again. Ask one of them.",
    "link.decide": "Only admins decide about links. Ask one of them.",
    "reminder.snooze": "Reminders are of your own tasks, and that one is not yours. `/task` shows yours.",
    "settings.weekly_digest": "Only admins get the team's weekly digest. Untick it to save the rest.",
    "people.manage": "Only admins change the team. Ask one of them.",
    "settings.change": "Only admins change the workspace's settings. Ask one of them.",
    "team.audit": "Only admins see who did what. `/task history T-42` shows you what happened to a task.",
    "team.stats": (
        "Only admins get `/team stats`. `/task stats` shows you how much is open and for whom, `/team` how much each "
        "person has."
    ),
    "task.create_for_others": "Only admins hand out tasks. Leave out the name to add it to your own list.",
    "task.comment": "Only the owner, the person who created it, or an admin can comment on it. Ask one of them.",
    "task.edit": "Only admins change this task; others change what they added for themselves. Ask an admin.",
    "task.delete": "Only admins delete this task; others delete what they added for themselves. Ask an admin.",
    "task.assign": "Only admins hand out tasks. You can hand yours back: `/task assign T-42 back`.",
    "task.hand_back": "Nobody else gave you this task, so it can't go back. Ask an admin to give it to somebody.",
    "task.undo": "Only the person who did that can undo it.",
    "task.change_status": "Only the owner, the person who created it, or an admin can do that. Ask one of them.",
}

_INVALID = {
    ("title", "missing"): "The task needs a title. Type for example `/task new Fix login by fri 5pm`.",
    ("title", "string_too_long"): "That title has {actual_length} characters. Keep it to {max_length}.",
    ("labels", "string_too_long"): "A label has at most {max_length} characters. Choose a shorter word.",
    ("labels", "too_many"): "A task has at most {limit} labels. Leave some out.",
    ("priority", "not_understood"): "There is no priority “{text}”. Did you mean `!{meant}`?",
    ("priority", "several"): "A task has one priority: `!low`, `!high` or `!urgent`. Choose one.",
    ("comment", "missing"): "What do you want to say? Type for example `/task comment T-42 I am on it`.",
    ("comment", "string_too_short"): "What do you want to say? A comment needs at least one word.",
    ("comment", "string_too_long"): "That comment is too long. Keep it to {max_length} characters.",
    ("comment", "only_files"): "I keep words only. Write what you want to say about it.",
    ("words", "missing"): "What are you looking for? Type for example `/task find login`.",
    ("words", "too_short"): "Type at least one word with {shortest} letters or more.",
    ("list", "not_understood"): "I can't make a list of “{text}”. Try `/task list team overdue`.",
    ("list", "nearly_understood"): "I can't make a list of “{text}”. Did you mean “{meant}”?",
    ("list", "several_people"): "A list is of one person. Name one.",
    ("list", "two_lists"): "“{first}” and “{second}” are two lists. Ask for one at a time.",
    ("list", "by_priority"): (
        "I can't make a list of “!{text}”: lists are of people, dates, statuses and labels. Try `/task list team #web`."
    ),
    ("note", "without_dashes"): (
        "Put `--` before the note, for example `/task {verb} {task_id} -- a few words`. Nothing is changed yet."
    ),
    ("cursor", "not_understood"): "That page is from an older list. Ask for the list again to see it anew.",
    ("undo", "too_late"): "That was more than ten minutes ago. Change it with the buttons of `/task show` instead.",
    ("assigned_to", "missing"): "Who? Type for example `/task assign T-42 @ana`, `nobody` or `back`.",
    ("assigned_to", "alone"): (
        "I read a number and one person there, and nothing else. To say something about it, type "
        "`/task comment {task_id} …`. Nothing is changed yet."
    ),
    ("assigned_to", "unknown_name"): "I don't know who @{name} is. Pick the name from Slack's list, or use an email.",
    ("deadline", "missing"): "When? Type for example `/task due T-42 tomorrow 9am`, or `none`.",
    ("deadline", "ambiguous_time"): (
        "“{phrase}” can be two times. Say which: `fri 9am`, `fri 17:00`, or `in 2 hours`."
    ),
    ("deadline", "ambiguous_midnight"): (
        "“{phrase}” can be when that day begins or when it ends. Type the day alone for its end, for example `fri`, or "
        "`fri 0:00` for its beginning."
    ),
    ("deadline", "several"): (
        "“{first}” and “{second}” are two deadlines. Leave one out. "
        'If one belongs to the title, put the title in quotes: `/task new "Stand by me" by fri`.'
    ),
    ("deadline", "no_such_day"): "The calendar has no “{phrase}”. Check the day and the month.",
    ("description", "string_too_long"): "That description is too long. Keep it to {max_length} characters.",
    ("deadline", "in_past"): "That moment has passed. Type a later one, for example `tomorrow 9am`.",
    ("deadline", "not_understood"): (
        "I can't read “{phrase}” as a date. Dates look like `fri 5pm`, `tomorrow`, `24 dec` or `2026-12-24`."
    ),
    ("deadline", "ambiguous"): "“{phrase}” can be two dates. Name the month: `2 jan`; or start with the year.",
    ("assigned_to", "several_people"): "A task has one owner. Name one, or choose several in the form: `/task new`.",
    ("assigned_to", "not_linked"): "That person has no team account linked yet. Use their work email instead of @name.",
    (
        "assigned_to",
        "unknown_person",
    ): "Nobody in the team has the address {email}. Check it, or ask an admin to add them.",
    (
        "assigned_to",
        "inactive_person",
    ): "{name} is not active in the team, so I can't give them a task. Choose somebody else.",
    ("assigned_to", "nobody_too"): "Choose people, or nobody alone.",
    ("assigned_to", "too_many"): "These are {count} people. Choose {limit} at most.",
    ("snooze", "in_past"): "Choose a day after today.",
    ("snooze", "closed"): "That task is closed already, so there is nothing to remind you of.",
    ("choices", "assigned_needs_a_way"): "New tasks must reach you somehow: tick them here or at the emails.",
    ("quiet_until", "quiet_needs_both"): "Choose when quiet hours begin and when they end, or none for both.",
    ("quiet_until", "quiet_all_day"): "That would be the whole day. Choose another hour.",
    ("reminder_hour", "reminder_in_quiet"): "That lies in your quiet hours. Choose an hour outside them.",
    ("working_days", "no_working_day"): "Choose at least one day.",
    ("team", "not_understood"): "That window is from an older version of me. Close it and type `/team`.",
    ("email", "string_pattern_mismatch"): "That is no email address. It looks like ana@example.com.",
    ("email", "string_too_long"): "That address is too long. Keep it to {max_length} characters.",
    ("email", "not_understood"): "Cognito does not take that as an email address. Check it for a typing mistake.",
    ("given_name", "string_too_short"): "Write at least one letter.",
    ("given_name", "string_too_long"): "That name is too long. Keep it to {max_length} characters.",
    ("family_name", "string_too_long"): "That name is too long. Keep it to {max_length} characters.",
    ("groups", "groups"): "Choose at least one: a team member, an admin, or both.",
    ("member", "unknown_name"): "I don't know who @{name} is. Pick the name from Slack's list, or use an email.",
    ("member", "not_understood"): "“{text}” is nobody I can add. Type `/team add @ana` or `/team add ana@example.com`.",
    ("member", "several_people"): "I add one person at a time. Type `/team add` for each.",
    ("audit", "not_understood"): "I can't look up “{text}”. Type for example `/team audit @ana since monday`.",
    ("since", "not_understood"): (
        "I can't read “{phrase}” as a day. Type for example `since monday`, `since 3 weeks ago` or `since 2026-11-01`."
    ),
    ("since", "in_future"): "“{phrase}” has not come yet. Type a day that has passed.",
    ("business_days", "too_short"): "Choose at least one day.",
    (
        "link_requests_to",
        "not_admin",
    ): "Somebody you chose is no admin any more. Open the settings again.",
    ("since", "missing"): "Since when? Type for example `/team audit since monday`.",
    ("tasks", "missing"): "Tick at least one task.",
    ("tasks", "too_many"): "These are {count} tasks. Tick {limit} at most.",
    ("task_id", "missing"): "Which task? Type its number, for example `{example}`.",
    ("task_id", "not_understood"): "Which task? “{text}” is not one. Type its number, for example `{example}`.",
    ("task_id", "several"): (
        "One task at a time: `/task {verb} {task_id}`, then the others. If the rest is a note, put `--` before it. "
        "Nothing is changed yet."
    ),
    ("task_id", "several_alone"): "One task at a time: `/task {verb} {task_id}`, then the others.",
    ("task_id", "several_in_form"): (
        "One task at a time. To change many, press *Select several* below a list, for example that of `/task list`. "
        "Nothing is changed yet."
    ),
    ("task_id", "alone"): "Only a number follows `{verb}`: `/task {verb} {task_id}`.",
    ("task_id", "in_form"): "You change that in a form: `/task edit {task_id}` opens it.",
    ("task_id", "before_verb"): "The number comes second: `/task {verb} {task_id}`.",
}


IN_QUOTES: Final = 'If it belongs to the title, put the title in quotes: `/task new "Stand by me"`.'

_INVALID_IN_FORM = {
    ("title", "missing"): "The task needs a title.",
    ("deadline", "in_past"): "That moment has passed. Pick a later date or time.",
    ("labels", "too_many"): "A task has at most {limit} labels, and these are {count}. Take some out.",
    ("assigned_to", "unknown_person"): "That person is not in the team any more. Choose somebody else.",
    ("comment", "string_too_short"): "Write at least one word.",
    ("assigned_to", "missing"): "Choose somebody.",
    ("deadline", "missing"): "Pick a date and time.",
}
"""What is said below a field of a form, where nobody types a command."""

_QUOTED = 200
"""How much of what somebody typed is repeated to them: a section takes 3,000 characters."""
_UNUSABLE = "What stands in {field} can't be used. Change it and try again."
_REFUSED = {
    Refusal.OUTSIDER: (
        "Only full members of the workspace can be linked to a team account: no guests, no bots, nobody from another "
        "workspace. If you should be one, ask whoever runs your Slack workspace."
    ),
    Refusal.ALREADY_LINKED: (
        "They can't be linked: one of the two is linked already. Whoever has the old link can take it away with "
        "`/task unlink`; then decide again."
    ),
    Refusal.NOT_IN_TEAM: "That team account is switched off or not in the team, so I can't link it. You can deny it.",
}


_MEMBER_REFUSED = {
    MemberRefusal.LAST_ADMIN: "They are the last active admin. Make somebody else an admin first.",
    MemberRefusal.UNDER_WAY: "Another change of this person is not finished yet. Try again in a minute.",
    MemberRefusal.ALREADY_MEMBER: "They are in the team already. Look in `/team`; an invitation can be resent there.",
    MemberRefusal.HAS_SIGNED_IN: "They have signed in and chosen a password of their own. You can reset that.",
    MemberRefusal.DISABLED: "They are disabled and need no password. Enable them first.",
    MemberRefusal.REMOVED: "They were removed from the team. Add them again if they are back.",
    MemberRefusal.NO_HEIR: "Somebody you named can't be given tasks. Choose others, or leave the tasks to nobody.",
}
_GONE: Final = "Cognito has no such user any more. You can only remove them, in `/team`."


def refusal_words(error: Exception) -> str | None:
    """Say in mrkdwn what went wrong and what to do next; None where it is nobody's refusal."""
    match error:
        case InvalidInputError():
            return " ".join(map(sentence_for_problem, error.problems))
        case NotFoundError(kind="deleted task"):
            return f"{error.key} was deleted. Its history is still there: `/task history {error.key}`."
        case NotFoundError(kind="task"):
            return f"There is no task {error.key}. Type `/task` to see yours, or `/task find` and words of it."
        case NotFoundError(kind="link request"):
            return "That request is gone: a newer one has taken its place. Look for its message here."
        case LinkRefusedError():
            return _REFUSED[error.reason]
        case MemberRefusedError():
            return _MEMBER_REFUSED[error.reason]
        case NotFoundError(kind="person"):
            return "I know nobody of that name or address. Look them up in `/team`."
        case NotFoundError(kind="job"):
            return "That is done and forgotten. Look at the people and tasks themselves."
        case ForbiddenError():
            return _FORBIDDEN.get(error.action, "You may not do that. Ask an admin.")
        case ConflictError(key="preferences"):
            return "Your settings were changed elsewhere meanwhile, so I kept those. Open them again to see."
        case ConflictError(is_stale=True):
            return f"{error.key} was changed since, so I left it as it is. Look at it with `/task show {error.key}`."
        case ConflictError():
            return "Somebody is changing this task right now. Wait a moment and try again."
        case DependencyError(uncertain=True):
            return "I can't tell whether that was done. Type `/task` to look before you try again."
        case DependencyError(retryable=True):
            return "I can't reach my records at the moment, so nothing was changed. Try again in a minute."
    return None


def change_refusal_words(error: Exception) -> str | None:
    """Say the same of a change of somebody in the directory."""
    return _GONE if isinstance(error, NotFoundError) else refusal_words(error)


def sentence_for_problem(problem: Problem) -> str:
    """Say in mrkdwn what is wrong with one field and what to put there."""
    return _sentence(problem).format_map(
        {"field": _field(problem)} | {name: escape(_shortened(value)) for name, value in problem.details.items()}
    )


def is_about_title(error: Exception) -> bool:
    """Whether what was refused of a new task may be meant as words of its title."""
    match error:
        case InvalidInputError():
            return any(_field(each) in {"deadline", "assigned_to"} for each in error.problems)
        case ForbiddenError():
            return error.action == "task.create_for_others"
    return False


def field_errors(error: InvalidInputError) -> dict[str, str]:
    """Say below each field of a form what is wrong with it; Slack shows plain text there."""
    return {_field(each): _plain_sentence_for(each) for each in error.problems}


def _plain_sentence_for(problem: Problem) -> str:
    sentence = _INVALID_IN_FORM.get((_field(problem), problem.code)) or _sentence(problem).replace("`", "")
    details = {name: _shortened(value) for name, value in problem.details.items()}
    return sentence.format_map({"field": _field(problem), **details})


def _sentence(problem: Problem) -> str:
    sentence = _INVALID.get((_field(problem), problem.code), _UNUSABLE)
    # Of a problem that was kept with its job, the details are gone.
    told = {name for _, name, _, _ in Formatter().parse(sentence) if name}
    return sentence if told <= {"field", *problem.details} else _UNUSABLE


def _field(problem: Problem) -> str:
    """The field as a whole, where one of its items is the problem."""
    return problem.field.partition(".")[0]


def _shortened(value: Any) -> str:
    text = str(value)
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…"
