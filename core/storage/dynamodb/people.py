"""People, their links and the directory in the table.

A person is three items: the person, the entry that finds them by email, and the link of their Slack user.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from boto3.dynamodb.conditions import Attr, ConditionBase

from core.errors import ConflictError, NotFoundError, NotLinkedError
from core.events import Event
from core.ids import PersonId, SlackUserId, WorkspaceId
from core.people.model import Entry, Group, Person, Roles
from core.people.queries import DirectoryQuery
from core.storage import schema
from core.storage.addresses import ascii_lower
from core.storage.dynamodb.slices import SliceReader
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
from core.tasks.queries import Slice

_VERSION: Final = 1
_NOT_SAID: Final = datetime.min.replace(tzinfo=UTC)
_DIRECTORY_PAGE: Final = 1000
_PROFILE: Final = {"email", "given_name", "family_name", "locale", "title"}


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

    def slice(self, query: DirectoryQuery, *, limit: int, at: str | None = None) -> Slice[Person]:
        start = (schema.DIRECTORY_BY_EMAIL if query.by_email else schema.DIRECTORY_BY_NAME) + ascii_lower(query.prefix)
        partition = Partition(self._keys.directory(), schema.OWNERS_AND_DIRECTORY, low=start, high=f"{start}\U0010ffff")
        discards = query.only is not None and not query.by_email
        reader = SliceReader(
            self._table, [partition], lambda item: not discards or query.keeps(_row(item)), discards=discards
        )
        rows = reader.read(limit, at)
        items = self._table.get_all([self._keys.person(item["person_id"]) for item in rows.items])
        # The directory lags a moment behind the people, and an address says nothing of whoever has it.
        people = [person for person in map(read_person, items) if query.keeps(person)]
        is_short = rows.following is not None and len(people) < len(rows.items)
        return rows.of(people)._replace(gave_up=rows.gave_up or is_short)

    def admins(self) -> list[PersonId]:
        return [entry["person_id"] for entry in self._directory() if Group.ADMINS in entry.get("groups", ())]

    def everybody(self) -> list[Person]:
        return [_row(entry) for entry in self._directory()]

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
            {"Put": self._table.put_action(person_item(self._keys, person), IS_NEW)},
            {"Put": self._table.put_action(email_item(self._keys, person), IS_NEW)},
        ]
        if person.slack_user_id is not None:
            actions.append(
                {"Put": self._table.put_action(link_item(self._keys, person.person_id, person.slack_user_id), IS_NEW)}
            )
        try:
            self._table.transact(actions)
        except TransactionCancelledError as cancelled:
            raise ConflictError(person.person_id) from cancelled

    def bring_in_line(self, before: Person | None, after: Person) -> None:
        try:
            self._table.transact(list(person_actions(self._table, self._keys, before, after, is_latest=True).values()))
        except TransactionCancelledError as cancelled:
            raise ConflictError(after.person_id) from cancelled

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


def person_item(keys: schema.Keys, person: Person) -> Item:
    """The person, as the directory finds them by name; whoever was removed is in it no more."""
    item: Item = {
        **keys.person(person.person_id),
        "type": schema.PERSON,
        "version": _VERSION,
        "profile": profile_of(person),
        **person.model_dump(mode="json", exclude_none=True, exclude=_PROFILE),
    }
    return item | directory_place(keys, person)


def directory_place(keys: schema.Keys, person: Person) -> Item:
    """Where the directory has a person by name."""
    if person.removed_at is not None:
        return {}
    place = schema.directory_name(ascii_lower(person.name), person.person_id)
    return {"gsi1pk": keys.directory(), "gsi1sk": place}


def email_item(keys: schema.Keys, person: Person) -> Item:
    """The entry that finds a person by their address."""
    return {
        **keys.person_email(person.person_id),
        "type": schema.EMAIL,
        "version": _VERSION,
        "person_id": person.person_id,
        "profile": profile_of(person),
        "gsi1pk": keys.directory(),
        "gsi1sk": schema.directory_email(ascii_lower(person.email)) + person.person_id,
    }


def person_actions(
    table: Table, keys: schema.Keys, before: Person | None, after: Person, *, is_latest: bool = False
) -> dict[str, dict[str, Any]]:
    """The writes that bring the directory from one state of a person to the next, whatever else is on their item.

    With `is_latest`, only where nobody has written what Cognito says since `before`.
    """
    if before is None:
        return {
            "person": {"Put": table.put_action(person_item(keys, after), IS_NEW)},
            "email": {"Put": table.put_action(email_item(keys, after), IS_NEW)},
        }
    facts = after.model_dump(mode="json", include={"groups", "enabled", "checked_at", "removed_at"}, exclude_none=True)
    if after.time_zone != before.time_zone:  # Slack writes it too, and may do so at this very moment.
        facts["time_zone"] = after.time_zone
    update = Update(set={"profile": profile_of(after), **facts, **directory_place(keys, after)})
    if after.removed_at is None:
        stays: ConditionBase = EXISTS & Attr("removed_at").not_exists()
        if is_latest:
            stays &= Attr("checked_at").eq(before.model_dump(mode="json")["checked_at"])
        email = {"Put": table.put_action(email_item(keys, after))}
    else:
        update = Update(set=update.set, remove=("gsi1pk", "gsi1sk"))
        stays = Attr("open_tasks").not_exists() | Attr("open_tasks").eq(0)
        email = {"Delete": table.delete_action(keys.person_email(after.person_id))}
    return {
        "person": {"Update": table.update_action(keys.person(after.person_id), update, stays)},
        "email": email,
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


def profile_of(person: Person) -> Item:
    """The facts of a person that stand together on their items."""
    return person.model_dump(mode="json", include=_PROFILE)


def _row(item: Item) -> Person:
    """As much of a person as the directory's index has."""
    return read_person({"checked_at": _NOT_SAID, **item})


def read_person(item: Item) -> Person:
    """The person of an item."""
    return Person.model_validate({**item, **item["profile"]})
