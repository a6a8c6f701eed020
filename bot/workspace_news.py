"""What Slack tells about its users and about the app itself."""

import logging
from typing import Any

from core.links.changes import LinkChanges
from core.notifications.ports import SlackInstallation
from core.slack import read_profile

_log = logging.getLogger(__name__)


class WorkspaceNews:
    def __init__(self, links: LinkChanges, installation: SlackInstallation) -> None:
        self._links = links
        self._installation = installation

    def handle_user_change(self, event: dict[str, Any]) -> None:
        """Suspend, or let in again, whoever was deactivated or became a guest, and keep up name and time zone."""
        self._links.slack_user_changed(read_profile(event["user"]))

    def handle_app_uninstalled(self) -> None:
        """Stop sending; nobody is told through Slack."""
        self._end("app_uninstalled")

    def handle_tokens_revoked(self, event: dict[str, Any]) -> None:
        """Stop sending where the bot's own token is among those taken away."""
        if event["tokens"].get("bot"):
            self._end("tokens_revoked")

    def _end(self, reason: str) -> None:
        _log.warning("Slack no longer lets the app in", extra={"reason": reason})
        self._installation.end()
