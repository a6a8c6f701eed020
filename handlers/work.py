"""Jobs that a door has begun and not finished, names that lie on tasks, and the nightly look at Cognito."""

import logging
from datetime import datetime, timedelta
from typing import Any, Final

from core.bootstrap.work import WorkDoor, for_work
from core.clock import system_clock
from core.errors import InvalidInputError, NotFoundError
from core.events import Event, EventType
from core.ids import PersonId
from core.settings import Door, Settings
from handlers._queue import each_event
from handlers._runtime import Handler, started_by_lambda

PATIENCE: Final = timedelta(seconds=40)
"""Of the minute that one invocation has; what is left then goes on with the next."""
LOOK_AGAIN: Final = timedelta(seconds=5)
RECONCILE: Final = "reconcile"

_log = logging.getLogger(__name__)


def build(settings: Settings) -> Handler:
    door = for_work(settings)

    def go_on(event: Event, *_: object) -> datetime | None:
        if event.detail_type is not EventType.JOB_BEGUN:
            whose = renamed_in(event)
            is_done = whose is None or door.names.bring_in_line(whose, PATIENCE)
            return None if is_done else system_clock() + LOOK_AGAIN
        if event.job is None:
            raise InvalidInputError.of("job", "missing")
        try:
            job = door.jobs.resume(event.job.job_id, PATIENCE) or door.jobs.get(event.job.job_id)
        except NotFoundError:
            return None  # It ended long ago.
        # Somebody else may be at it, or it takes longer.
        return system_clock() + LOOK_AGAIN if job.is_pending else None

    def run(event: dict[str, Any], _context: Any) -> dict[str, Any]:
        if event.get("do") == RECONCILE:
            return _reconcile(door)
        return each_event(event, go_on, door.redelivery)

    return run


def renamed_in(event: Event) -> PersonId | None:
    """Of whom an event says that their name or their Slack user is another one now."""
    if event.link is not None:
        return event.link.person_id
    is_renamed = event.change_of("given_name") or event.change_of("family_name")
    return event.member.person_id if event.member and is_renamed else None


def _reconcile(door: WorkDoor) -> dict[str, Any]:
    done = door.reconciliation.run()
    counts = {"read": done.read, "added": done.added, "changed": done.changed, "gone": done.gone, "left": done.left}
    _log.info("the directory is in line with Cognito", extra=counts)
    return counts


__getattr__ = started_by_lambda(Door.WORK, build)
