"""Events of links for tests that begin where something has happened already: Chi's Slack user, Vera's account."""

from typing import Any

from core.clock import fresh_event_id
from core.events import Event, EventActor, EventType
from core.ids import EventId, SlackUserId
from core.links.model import LinkFacts, LinkRequest
from core.people.model import Actor, Entry, Person
from tests.support.world import NOW, WORKSPACE, make_person

CHI_IN_SLACK = SlackUserId("U0CHI")
VERA = make_person("Vera Lund", slack_user_id=None)


def make_facts(**facts: Any) -> LinkFacts:
    """Two sides that nothing proves to be one person."""
    defaults: dict[str, Any] = {
        "slack_user_id": CHI_IN_SLACK,
        "slack_name": "Chi Nguyen",
        "slack_email": "chi@example.com",
        "slack_email_confirmed": True,
        "person_id": VERA.person_id,
        "account_name": VERA.name,
        "account_email": VERA.email,
    }
    return LinkFacts(**{**defaults, **facts})


def link_event(detail_type: EventType, *, by: Person = VERA, **facts: Any) -> Event:
    """An event of its own; a request and a link are known by it."""
    event_id = fresh_event_id(NOW)
    known_by = {EventType.LINK_REQUESTED: "request_id", EventType.LINK_MADE: "link_id"}.get(detail_type)
    return Event(
        detail_type=detail_type,
        event_id=event_id,
        occurred_at=NOW,
        workspace=WORKSPACE,
        actor=EventActor.of(Actor(person=by, entry=Entry.SLACK)),
        link=make_facts(**({known_by: event_id} if known_by else {}) | facts),
    )


def request_of(event: Event) -> LinkRequest:
    """The request that an event announced."""
    assert event.link is not None
    return LinkRequest(request_id=EventId(event.event_id), facts=event.link, asked_at=event.occurred_at)
