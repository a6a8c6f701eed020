"""Link attempts, requests and links in memory: the same contract as over DynamoDB, for tests that need no table."""

import threading

from core.errors import ConflictError
from core.events import Event
from core.ids import EventId, PersonId, SlackUserId
from core.links.model import Dispute, LinkAttempt, LinkRequest, Posted, RequestState
from core.people.model import Person
from core.storage.memory import MemoryPersonRepository, slice_of
from core.tasks.queries import Slice


class MemoryLinkRepository:
    def __init__(self, people: MemoryPersonRepository) -> None:
        self._people = people
        self.attempts: dict[str, LinkAttempt] = {}
        self.requests: dict[tuple[SlackUserId, PersonId], LinkRequest] = {}
        self.disputes: dict[str, Dispute] = {}
        self.events: list[Event] = []
        self._places: dict[tuple[EventId, PersonId], Posted] = {}
        self._lock = threading.RLock()

    def keep(self, secret_hash: str, attempt: LinkAttempt) -> None:
        self.attempts[secret_hash] = attempt

    def get(self, secret_hash: str) -> LinkAttempt | None:
        return self.attempts.get(secret_hash)

    def use(self, secret_hash: str) -> None:
        with self._lock:
            attempt = self.attempts.get(secret_hash)
            if attempt is None or attempt.is_used:
                raise ConflictError("link attempt")
            self.attempts[secret_hash] = attempt.model_copy(update={"is_used": True})

    def go_on(self, used_hash: str, secret_hash: str, attempt: LinkAttempt) -> None:
        with self._lock:
            self.use(used_hash)
            self.keep(secret_hash, attempt)

    def link(self, person: Person, event: Event) -> None:
        with self._lock:
            self._people.link(person)
            self.events.append(event)

    def unlink(self, person: Person, event: Event) -> None:
        with self._lock:
            self._people.unlink(person)
            self.events.append(event)

    def ask(self, request: LinkRequest, event: Event) -> None:
        with self._lock:
            sides = (request.facts.slack_user_id, request.facts.person_id)
            if sides in self.requests and self.requests[sides].state is RequestState.PENDING:
                raise ConflictError("link request")
            self.requests[sides] = request
            self.events.append(event)

    def request(self, slack_user_id: SlackUserId, person_id: PersonId) -> LinkRequest | None:
        return self.requests.get((slack_user_id, person_id))

    def pending(self, *, limit: int, at: str | None = None) -> Slice[LinkRequest]:
        waiting = {str(each.request_id): each for each in self.requests.values() if each.state is RequestState.PENDING}
        return slice_of(waiting, limit, at, ascending=True)

    def decide(self, request: LinkRequest, event: Event, linked: Person | None = None) -> None:
        with self._lock:
            sides = (request.facts.slack_user_id, request.facts.person_id)
            kept = self.requests.get(sides)
            if kept is None or (kept.request_id, kept.state) != (request.request_id, RequestState.PENDING):
                raise ConflictError("link request")
            if linked is not None:
                self._people.link(linked)
            self.requests[sides] = request
            self.events.append(event)

    def remember_slack(self, person: Person) -> None:
        self._people.remember_slack(person)

    def place(self, request: LinkRequest, admin: PersonId) -> Posted | None:
        return self._places.get((request.request_id, admin))

    def remember_place(self, request: LinkRequest, admin: PersonId, place: Posted) -> None:
        self._places[request.request_id, admin] = place

    def keep_dispute(self, secret_hash: str, dispute: Dispute) -> None:
        self.disputes[secret_hash] = dispute

    def dispute(self, secret_hash: str) -> Dispute | None:
        return self.disputes.get(secret_hash)
