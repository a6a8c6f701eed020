"""What App Home shows."""

from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from bot.ids import Action
from bot.messages.blocks import Block, actions, button, context, header, section
from bot.messages.requests import build_decided, build_waiting, build_warning
from bot.messages.tasks import build_row
from bot.messages.text import escape
from bot.messages.workload import build_workload
from core.links.model import LinkRequest
from core.people.model import Person
from core.people.workload import Workload
from core.tasks.model import Task
from core.tasks.queries import Slice

View = dict[str, Any]
HOME_PAGE: Final = 20
HANDED_OUT: Final = 5
REQUESTS: Final = 5
"""Two blocks a task, four a request, six headings and the rest stay well under the hundred that Slack takes."""
BUSIEST: Final = 10
_GROUPS: Final = ("Overdue", "Today", "Next 7 days", "Later", "No deadline")


class HomeContent(NamedTuple):
    """What one person's home is made of; all but the tasks is for admins."""

    mine: Slice[Task]
    handed_out: Slice[Task]
    workload: Workload | None = None
    requests: Slice[LinkRequest] | None = None
    decided: LinkRequest | None = None
    """What this person has just decided on here."""


def build_home(content: HomeContent, person: Person, now: datetime) -> View:
    """Show a person's open tasks by when they are due, what they handed out, and to admins how the team is doing."""
    blocks: list[Block] = [
        actions(
            button("New task", Action.TASK_NEW, "home"),
            button("Team", Action.TEAM_OPEN, "home"),
            button("Settings", Action.SETTINGS, "home"),
        )
    ]
    blocks += _requests(content)
    if not content.mine.items:
        blocks.append(section("Nothing is open for you. Add a task: `/task new Water the plants by friday`"))
    for name in _GROUPS:
        tasks = [task for task in content.mine.items if group_of(task, person, now) == name]
        if tasks:
            blocks.append(header(name))
            blocks += [block for task in tasks for block in build_row(task, person, now)]
    blocks += _pages(content.mine)
    if content.handed_out.items:
        blocks.append(header("What you handed out"))
        blocks += [block for task in content.handed_out.items for block in build_row(task, person, now)]
        if content.handed_out.following:
            blocks.append(context("There is more: `/task list created`"))
    if content.workload:
        blocks += [header("The team's open tasks"), build_workload(content.workload)]
    blocks.append(context(f"You are {escape(person.name)} ({escape(person.email)}) in the team."))
    return {"type": "home", "blocks": blocks}


def build_home_of_stranger() -> View:
    """Tell somebody who is not linked how to begin; a link itself would be stale before it is seen."""
    text = "I don't know yet who you are in the team. Link your team account, and your tasks are here."
    return {"type": "home", "blocks": [section(text), actions(button("Link my account", Action.LINK_START, "home"))]}


def build_home_of_somebody_disabled() -> View:
    """Say why there is nothing to see."""
    text = "Your team account is switched off. Ask an admin to switch it on again."
    return {"type": "home", "blocks": [section(text)]}


def group_of(task: Task, person: Person, now: datetime) -> str:
    """Name the group that a task stands in; days are those where the person is."""
    if task.deadline is None:
        return "No deadline"
    if task.is_overdue(now):
        return "Overdue"
    today: date = now.astimezone(person.zone).date()
    day = task.deadline.astimezone(person.zone).date()
    if day <= today:
        return "Today"
    return "Next 7 days" if day <= today + timedelta(7) else "Later"


def _requests(content: HomeContent) -> list[Block]:
    decided = [build_decided(content.decided)] if content.decided else []
    if content.requests is None or not content.requests.items:
        return decided
    waiting = [block for request in content.requests.items for block in build_waiting(request)]
    more = [context("There is more: `/team requests`")] if content.requests.following else []
    return [header("Link requests"), *decided, build_warning(), *waiting, *more]


def _pages(mine: Slice[Task]) -> list[Block]:
    buttons = []
    if mine.previous:
        buttons.append(button("Previous", Action.HOME_PREVIOUS, mine.previous))
    if mine.following:
        buttons.append(button("Next", Action.HOME_NEXT, mine.following))
    return [actions(*buttons)] if buttons else []
