"""Lists of tasks, finds and histories, ten a page, with the way on and back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from bot.commands.model import Find, History, ListTasks, TaskCommand, Which, Whose
from bot.commands.printing import print_command
from bot.ids import Action
from bot.messages.blocks import Block, Element, actions, button, context, literal, quote, section
from bot.messages.tasks import build_row
from bot.messages.text import STATUS_WORDS, escape, mention, slack_date
from core.events import Change, Event, EventType
from core.people.model import Person, PersonRef
from core.tasks.model import Task, TaskStatus
from core.tasks.queries import Slice
from core.tasks.rights import may_change_status

_VALUE_LIMIT: Final = 2_000  # https://docs.slack.dev/reference/block-kit/block-elements/button-element
_NOTE_SHOWN: Final = 2_500
_SEVERAL: Final = 2
_ENDED: Final = frozenset({Which.CLOSED, Which.DONE, Which.CANCELLED})
_LABELS_SHOWN: Final = 200
_WHOSE_WORDS: Final = {
    Whose.MINE: "Your",
    Whose.CREATED: "Tasks you added:",
    Whose.TEAM: "The team's",
    Whose.UNASSIGNED: "Not assigned:",
}
_WHICH_WORDS: Final = {
    Which.OPEN: "open tasks, soonest deadline first",
    Which.OVERDUE: "overdue tasks",
    Which.TODAY: "tasks due today",
    Which.WEEK: "tasks due this week",
    Which.CLOSED: "closed tasks, newest first",
    Which.NOT_STARTED: "tasks that nobody has started",
    Which.IN_PROGRESS: "tasks in progress",
    Which.BLOCKED: "blocked tasks",
    Which.DONE: "done tasks, newest first",
    Which.CANCELLED: "cancelled tasks, newest first",
}
_EVENT_WORDS: Final = {
    EventType.TASK_CREATED: "added it",
    EventType.TASK_COMMENTED: "said:",
    EventType.TASK_DELETED: "deleted it",
    EventType.TASK_DUE: "was reminded of it",
}
ENTRY_WORDS: Final = {"slack": "in Slack", "api": "through the API", "email": "from an email", "system": "by itself"}


def build_list(
    command: ListTasks,
    person: Person | None,
    found: Slice[Task],
    viewer: Person,
    now: datetime,
    *,
    at: str | None = None,
) -> list[Block]:
    """Show a page of a list, which begins `at` a place; `person` is whose list it is where somebody was named."""
    title = list_title(command, person)
    if not found.items and not found.gave_up:
        return [section(f"{title}: none. {_after_nothing(command)}")]
    buttons = [*_page_buttons(command, found), *_select_button(command, found, viewer, at)]
    return [section(title), *_rows(found.items, viewer, now), *([actions(*buttons)] if buttons else [])]


def list_title(command: ListTasks, person: Person | None) -> str:
    """Say which list it is; without a person, to whoever asked for it."""
    whose = _WHOSE_WORDS[command.whose]
    if person is not None:
        whose = f"Tasks {escape(person.name)} added:" if command.whose is Whose.CREATED else f"{escape(person.name)}'s"
    labels = " ".join(f"#{escape(label)}" for label in command.labels)
    return f"*{labels and f'{labels}: '}{whose} {_WHICH_WORDS[command.which]}*"


def _after_nothing(command: ListTasks) -> str:
    """Say what somebody may do next for whom a list is empty."""
    if command in (ListTasks(), ListTasks(Whose.TEAM)):
        return "Add one with `/task new Water the plants by friday`"
    return "`/task list team` shows all that are open."


def build_finds(command: Find, found: Slice[Task], viewer: Person, now: datetime) -> list[Block]:
    """Show the tasks that were found."""
    if not found.items and not found.gave_up:
        return [literal(f"Nothing found for “{command.words}”. Try fewer letters, or `/task list team`.")]
    return [
        literal(f"Found for “{command.words}”", bold=True),
        *_rows(found.items, viewer, now),
        *build_pages(command, found),
    ]


def build_history(command: History, title: str, found: Slice[Event]) -> list[Block]:
    """Show what happened to a task, newest first."""
    blocks = [literal(f"{command.task_id} {title}", bold=True)]
    for event in found.items:
        blocks.append(context(*_happened(event)))
        if event.note:
            # The line belongs to the entry above, not to whatever comes next.
            blocks += [quote(_shortened(event.note)), {"type": "divider"}]
    if blocks[-1]["type"] == "divider":
        blocks.pop()
    return blocks + build_pages(command, found)


def build_pages(command: TaskCommand, found: Slice[Any]) -> list[Block]:
    """Offer the way back and on; each button carries the list and the place in it."""
    buttons = _page_buttons(command, found)
    return [actions(*buttons)] if buttons else []


def _page_buttons(command: TaskCommand, found: Slice[Any]) -> list[Element]:
    text = print_command(command)
    buttons = []
    if found.previous:
        buttons.append(button("Previous", Action.LIST_PREVIOUS, page_value(text, found.previous)))
    if found.following:
        label = "Look further" if found.gave_up else "Next"
        buttons.append(button(label, Action.LIST_NEXT, page_value(text, found.following)))
    return buttons


def _select_button(command: ListTasks, found: Slice[Task], viewer: Person, at: str | None) -> list[Element]:
    """Offer to change many at once where there are several, and this viewer may still change any of them."""
    value = f"{print_command(command)}\n{at or ''}"
    if command.which in _ENDED or len(found.items) < _SEVERAL or len(value) > _VALUE_LIMIT:
        return []
    if not any(may_change_status(viewer, task) for task in found.items):
        return []
    return [button("Select several", Action.BULK_SELECT, value, spoken="Select several tasks to change at once")]


def page_value(command: str, place: str) -> str:
    """What a page button carries."""
    return f"{command}\n{place}"[:_VALUE_LIMIT]


def parse_page(value: str) -> tuple[str, str]:
    """Read what a page button carries: the command as text, and the place."""
    command, _, place = value.rpartition("\n")
    return command, place


def _rows(tasks: Sequence[Task], viewer: Person, now: datetime) -> list[Block]:
    return [block for task in tasks for block in build_row(task, viewer, now)]


def _happened(event: Event) -> list[str]:
    """Who did what, when and how; the first change stands in the first text, each further one in its own."""
    what = [_EVENT_WORDS[event.detail_type]] if event.detail_type in _EVENT_WORDS else list(map(changed, event.changes))
    how = ENTRY_WORDS[event.actor.entry]
    return [f"{mention(event.actor.ref)} {what[0]}  ·  {slack_date(event.occurred_at)}  ·  {how}", *what[1:]]


def changed(change: Change) -> str:
    """What became of one field of a task, as the rest of a sentence about it."""
    before, after = _value(change.field, change.before), _value(change.field, change.after)
    match change.field:
        case "description":
            return "changed the description"
        case "deleted_at":
            return "brought it back"
        case "assigned_to":
            return f"gave it to {after}" + (f", until then {before}'s" if change.before else "")
        case "task_status":
            return f"moved it from {before} to *{after}*"
    return f"changed the {change.field} from {before} to {after}"


def _value(field: str, value: Any) -> str:
    if value in (None, [], ""):
        return "nobody" if field == "assigned_to" else "none"
    match field:
        case "assigned_to":
            return mention(PersonRef.model_validate(value))
        case "deadline":
            return slack_date(datetime.fromisoformat(str(value)))
        case "task_status":
            return STATUS_WORDS[TaskStatus(value)].lower()
        case "labels":
            return escape(_shortened(" ".join(f"#{label}" for label in value), _LABELS_SHOWN))
    return f"“{escape(str(value))}”" if field == "title" else escape(str(value))


def _shortened(text: str, limit: int = _NOTE_SHOWN) -> str:
    return text if len(text) <= limit else f"{text[:limit]}…"
