"""The weekly digest for admins who want one: what is overdue, who has nothing to do, what is nobody's."""

from datetime import UTC, datetime, timedelta
from typing import Final

from core.events import Release, TeamWeek
from core.notifications.preferences import WEEKLY, Appointments
from core.notifications.reminders import Remindable, ReminderRepository
from core.people.ports import PersonRepository
from core.tasks.ports import TaskRepository
from core.tasks.queries import Scope, TaskQuery

NAMED: Final = 10
_COUNTED: Final = 1_000


class WeeklyDigests:
    def __init__(
        self,
        appointments: Appointments,
        reminders: ReminderRepository,
        tasks: TaskRepository,
        people: PersonRepository,
    ) -> None:
        self._appointments = appointments
        self._reminders = reminders
        self._tasks = tasks
        self._people = people

    def prepare(self, release: Release, now: datetime) -> TeamWeek | None:
        """Make the appointment for the week after, and sum up the team; None for who wants no digest (any more).

        Where the person's hour is another by now, nothing is summed up, but there is an appointment for that one.
        The appointment comes first: a sweep that dies after it does the same again.
        """
        for who in self._reminders.remindable([release.person_id]):
            if who.person.is_admin and who.preferences.weekly_digest:
                hour = _hour_of_its_week(release.until, who)
                is_due = hour == release.until
                following = who.preferences.next_weekly(max(now, release.until), who.person.zone)
                comes_yet = not is_due and hour > now
                self._appointments.appoint(hour if comes_yet else following, WEEKLY, release.person_id)
                return self._team_week(now) if is_due else None
        return None

    def _team_week(self, now: datetime) -> TeamWeek:
        overdue = TaskQuery(Scope.TEAM, due_before=now)
        return TeamWeek(
            overdue=self._tasks.count(overdue, limit=_COUNTED),
            longest_overdue=tuple(task.task_id for task in self._tasks.slice(overdue, limit=NAMED).items),
            unassigned=self._tasks.count(TaskQuery(Scope.OWNER, None), limit=_COUNTED),
            idle=tuple(self._people.idle()),
        )


def _hour_of_its_week(when: datetime, who: Remindable) -> datetime:
    """When the digest of that week comes, as the person's settings are now."""
    # On the person's own clock: a week may be an hour longer or shorter.
    a_week_before = when.astimezone(who.person.zone) - timedelta(weeks=1)
    return who.preferences.next_weekly(a_week_before.astimezone(UTC), who.person.zone)
