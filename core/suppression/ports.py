"""What suppressing addresses needs from outside."""

from typing import Protocol

from core.events import Event
from core.suppression.model import Suppression


class SuppressionRepository(Protocol):
    """Addresses are the same whatever the case of their ASCII letters."""

    def get(self, address: str) -> Suppression | None:
        """Tell whether and why an address gets no mail."""

    def add(self, suppression: Suppression, event: Event | None) -> None:
        """Save it together with its event; raise ConflictError where the address is suppressed already."""

    def remove(self, suppression: Suppression, event: Event | None) -> None:
        """Take this one away together with saving the event; raise ConflictError where it is not there any more."""
