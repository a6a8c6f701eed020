"""Cards that show what has become of their task, whoever changed it and through which door."""

import logging
from datetime import datetime
from typing import Final

from bot.messages.blocks import Block, section
from bot.messages.notifications import card_line, deed
from bot.messages.tasks import build_card, build_undo
from core.clock import Clock
from core.errors import DependencyError, NotFoundError
from core.events import Event, EventType
from core.ids import EventId, PersonId
from core.notifications.model import Lease
from core.notifications.pace import gravest
from core.notifications.ports import CardRepository, SlackInstallation
from core.notifications.service import LEASE
from core.people.model import Person
from core.people.ports import PersonRepository
from core.slack import SlackApi
from core.tasks.model import Task
from core.tasks.service import UNDO_FOR

_WITH_UNDO: Final = frozenset(
    {EventType.TASK_STATUS_CHANGED, EventType.TASK_ASSIGNED, EventType.TASK_UNASSIGNED, EventType.TASK_DELETED}
)

_log = logging.getLogger(__name__)


class CardRefresh:
    def __init__(
        self,
        slack: SlackApi,
        cards: CardRepository,
        people: PersonRepository,
        installation: SlackInstallation,
        clock: Clock,
    ) -> None:
        self._slack = slack
        self._cards = cards
        self._people = people
        self._installation = installation
        self._clock = clock

    def refresh(self, event: Event) -> None:
        """Bring every posted card of the event's task up to date, also that of who did it; nobody is told by it.

        Raises:
            DependencyError: some are not; the whole call may be repeated.
        """
        task = event.task
        # No card shows less than a task's first version.
        if task is None or not event.changes_task or task.version == 1:
            return
        cards = [each for each in self._cards.all_of(task.task_id) if each[1].shown_version < task.version]
        if not cards or self._installation.has_ended():
            return
        troubles: list[DependencyError] = []
        for person_id, _ in cards:
            try:
                self._renew(event, task, person_id)
            except DependencyError as error:
                troubles.append(error)
                if error.dependency == "slack":
                    break  # It would keep this function waiting for each of the others too.
        if troubles:
            raise gravest(troubles)

    def _renew(self, event: Event, task: Task, person_id: PersonId) -> None:
        try:
            person = self._people.get(person_id)
        except NotFoundError:
            return
        now = self._clock()
        # Not the event's own name: by that one, whoever tells the event finds their claim again.
        holder = EventId(f"{event.event_id}/refresh")
        held = self._cards.claim(task.task_id, person_id, holder, Lease(now, now + LEASE))
        shown = card = held.card
        try:
            if card is not None and card.shown_version < task.version:
                blocks = [*card.words, *build_handled(event, person, now)]
                self._slack.update(card.channel, card.ts, card_line(task), blocks)
                shown = card._replace(shown_version=task.version)
        except DependencyError as error:
            if error.retryable:
                raise
            # The next news finds out whether the card is gone, and posts it anew.
            _log.info("a card stays as it was", extra={"reason": error.reason})
        finally:
            self._cards.release(task.task_id, person_id, holder, shown, held.unfinished)


def build_handled(event: Event, viewer: Person, now: datetime) -> list[Block]:
    """Show a task as an event left it; to who did it, what was done, with a way to take it back while there is one."""
    task = event.task
    if task is None:
        raise ValueError(event.detail_type)
    card = build_card(task, viewer, now)
    if event.actor.person_id != viewer.person_id:
        return card
    is_undoable = event.detail_type in _WITH_UNDO or event.change_of("deadline") is not None
    can_undo = is_undoable and task.version > 1 and now - event.occurred_at < UNDO_FOR
    return [section(f"You {deed(event)}."), *card, *([build_undo(task)] if can_undo else [])]
