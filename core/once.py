"""What must be done once, however often it is asked for."""

from typing import Protocol


class OnceRepository(Protocol):
    def take(self, key: str) -> bool:
        """Take what is named by `key` upon oneself; False where somebody did within the last day."""

    def give_back(self, key: str) -> None:
        """Let it be taken again: it was not done."""
