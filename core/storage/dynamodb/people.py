"""People, their links and the directory in the table.

A person is three items: the person, the entry that finds them by email, and the link of their Slack user.
"""

from collections.abc import Iterator
from typing import Final

from core.errors import ConflictError, NotFoundError, NotLinkedError
from core.events import Event
from core.ids import PersonId, SlackUserId, WorkspaceId
from core.people.model import Entry, Group, Person, Roles
from core.storage import schema
from core.storage.addresses import ascii_lower
from core.storage.dynamodb.table import (
    EXISTS,
    IS_NEW,
    ConditionFailedError,
    Item,
    Partition,
    Table,
    TransactionCancelledError,
    Update,
)

_VERSION: Final = 1
_DIRECTORY_PAGE: Final = 1000
_PROFILE: Final = {"email", "given_name", "family_name"}


class DynamoPersonRepository:
    def __init__(self, table: Table, workspace: WorkspaceId) -> None:
        self._table = table
        self._keys = schema.Keys(workspace)
        self._person_of: dict[SlackUserId, PersonId] = {}
        """Whom a Slack user was linked to when last read: a hint that saves one read, never trusted by itself."""

    def get(self, person_id: PersonId) -> Person:
        item = self._table.get(self._keys.person(person_id))
        if item is None:
            raise NotFoundError("person", person_id)
        return read_person(item)

    def linked_to(self, slack_user_id: SlackUserId) -> Person:
        hinted = self._hinted(slack_user_id)
        if hinted is not None:
            return hinted
        link = self._table.get(self._keys.link(slack_user_id))
        if link is None:
            raise NotLinkedError(slack_user_id)
        person = self.get(link["person_id"])
        if person.slack_user_id != slack_user_id:
            raise NotLinkedError(slack_user_id)
        self._person_of[slack_user_id] = person.person_id
        return person

    def with_email(self, email: str) -> Person:
        address = ascii_lower(email.strip())
        partition = Partition(
            self._keys.directory(), schema.OWNERS_AND_DIRECTORY, prefix=schema.directory_email(address)
        )
        entries, _ = self._table.page(partition, limit=1)
        if not entries:
            raise NotFoundError("person", email)
        return self.get(entries[0]["person_id"])

    def starting_with(self, prefix: str, *, limit: int) -> list[Person]:
        start = ascii_lower(prefix.strip())
        found: dict[PersonId, None] = {}
        for kind in (schema.DIRECTORY_BY_NAME, schema.DIRECTORY_BY_EMAIL):
            partition = Partition(self._keys.directory(), schema.OWNERS_AND_DIRECTORY, prefix=kind + start)
            entries, _ = self._table.page(partition, limit=limit)
            found |= {entry["person_id"]: None for entry in entries}
        items = self._table.get_all([self._keys.person(person_id) for person_id in list(found)[:limit]])
        return sorted(map(read_person, items), key=lambda person: ascii_lower(person.name))

    def admins(self) -> list[PersonId]:
        return [entry["person_id"] for entry in self._directory() if Group.ADMINS in entry.get("groups", ())]

    def idle(self) -> list[str]:
        return [
            f"{entry['profile']['given_name']} {entry['profile']['family_name']}".strip()
            for entry in self._directory()
            if entry.get("open_tasks", 0) <= 0 and entry.get("enabled") and set(Group) & set(entry.get("groups", ()))
        ]

    def _directory(self) -> Iterator[Item]:
        # A team's directory is a few pages at most, and only the rare news for admins reads it whole.
        partition = Partition(self._keys.directory(), schema.OWNERS_AND_DIRECTORY, prefix=schema.DIRECTORY_BY_NAME)
        start: Item | None = None
        while True:
            entries, start = self._table.page(partition, limit=_DIRECTORY_PAGE, start=start)
            yield from entries
            if start is None:
                return

    def add(self, person: Person) -> None:
        actions = [
            {"Put": self._table.put_action(self._person_item(person), IS_NEW)},
            {"Put": self._table.put_action(self._email_item(person), IS_NEW)},
        ]
        if person.slack_user_id is not None:
            actions.append(
                {"Put": self._table.put_action(link_item(self._keys, person.person_id, person.slack_user_id), IS_NEW)}
            )
        try:
            self._table.transact(actions)
        except TransactionCancelledError as cancelled:
            raise ConflictError(person.person_id) from cancelled

    def remember_roles(self, person_id: PersonId, roles: Roles) -> None:
        try:
            self._table.update(self._keys.person(person_id), Update(set=roles.model_dump(mode="json")), EXISTS)
        except ConditionFailedError:
            raise NotFoundError("person", person_id) from None

    def _hinted(self, slack_user_id: SlackUserId) -> Person | None:
        person_id = self._person_of.get(slack_user_id)
        if person_id is None:
            return None
        item = self._table.get(self._keys.person(person_id))
        if item is None or item.get("slack_user_id") != slack_user_id:
            del self._person_of[slack_user_id]
            return None
        return read_person(item)

    def _person_item(self, person: Person) -> Item:
        return {
            **self._keys.person(person.person_id),
            "type": schema.PERSON,
            "version": _VERSION,
            "profile": _profile(person),
            **person.model_dump(mode="json", exclude_none=True, exclude=_PROFILE),
            "gsi1pk": self._keys.directory(),
            "gsi1sk": schema.directory_name(ascii_lower(person.name), person.person_id),
        }

    def _email_item(self, person: Person) -> Item:
        address = ascii_lower(person.email)
        return {
            **self._keys.person_email(person.person_id),
            "type": schema.EMAIL,
            "version": _VERSION,
            "person_id": person.person_id,
            "profile": _profile(person),
            "gsi1pk": self._keys.directory(),
            "gsi1sk": schema.directory_email(address) + person.person_id,
        }


def activity_item(keys: schema.Keys, person_id: PersonId, event: Event) -> Item:
    """An entry of a person's history, from which the relay takes the event to the bus."""
    item = {
        **keys.person_activity(person_id, event.event_id),
        "type": schema.ACTIVITY,
        "person_id": person_id,
        "detail_type": event.detail_type,
        **event.detail,
    }
    if event.actor.entry is Entry.SYSTEM:
        return item  # Nobody looks up what nobody did.
    return item | {"gsi2pk": keys.actor(event.actor.person_id), "gsi2sk": event.event_id}


def link_item(keys: schema.Keys, person_id: PersonId, slack_user_id: SlackUserId) -> Item:
    """The item that finds a person by their Slack user."""
    return {**keys.link(slack_user_id), "type": schema.LINK, "version": _VERSION, "person_id": person_id}


def _profile(person: Person) -> Item:
    return person.model_dump(mode="json", include=_PROFILE)


def read_person(item: Item) -> Person:
    return Person.model_validate({**item, **item["profile"]})
