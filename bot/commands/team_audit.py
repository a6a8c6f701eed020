"""`/team audit`: who did what, to the team, to a task, or as one person."""

from typing import Any, Final

from slack_bolt import Ack, BoltContext

from bot.commands.since import parse_since
from bot.commands.team import Typed
from bot.commands.team_grammar import ShowAudit
from bot.commands.tokens import Email, Named, Someone, Who
from bot.messages.audit import About, AuditPage, build_audit
from bot.messages.blocks import Block
from bot.replies import reply
from core.audit.service import AuditService
from core.clock import Clock
from core.errors import InvalidInputError, NotFoundError
from core.events import Event
from core.ids import PersonId, SlackUserId, TaskId
from core.people.model import Actor, Person
from core.people.service import PeopleService
from core.tasks.queries import Slice

_PAGE: Final = 10
_TITLE: Final = "Who did what"


class TeamAudit:
    def __init__(self, audit: AuditService, people: PeopleService, clock: Clock) -> None:
        self._audit = audit
        self._people = people
        self._clock = clock

    def answer(self, command: ShowAudit, typed: Typed) -> None:
        """Show an admin the newest acts."""
        actor = typed.actor
        page = AuditPage()
        if command.task_id is not None:
            page = AuditPage(About.TASK, command.task_id)
        elif command.who is not None:
            page = AuditPage(About.BY, self._person(actor, command.who).person_id)
        if command.since is not None:
            page = page._replace(since=parse_since(command.since, self._clock().astimezone(actor.person.zone)))
        typed.ack(text=_TITLE, blocks=self._shown(actor, page), response_type="ephemeral")

    def handle_page(self, ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        """Show another page, or the other side of a person, in place of this one."""
        blocks = self._shown(context["actor"], AuditPage.read(body["actions"][0]["value"]))
        ack()
        reply(context, _TITLE, blocks, replace_original=True)

    def _shown(self, actor: Actor, page: AuditPage) -> list[Block]:
        found = self._read(actor, page)
        return build_audit(page, self._name(page, found), found)

    def _read(self, actor: Actor, page: AuditPage) -> Slice[Event]:
        match page.about:
            case About.BY:
                return self._audit.by_person(actor, PersonId(page.key), since=page.since, limit=_PAGE, at=page.at)
            case About.PERSON:
                return self._audit.about_person(actor, PersonId(page.key), since=page.since, limit=_PAGE, at=page.at)
            case About.TASK:
                return self._audit.of_task(actor, TaskId(page.key), since=page.since, limit=_PAGE, at=page.at)
        return self._audit.administration(actor, since=page.since, limit=_PAGE, at=page.at)

    def _name(self, page: AuditPage, found: Slice[Event]) -> str:
        """What the page is about; a task that never was has no history."""
        if page.about in {About.BY, About.PERSON}:
            return self._people.lookup(page.key).name
        if page.about is About.TASK and page.since is None and not found.items:
            raise NotFoundError("task", page.key)
        title = next((event.task.title for event in found.items if event.task), "")
        return f"{page.key} {title}".strip()

    def _person(self, actor: Actor, who: Who) -> Person:
        """Find anybody of the directory, active or not.

        Raises:
            InvalidInputError: on `assigned_to`.
            NotFoundError: nobody has that address.
        """
        match who:
            case Someone.ME:
                return actor.person
            case Email(address):
                return self._people.lookup(address)
            case Named(name):
                raise InvalidInputError.of("assigned_to", "unknown_name", name=name)
            case Someone():
                raise InvalidInputError.of("audit", "not_understood", text=who)
        linked = self._people.linked(SlackUserId(who))
        if linked is None:
            raise InvalidInputError.of("assigned_to", "not_linked", slack_user_id=who)
        return linked
