"""Finding people, and turning whoever knocks at a door into an actor."""

from collections.abc import Callable, Sequence
from typing import Final

from core.clock import Clock
from core.errors import ForbiddenError, InvalidInputError, NotFoundError, NotLinkedError
from core.ids import PersonId, SlackUserId
from core.people.model import ROLES_GOOD_FOR, Actor, Entry, Group, Person, Roles, SlackStatus
from core.people.ports import PersonRepository, RoleSource
from core.storage.addresses import ascii_lower
from core.workspace.settings import CurrentSettings, WorkspaceSettings

SUGGESTIONS: Final = 20
"""How many people are offered while a name is typed."""
MANAGE_PEOPLE: Final = "people.manage"
"""Changing people and what belongs to them; the admins' alone."""
_DEFAULTS: Final[CurrentSettings] = WorkspaceSettings


class PeopleService:
    def __init__(
        self, people: PersonRepository, role_source: RoleSource, clock: Clock, settings: CurrentSettings = _DEFAULTS
    ) -> None:
        """`settings` gives the workspace's settings as they stand now, each time it is asked."""
        self._people = people
        self._role_source = role_source
        self._clock = clock
        self._settings = settings

    @property
    def settings(self) -> WorkspaceSettings:
        """As they stand now: each look is a read."""
        return self._settings()

    @property
    def guests(self) -> bool:
        """Whether the team has opened itself to the guests of its Slack workspace."""
        return self.settings.guests

    def actor_from_slack(self, slack_user_id: SlackUserId) -> Actor:
        """Identify a Slack user.

        Raises:
            NotLinkedError: nobody in the team is linked to this Slack user.
            ForbiddenError: the person is disabled or in no group of ours, or the Slack user is no full member.
            DependencyError: the roles are stale and Cognito cannot be asked.
        """
        person = self._people.linked_to(slack_user_id)
        status = person.slack_status
        if not status.may_act(guests=status is SlackStatus.GUEST and self.guests):
            raise ForbiddenError(f"slack.{person.slack_status}")
        return self._actor(person, Entry.SLACK)

    def actor_from_token(self, person_id: PersonId) -> Actor:
        """Identify the bearer of a verified access token; raises as `actor_from_slack` does, or NotFoundError."""
        return self._actor(self._people.get(person_id), Entry.API)

    def actor_from_mail(self, person_id: PersonId) -> Actor:
        """Identify whoever opened a link that was mailed to this person; raises as `actor_from_token` does."""
        return self._actor(self._people.get(person_id), Entry.EMAIL)

    def actor_again(self, person_id: PersonId, entry: Entry) -> Actor:
        """Identify whoever began something earlier, with the roles they have now; raises as `actor_from_token`."""
        return self._asked(self._people.get(person_id), entry)

    def entitled(self, actor: Actor, may: Callable[[Person], bool], action: str) -> Actor:
        """Require that the actor may do something; what only an admin may, Cognito is asked about afresh.

        Gives the actor with the roles that were relied on. Costs nothing where a member may do it too, and where the
        roles were asked for in this request already.

        Raises:
            ForbiddenError: naming `action`.
            DependencyError: Cognito cannot be asked.
        """
        if not may(actor.person):
            raise ForbiddenError(action)
        if actor.is_fresh or may(actor.person.model_copy(update={"groups": actor.person.groups - {Group.ADMINS}})):
            return actor
        fresh = self._asked(actor.person, actor.entry)
        if not may(fresh.person):
            raise ForbiddenError(action)
        return fresh

    def linked(self, slack_user_id: SlackUserId) -> Person | None:
        """Whoever is linked to a Slack user, active or not."""
        try:
            return self._people.linked_to(slack_user_id)
        except NotLinkedError:
            return None

    def find(self, *, email: str | None = None, slack_user_id: SlackUserId | None = None) -> Person:
        """Find the team member that somebody named in a command or a request.

        Raises:
            InvalidInputError: on `assigned_to`: `unknown_person`, `not_linked` or `inactive_person`.
        """
        try:
            if slack_user_id is not None:
                person = self._people.linked_to(slack_user_id)
            else:
                person = self._people.with_email(email or "")
        except NotLinkedError:
            raise InvalidInputError.of("assigned_to", "not_linked", slack_user_id=slack_user_id) from None
        except NotFoundError:
            raise InvalidInputError.of("assigned_to", "unknown_person", email=email) from None
        return self._assignable(person)

    def assignable(self, person_id: PersonId) -> Person:
        """Find a team member by id; raises as `find` does."""
        try:
            return self._assignable(self._people.get(person_id))
        except NotFoundError:
            raise InvalidInputError.of("assigned_to", "unknown_person", email=person_id) from None

    def lookup(self, name: str) -> Person:
        """Find anybody of the directory, active or not, by id or email address; raise NotFoundError."""
        return self._people.with_email(name) if "@" in name else self._people.get(PersonId(name))

    def starting_with(self, prefix: str) -> Sequence[Person]:
        """The first team members whose name or email address starts with `prefix`."""
        found = self._people.starting_with(prefix, limit=SUGGESTIONS)
        return [person for person in found if person.is_team_member]

    def admins_starting_with(self, prefix: str) -> Sequence[Person]:
        """The first active admins whose name or email address starts with `prefix`."""
        start = ascii_lower(prefix.strip())
        found = [
            person
            for person in self.admins()
            if any(ascii_lower(each).startswith(start) for each in (person.name, person.email))
        ]
        return found[:SUGGESTIONS]

    def admins(self) -> Sequence[Person]:
        """Everybody whom the directory has as an active admin, by name, with what the directory has of them."""
        return [person for person in self._people.everybody() if person.is_admin]

    def _assignable(self, person: Person) -> Person:
        if not person.is_team_member:
            raise InvalidInputError.of("assigned_to", "inactive_person", name=person.name)
        return person

    def _actor(self, person: Person, entry: Entry) -> Actor:
        if self._clock() - person.checked_at >= ROLES_GOOD_FOR:
            return self._asked(person, entry)
        return _active(Actor(person=person, entry=entry))

    def _asked(self, person: Person, entry: Entry) -> Actor:
        roles = self._roles(person.person_id)
        self._people.remember_roles(person.person_id, roles)
        return _active(Actor(person=person.with_roles(roles), entry=entry, is_fresh=True))

    def _roles(self, person_id: PersonId) -> Roles:
        try:
            return self._role_source.roles(person_id)
        except NotFoundError:
            return Roles(groups=frozenset(), enabled=False, checked_at=self._clock())


def _active(actor: Actor) -> Actor:
    if not actor.person.is_team_member:
        raise ForbiddenError("sign_in")
    return actor
