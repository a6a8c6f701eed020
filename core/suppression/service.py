"""Suppressing addresses when SES says so, and lifting that when an admin does."""

import logging

from core.clock import Clock, EventIds
from core.errors import ConflictError, NotFoundError
from core.events import Event, EventActor, EventType
from core.ids import EventId, WorkspaceId
from core.people.model import Actor, Person
from core.people.ports import PersonRepository
from core.people.service import PeopleService
from core.suppression.model import Reason, Suppression
from core.suppression.ports import SuppressionRepository

_log = logging.getLogger(__name__)


class MailFeedback:
    """What becomes of mails that were sent."""

    def __init__(
        self,
        suppressions: SuppressionRepository,
        people: PersonRepository,
        workspace: WorkspaceId,
        clock: Clock,
        event_ids: EventIds,
    ) -> None:
        self._suppressions = suppressions
        self._people = people
        self._workspace = workspace
        self._clock = clock
        self._event_ids = event_ids

    def suppress(self, address: str, reason: Reason) -> None:
        """Send no more mail to a person's address, and announce it, once until it is lifted; raises DependencyError.

        One that is nobody's (any more) gets none anyway: it is not kept, so that, should it become somebody's,
        its first bounce is announced as theirs.
        """
        now = self._clock()
        person = self._owner(address)
        if person is None:
            _log.info("a refused address is nobody's", extra={"reason": reason})
            return
        suppression = Suppression(
            suppression_id=self._event_ids(now),
            address=address,
            reason=reason,
            since=now,
            person_id=person.person_id,
            person_name=person.name,
        )
        try:
            self._suppressions.add(suppression, self._event(suppression))
        except ConflictError:
            return
        _log.info("address suppressed", extra={"reason": reason, "person_id": suppression.person_id})

    def _owner(self, address: str) -> Person | None:
        try:
            return self._people.with_email(address)
        except NotFoundError:
            return None

    def _event(self, suppression: Suppression) -> Event:
        return Event(
            detail_type=EventType.MAIL_SUPPRESSED,
            event_id=suppression.suppression_id,
            occurred_at=suppression.since,
            workspace=self._workspace,
            actor=EventActor.of_the_system(),
            suppression=suppression,
        )


class SuppressionService:
    """What admins do about it."""

    def __init__(
        self,
        suppressions: SuppressionRepository,
        people: PeopleService,
        workspace: WorkspaceId,
        clock: Clock,
        event_ids: EventIds,
    ) -> None:
        self._suppressions = suppressions
        self._people = people
        self._workspace = workspace
        self._clock = clock
        self._event_ids = event_ids

    def lift(self, actor: Actor, address: str, suppression_id: EventId) -> bool:
        """Let an address get mail again, as an admin; gives whether this did it.

        One that was lifted already stays so, and one that came after `suppression_id` stays suppressed.

        Raises:
            ForbiddenError: whoever asks is no admin, now.
            DependencyError: Cognito or the store cannot be asked.
        """
        actor = self._people.entitled(actor, _is_admin, "mail.lift")
        suppression = self._suppressions.get(address)
        if suppression is None or suppression.suppression_id != suppression_id:
            return False
        now = self._clock()
        event = Event(
            detail_type=EventType.MAIL_RESUMED,
            event_id=self._event_ids(now),
            occurred_at=now,
            workspace=self._workspace,
            actor=EventActor.of(actor),
            suppression=suppression,
        )
        try:
            self._suppressions.remove(suppression, event if suppression.person_id else None)
        except ConflictError:
            return False
        return True


def _is_admin(person: Person) -> bool:
    return person.is_admin
