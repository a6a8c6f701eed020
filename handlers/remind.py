"""Reminders: there are none yet, and this door says so."""

from typing import Any

from core.settings import Door, Settings
from handlers._runtime import Handler, started_by_lambda


def build(_settings: Settings) -> Handler:
    def run(_event: dict[str, Any], _context: Any) -> dict[str, str]:
        return {"result": "nothing to do"}

    return run


__getattr__ = started_by_lambda(Door.REMIND, build)
