"""Stopping emails from an email: what a person then still gets, and taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.errors import ConflictError
from core.ids import PersonId
from core.notifications.model import Channel, Kind
from core.notifications.preferences import CHOOSABLE, PreferenceRepository, Preferences
from core.people.model import Person
from core.people.ports import PersonRepository

_ATTEMPTS: Final = 5
"""How often a choice is made anew where the person saves others at the same moment."""


@dataclass(frozen=True, slots=True)
class MailChoice:
    """How things stand for some kinds of news."""

    come_by_email: bool
    in_slack: tuple[Kind, ...]
    """Those of them that come in Slack too."""
    others_by_email: tuple[Kind, ...]


class MailChoices:
    """Every method raises NotFoundError where there is no such person."""

    def __init__(self, people: PersonRepository, preferences: PreferenceRepository) -> None:
        self._people = people
        self._preferences = preferences

    def look(self, person_id: PersonId, kinds: Sequence[Kind]) -> MailChoice:
        """Tell how these kinds reach the person; changes nothing."""
        return _choice(self._people.get(person_id), self._preferences.get(person_id), kinds)

    def choose(self, person_id: PersonId, kinds: Sequence[Kind], *, by_email: bool) -> MailChoice:
        """Turn emails of these kinds on or off, and nothing else; doing so again changes nothing.

        Raises:
            ConflictError: the person's choices change faster than this finds a gap.
        """
        person = self._people.get(person_id)
        for _ in range(_ATTEMPTS - 1):
            try:
                return self._try(person, kinds, by_email)
            except ConflictError:
                continue
        return self._try(person, kinds, by_email)

    def _try(self, person: Person, kinds: Sequence[Kind], by_email: bool) -> MailChoice:  # noqa: FBT001
        before = self._preferences.get(person.person_id)
        after = before
        for kind in kinds:
            if kind in CHOOSABLE and _by_email(after, person, kind) is not by_email:
                after = after.with_email(kind, on=by_email, in_slack=_is_in_slack(person))
        kept = before if after == before else self._preferences.save(person.person_id, after)
        return _choice(person, kept, kinds)


def _choice(person: Person, preferences: Preferences, kinds: Sequence[Kind]) -> MailChoice:
    in_slack = _is_in_slack(person)
    return MailChoice(
        come_by_email=any(_by_email(preferences, person, kind) for kind in kinds),
        in_slack=tuple(kind for kind in kinds if Channel.SLACK in preferences.channels(kind, in_slack=in_slack)),
        others_by_email=tuple(kind for kind in CHOOSABLE if kind not in kinds and _by_email(preferences, person, kind)),
    )


def _by_email(preferences: Preferences, person: Person, kind: Kind) -> bool:
    return Channel.EMAIL in preferences.channels(kind, in_slack=_is_in_slack(person))


def _is_in_slack(person: Person) -> bool:
    return person.slack_user_id is not None and person.slack_status.may_act(guests=True)
