"""Link attempts and links in memory: the same contract as over DynamoDB, for tests that need no table."""

import threading

from core.errors import ConflictError
from core.events import Event
from core.links.model import LinkAttempt
from core.people.model import Person
from core.storage.memory import MemoryPersonRepository


class MemoryLinkRepository:
    def __init__(self, people: MemoryPersonRepository) -> None:
        self._people = people
        self.attempts: dict[str, LinkAttempt] = {}
        self.events: list[Event] = []
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
