"""Bringing the directory in line with Cognito, where somebody was changed in the console; writes only what differs."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from core.clock import Clock
from core.errors import ConflictError
from core.ids import PersonId
from core.people.accounts import AccountPages, Accounts
from core.people.model import Person, Roles
from core.people.ports import DirectoryRepository
from core.people.queries import DirectoryQuery

_PAGE: Final = 100
_KEPT_UP: Final = {"email", "given_name", "family_name", "locale", "title", "time_zone", "groups", "enabled"}

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Reconciled:
    """How many were looked at and what was done about them."""

    read: int = 0
    added: int = 0
    changed: int = 0
    gone: int = 0
    left: int = 0
    """Changed by somebody else at this very moment: the next run looks at them again."""


class Reconciliation:
    def __init__(
        self,
        pages: AccountPages,
        accounts: Accounts,
        people: DirectoryRepository,
        renamed: Callable[[PersonId], object],
        clock: Clock,
    ) -> None:
        """`renamed` is told whose name is another one now."""
        self._pages = pages
        self._accounts = accounts
        self._people = people
        self._renamed = renamed
        self._clock = clock

    def run(self) -> Reconciled:
        """Compare everybody; who is in Cognito no more is kept as somebody disabled, for an admin to remove.

        Raises:
            DependencyError: Cognito or the store cannot be asked; running again goes on with what is left.
        """
        done = Reconciled()
        # The directory first: whoever is changed after that is not as `before` any more, and is left alone.
        known = {person.person_id: person for person in self._directory()}
        for account in self._pages.everybody():
            done.read += 1
            person = known.pop(account.person_id, None)
            if person is None and not account.groups:
                continue  # Whoever is in no group of ours is none of our team.
            if person is None or _differ(person, Person.of(account, self._clock(), person)):
                self._bring_in_line(person, account.person_id, done)
        for person in known.values():
            self._bring_in_line(person, person.person_id, done)
        return done

    def _directory(self) -> Iterator[Person]:
        place: str | None = None
        while True:
            page = self._people.slice(DirectoryQuery(), limit=_PAGE, at=place)
            yield from page.items
            place = page.following
            if place is None:
                return

    def _bring_in_line(self, before: Person | None, person_id: PersonId, done: Reconciled) -> None:
        """Ask about the one person again: lists of Cognito lag behind its users."""
        account = self._accounts.find(person_id)
        now = self._clock()
        if account is not None:
            after = Person.of(account, now, before)
        elif before is not None:
            after = before.with_roles(Roles(groups=frozenset(), enabled=False, checked_at=now))
        else:
            return
        if before is not None and not _differ(before, after):
            return
        try:
            self._people.bring_in_line(before, after)
        except ConflictError:
            _log.info("somebody changes while being reconciled", extra={"person_id": person_id})
            done.left += 1
            return
        if before is not None and before.name != after.name:
            self._renamed(person_id)
        done.added += before is None
        done.changed += before is not None and account is not None
        done.gone += account is None


def _differ(one: Person, other: Person) -> bool:
    return one.model_dump(include=_KEPT_UP) != other.model_dump(include=_KEPT_UP)
