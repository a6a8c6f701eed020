"""The events of links."""

from core.clock import Clock, EventIds
from core.events import Change, Event, EventActor, EventType
from core.ids import WorkspaceId
from core.links.model import LinkFacts
from core.people.model import Actor


class LinkNews:
    def __init__(self, workspace: WorkspaceId, clock: Clock, event_ids: EventIds) -> None:
        self._workspace = workspace
        self._clock = clock
        self._event_ids = event_ids

    def event(self, detail_type: EventType, actor: Actor | EventActor, facts: LinkFacts, *changes: Change) -> Event:
        """Make an event; one that makes a link or a request is what it is known by from then on."""
        now = self._clock()
        event_id = self._event_ids(now)
        known_by = {EventType.LINK_MADE: "link_id", EventType.LINK_REQUESTED: "request_id"}.get(detail_type)
        return Event(
            detail_type=detail_type,
            event_id=event_id,
            occurred_at=now,
            workspace=self._workspace,
            actor=EventActor.of(actor) if isinstance(actor, Actor) else actor,
            link=facts.model_copy(update={known_by: event_id} if known_by else {}),
            changes=changes,
        )
