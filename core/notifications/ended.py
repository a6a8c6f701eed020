"""Telling the admins, once and by email, that Slack does not let the app in any more."""

from core.clock import first_event_id
from core.events import Event, EventActor, EventType
from core.ids import WorkspaceId
from core.notifications.ports import Announcer, Ending, SlackInstallation


class EndedNews:
    def __init__(self, installation: SlackInstallation, announcer: Announcer, workspace: WorkspaceId) -> None:
        self._installation = installation
        self._announcer = announcer
        self._workspace = workspace

    def tell(self, ending: Ending) -> None:
        """Have the email channel tell the admins, unless it was asked to.

        Asked twice, it tells them once all the same: the event is known by the moment of the ending.
        """
        if ending.is_announced:
            return
        event = Event(
            detail_type=EventType.SLACK_ENDED,
            event_id=first_event_id(ending.at),
            occurred_at=ending.at,
            workspace=self._workspace,
            actor=EventActor.of_the_system(),
        )
        self._announcer.announce(event)
        self._installation.announced()
