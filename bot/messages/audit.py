"""Who did what, when and through which door: one line an act, ten a page."""

import json
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from bot.ids import Action
from bot.messages.blocks import Block, actions, button, context, literal, section
from bot.messages.lists import ENTRY_WORDS, changed
from bot.messages.text import clipped, escape, mention, slack_date
from bot.messages.workspace import setting_name, setting_value
from core.errors import InvalidInputError
from core.events import Change, Event, EventType
from core.links.model import LinkFacts
from core.tasks.model import Task
from core.tasks.queries import Slice

_TITLE: Final = 80
_NOTE: Final = 300
_VALUE: Final = 200
_PERSONAL: Final = {
    "given_name": "given name",
    "family_name": "family name",
    "email": "address",
    "groups": "groups",
}


class About(StrEnum):
    """Whose or which acts."""

    TEAM = "team"
    BY = "by"
    PERSON = "person"
    TASK = "task"


class AuditPage(NamedTuple):
    """A page of the audit; `key` is the id of the person or the task, `at` a place in the list."""

    about: About = About.TEAM
    key: str = ""
    since: datetime | None = None
    at: str | None = None

    def text(self) -> str:
        """As a button carries it."""
        since = self.since.isoformat() if self.since else None
        return json.dumps([self.about, self.key, since, self.at], separators=(",", ":"))

    @classmethod
    def read(cls, text: str) -> "AuditPage":
        """Raise InvalidInputError for what no button of ours carries."""
        try:
            about, key, since, at = json.loads(text)
            when = datetime.fromisoformat(since) if since else None
            page = cls(About(about), str(key), when, None if at is None else str(at))
        except (ValueError, TypeError):
            raise InvalidInputError.of("cursor", "not_understood") from None
        if when is not None and when.tzinfo is None:
            raise InvalidInputError.of("cursor", "not_understood")
        return page


def build_audit(page: AuditPage, name: str, found: Slice[Event]) -> list[Block]:
    """Show what happened, newest first; `name` is that of the person or the task that it is about."""
    blocks = [section(_title(page, name))]
    for event in found.items:
        blocks.append(context(_line(event, page)))
        if event.note:
            blocks.append(literal(clipped(event.note, _NOTE)))
    if not found.items:
        more = " `/team audit @ana` shows what one person did." if page.about is About.TEAM else ""
        blocks.append(section(f"Nothing {'yet' if page.since is None else 'since then'}.{more}"))
    buttons = []
    if found.previous:
        buttons.append(button("Previous", Action.AUDIT_PREVIOUS, page._replace(at=found.previous).text()))
    if found.following:
        buttons.append(button("Next", Action.AUDIT_NEXT, page._replace(at=found.following).text()))
    if page.about is About.BY:
        other = page._replace(about=About.PERSON, at=None)
        buttons.append(button("What was done to them", Action.AUDIT_OTHER, other.text()))
    if page.about is About.PERSON:
        other = page._replace(about=About.BY, at=None)
        buttons.append(button("What they did", Action.AUDIT_OTHER, other.text()))
    return [*blocks, actions(*buttons)] if buttons else blocks


def _title(page: AuditPage, name: str) -> str:
    about = {
        About.TEAM: "What was done to the team and its settings",
        About.BY: f"What {escape(clipped(name, _TITLE))} did",
        About.PERSON: f"What was done to {escape(clipped(name, _TITLE))}",
        About.TASK: f"What happened to {escape(clipped(name, _TITLE))}",
    }[page.about]
    since = f", since {slack_date(page.since)}" if page.since else ""
    return f"*{about}*{since}"


def _line(event: Event, page: AuditPage) -> str:
    who = f"{mention(event.actor.ref)} " if page.about is not About.BY else ""
    deed = _deed(event, "it" if page.about is About.TASK else None)
    how = ENTRY_WORDS[event.actor.entry]
    return f"{who}{deed if who else deed[:1].upper() + deed[1:]}  ·  {slack_date(event.occurred_at)}  ·  {how}"


def _deed(event: Event, it: str | None) -> str:
    """What was done, as the rest of a sentence that begins with whoever did it; `it` is a task named already."""
    if event.task is not None:
        return _of_task(event, event.task, it)
    if event.link is not None:
        return _of_link(event, event.link)
    if event.detail_type is EventType.SETTINGS_CHANGED:
        return f"changed {_of_settings(event.changes)}"
    if event.member is not None:
        return _of_member(event, escape(event.member.name))
    if event.suppression is not None:
        verb = "let emails go on to" if event.detail_type is EventType.MAIL_RESUMED else "stopped emails to"
        return f"{verb} {escape(event.suppression.address)}"
    return {
        EventType.JOB_BEGUN: "began a change of many",
        EventType.JOB_ENDED: "finished a change of many",
        EventType.TEST_REQUESTED: "had a test sent to themselves",
    }.get(event.detail_type, escape(str(event.detail_type)))


def _of_task(event: Event, task: Task, it: str | None) -> str:
    name = it or f"{task.task_id} “{escape(clipped(task.title, _TITLE))}”"
    match event.detail_type:
        case EventType.TASK_CREATED:
            return f"added {name}"
        case EventType.TASK_COMMENTED:
            return f"commented on {name}"
        case EventType.TASK_DELETED:
            return f"deleted {name}"
        case EventType.TASK_DUE:
            return f"reminded of {name}"
    if not event.changes:
        return f"changed {name}"
    return "; ".join(map(changed, event.changes)) + ("" if it else f": {name}")


def _of_link(event: Event, link: LinkFacts) -> str:
    sides = f"the Slack user {escape(clipped(link.slack_name, _TITLE))} and the account of {escape(link.account_name)}"
    verb = {
        EventType.LINK_REQUESTED: "asked for a link of",
        EventType.LINK_MADE: "linked",
        EventType.LINK_DENIED: "refused to link",
        EventType.LINK_REMOVED: "took away the link of",
    }[event.detail_type]
    return f"{verb} {sides}"


def _of_member(event: Event, name: str) -> str:
    match event.detail_type:
        case EventType.MEMBER_ADDED:
            return f"added {name} to the team"
        case EventType.MEMBER_REMOVED:
            return f"removed {name} from the team"
    deeds = [_of_account(change, name) for change in event.changes]
    return "; ".join(deeds) if deeds else f"saved {name} without a change"


def _of_account(change: Change, name: str) -> str:
    match change.field:
        case "password":
            return f"reset {name}'s password"
        case "invitation":
            return f"sent {name} another invitation"
        case "enabled":
            return f"{'enabled' if change.after else 'disabled'} {name}"
    what = _PERSONAL.get(change.field, escape(change.field))
    return f"changed {name}'s {what} from {_value(change.before)} to {_value(change.after)}"


def _of_settings(changes: Sequence[Change]) -> str:
    told = [
        f"{setting_name(each.field)} from {_setting(each.field, each.before)} to {_setting(each.field, each.after)}"
        for each in changes
    ]
    return "; ".join(told) or "the workspace's settings"


def _setting(field: str, value: Any) -> str:
    return escape(clipped(setting_value(field, value), _VALUE))


def _value(value: Any) -> str:
    if value in (None, [], ""):
        return "none"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return escape(clipped(text, _VALUE))
