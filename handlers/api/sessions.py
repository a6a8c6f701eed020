"""Whether a token that verifies still counts: its signature says nothing of a sign-out or a disabled account."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from core.clock import Clock

ANSWER_GOOD_FOR: Final = timedelta(seconds=60)


class Sessions:
    """Asks Cognito about each token, and keeps what it said for a minute."""

    def __init__(self, ask: Callable[[str], bool], clock: Clock) -> None:
        self._ask = ask
        self._clock = clock
        self._answers: dict[bytes, tuple[datetime, bool]] = {}

    def is_live(self, access_token: str, *, afresh: bool) -> bool:
        """Tell whether a token still counts; `afresh` asks even when the last answer is good."""
        now = self._clock()
        name = hashlib.sha256(access_token.encode()).digest()
        if not afresh and name in self._answers:
            asked_at, live = self._answers[name]
            if now - asked_at < ANSWER_GOOD_FOR:
                return live
        live = self._ask(access_token)
        self._forget_before(now - ANSWER_GOOD_FOR)
        self._answers[name] = (now, live)
        return live

    def forget(self, access_token: str) -> None:
        """Ask about a token again at its next use."""
        self._answers.pop(hashlib.sha256(access_token.encode()).digest(), None)

    def _forget_before(self, then: datetime) -> None:
        self._answers = {name: answer for name, answer in self._answers.items() if answer[0] > then}
