"""Telling the admins that nothing reaches somebody: neither channel takes their news, and none will be tried again."""

from datetime import UTC, datetime, time, timedelta

from core.clock import named_event_id
from core.events import Change, Event, EventActor, EventType, MemberFacts
from core.ids import WorkspaceId
from core.people.model import Person


def unreached(person: Person, workspace: WorkspaceId, now: datetime) -> Event:
    """Say so of a person; within a week it is the same event, so that admins hear of it once, not of every task."""
    monday = now.astimezone(UTC).date() - timedelta(days=now.astimezone(UTC).weekday())
    return Event(
        detail_type=EventType.PERSON_UNREACHED,
        event_id=named_event_id(datetime.combine(monday, time(), UTC), f"unreached {person.person_id}"),
        occurred_at=now,
        workspace=workspace,
        actor=EventActor.of_the_system(),
        member=MemberFacts(person_id=person.person_id, name=person.name),
        changes=(Change(field="email", after=person.email),),
    )
