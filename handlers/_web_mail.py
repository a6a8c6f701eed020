"""The pages behind the buttons of mails. Fetching one changes nothing: scanners of mail fetch every link."""

import base64
import logging
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qs

from core.clock import Clock
from core.errors import ConflictError, DependencyError, ForbiddenError, InvalidInputError, NotFoundError
from core.ids import TaskId
from core.mail_links import MailLinks, UnsubscribeLink
from core.notifications.mail_choices import MailChoice, MailChoices
from core.notifications.model import Kind
from core.notifications.words import KIND_WORDS, status_words, task_rows
from core.people.model import Actor, place
from core.people.service import PeopleService
from core.tasks import rights
from core.tasks.model import OPEN_STATUSES, Task, TaskStatus
from core.tasks.service import TaskService
from handlers._runtime import Event
from handlers.web_pages import Answer, Pages, Problem

_log = logging.getLogger(__name__)

_TOO_OLD: Final = Problem(
    HTTPStatus.GONE,
    "This link no longer works",
    "It works for seven days after the email in which it stands, and only as a whole.",
    "Open the task in Slack, or take the link of a newer email.",
)
_NOT_IN_TEAM: Final = Problem(
    HTTPStatus.FORBIDDEN,
    "Your account is not in the team",
    "It is switched off or was taken out of the team, so the links in its emails no longer work.",
    "If that is a mistake, ask an admin of your team.",
)
_NO_TASK: Final = Problem(
    HTTPStatus.GONE,
    "This task was deleted",
    "There is nothing left to do for it.",
    "If you still need it, ask whoever gave it to you, or an admin of your team.",
)

_NOT_NOW: Final = Problem(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "That did not work just now",
    "A service that this page needs did not answer, so nothing was changed.",
    "Wait a minute, then open the link in the email again.",
)
_UNSUBSCRIBE_TOO_OLD: Final = Problem(
    HTTPStatus.GONE,
    "This link no longer works",
    "It works for 60 days after the email in which it stands, and only as a whole.",
    "Take the link of a newer email, or type /task settings in Slack.",
)
_STOP: Final[Mapping[str, Any]] = {
    "heading": "Stop these emails?",
    "what": "You would get no more emails of this kind:",
    "button": "Stop these emails",
    "action": "unsubscribe",
}
_STOPPED: Final[Mapping[str, Any]] = {
    "heading": "These emails are stopped",
    "what": "You get no more emails of this kind:",
    "button": "Undo: send them again",
    "action": "subscribe",
}
_SLACK_TELLS: Final = "You still get this news in Slack."
_NOBODY_TELLS: Final = "You do not get this news in Slack. Without these emails, you will not hear of it."
_SLACK_TELLS_SOME: Final = "You still get some of this news in Slack, but not this:"


class TaskPages:
    """View, and Mark done."""

    def __init__(self, links: MailLinks, people: PeopleService, tasks: TaskService, pages: Pages, clock: Clock) -> None:
        self._links = links
        self._people = people
        self._tasks = tasks
        self._pages = pages
        self._clock = clock

    def show(self, token: str) -> Answer:
        """Show the task to whoever it was mailed to."""

        def look(actor: Actor, task: Task) -> Answer:
            what, undo = self._way_back(actor, task)
            return self._page(token, actor, task, task.title, what, undo=undo, elsewhere=False)

        return self._with_task(token, look)

    def ask(self, token: str) -> Answer:
        """Ask whether it is done, where that is still a question."""
        return self._with_task(token, lambda actor, task: self._ask(token, actor, task))

    def mark_done(self, token: str, event: Event) -> Answer:
        """Mark it done; pressing again, or sending the page again after others moved the task on, does nothing."""

        def mark(actor: Actor, task: Task) -> Answer:
            if not _can_be_done(actor, task):
                return self._ask(token, actor, task)
            if _field(event, "version") != str(task.version):
                return self._has_changed(token, actor, task)
            try:
                done = self._tasks.only_from(OPEN_STATUSES).change_status(actor, task.task_id, TaskStatus.DONE).task
            except ConflictError as conflict:
                if not conflict.is_stale:
                    raise
                return self._has_changed(token, actor, self._tasks.get(task.task_id))
            return self._ask(token, actor, done)

        return self._with_task(token, mark)

    def undo(self, token: str, event: Event) -> Answer:
        """Take back that it was marked done, as long as nothing else has happened to it and for ten minutes."""

        def take_back(actor: Actor, task: Task) -> Answer:
            version = _field(event, "version") or ""
            try:
                undone = self._tasks.undo(actor, task.task_id, int(version) if version.isdigit() else 0).task
            except (ConflictError, ForbiddenError, InvalidInputError):
                what = "It is too late for that: this is how the task stands now."
                return self._page(token, actor, task, "This was not undone", what, status=HTTPStatus.CONFLICT)
            return self._page(token, actor, undone, f"Undone: this task is {status_words(undone)}")

        return self._with_task(token, take_back)

    def _with_task(self, token: str, answer: Callable[[Actor, Task], Answer]) -> Answer:
        try:
            link = self._links.read_task(token)
            actor = self._people.actor_from_mail(link.person_id)
            return answer(actor, self._tasks.get(TaskId(link.task_id)))
        except NotFoundError as missing:
            _log.info("a mailed link leads nowhere", extra={"missing": missing.kind})
            return self._pages.problem(_NO_TASK if "task" in missing.kind else _TOO_OLD)
        except ForbiddenError as refused:
            _log.info("a mailed link is refused", extra={"action": refused.action})
            return self._pages.problem(_NOT_IN_TEAM)
        except (ConflictError, DependencyError) as failure:
            _log.warning("a mailed link cannot be followed now", exc_info=failure)
            return self._pages.problem(_NOT_NOW)

    def _ask(self, token: str, actor: Actor, task: Task) -> Answer:
        if _can_be_done(actor, task):
            return self._page(token, actor, task, "Mark this task done?")
        if not task.is_open:
            what, undo = self._way_back(actor, task)
            heading = f"This task is {status_words(task)}"
            return self._page(token, actor, task, heading, what or "You can close this page.", undo=undo)
        owner = f"{task.assigned_to.name} has it now" if task.assigned_to else "nobody has it now"
        what = f"Only whoever has it, whoever made it and admins can mark it done: {owner}."
        return self._page(token, actor, task, "This task is not yours", what, status=HTTPStatus.FORBIDDEN)

    def _has_changed(self, token: str, actor: Actor, task: Task) -> Answer:
        what = "Look at it again: this is how it stands now."
        return self._page(token, actor, task, "The task has changed", what, status=HTTPStatus.CONFLICT)

    def _way_back(self, actor: Actor, task: Task) -> tuple[str, int | None]:
        """Offer to undo what this person did, here or elsewhere; however often the page is opened."""
        until = self._tasks.undo_until(actor, task) if task.task_status is TaskStatus.DONE else None
        if until is None:
            return "", None
        zone = actor.person.zone
        time = f"{until.astimezone(zone):%H:%M} ({place(zone)} time)"
        return f"Was that a mistake? Until {time} you can undo it here.", task.version

    def _page(
        self,
        token: str,
        actor: Actor,
        task: Task,
        heading: str,
        what: str = "",
        *,
        status: HTTPStatus = HTTPStatus.OK,
        undo: int | None = None,
        elsewhere: bool = True,
    ) -> Answer:
        """Show a task; `undo` is the version that can be taken back, `elsewhere` leads to the page that shows it."""
        return self._pages.page(
            "task.html",
            status=status,
            heading=heading,
            what=what,
            task=task,
            rows=task_rows(task, actor.person.zone, self._clock()),
            can_be_done=_can_be_done(actor, task),
            undo=undo,
            elsewhere=elsewhere,
            token=token,
            name=actor.person.name,
        )


class UnsubscribePages:
    """Stop emails like this one, and the way back."""

    def __init__(self, links: MailLinks, choices: MailChoices, pages: Pages) -> None:
        self._links = links
        self._choices = choices
        self._pages = pages

    def show(self, token: str) -> Answer:
        """Tell what would be stopped, and what would still come."""
        return self._answer(token, lambda link: self._choices.look(link.person_id, link.kinds))

    def choose(self, token: str, *, by_email: bool) -> Answer:
        """Stop them, or let them come again; a mail program may ask for the former on its own (RFC 8058)."""
        return self._answer(token, lambda link: self._choices.choose(link.person_id, link.kinds, by_email=by_email))

    def _answer(self, token: str, choose: Callable[[UnsubscribeLink], MailChoice]) -> Answer:
        try:
            link = self._links.read_unsubscribe(token)
            choice = choose(link)
        except NotFoundError as missing:
            _log.info("a mailed link leads nowhere", extra={"missing": missing.kind})
            return self._pages.problem(_UNSUBSCRIBE_TOO_OLD)
        except (ConflictError, DependencyError) as failure:
            _log.warning("a mailed link cannot be followed now", exc_info=failure)
            return self._pages.problem(_NOT_NOW)
        return self._pages.page(
            "unsubscribe.html",
            **(_STOP if choice.come_by_email else _STOPPED),
            token=token,
            kinds=[KIND_WORDS[kind] for kind in link.kinds],
            in_slack=_in_slack_words(link.kinds, choice),
            others=[KIND_WORDS[kind] for kind in choice.others_by_email],
        )


def _can_be_done(actor: Actor, task: Task) -> bool:
    return task.is_open and rights.may_change_status(actor.person, task)


def _in_slack_words(kinds: Sequence[Kind], choice: MailChoice) -> str:
    if not choice.in_slack:
        return _NOBODY_TELLS
    missing = [KIND_WORDS[kind] for kind in kinds if kind not in choice.in_slack]
    return f"{_SLACK_TELLS_SOME} {'; '.join(missing)}." if missing else _SLACK_TELLS


def _field(event: Event, name: str) -> str | None:
    """Find what a form has sent."""
    body = event.get("body") or ""
    if event.get("isBase64Encoded"):
        body = base64.b64decode(body).decode(errors="replace")
    values = parse_qs(body).get(name)
    return values[0] if values else None
