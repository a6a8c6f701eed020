"""What the settings need from outside."""

from typing import Protocol

from core.events import Event
from core.workspace.settings import WorkspaceSettings


class SettingsRepository(Protocol):
    def get(self) -> WorkspaceSettings:
        """As they stand now; the deployment's defaults where nobody has saved any."""

    def save(self, settings: WorkspaceSettings, event: Event) -> None:
        """Save them with their event; raise ConflictError where they are not of the version before any more."""
