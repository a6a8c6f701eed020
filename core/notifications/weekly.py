"""The weekly digest for admins who want one: what is overdue, who has nothing to do, what is nobody's."""

from datetime import date, datetime
from typing import Final

from core.events import Release, TeamWeek
from core.notifications.preferences import WEEKLY, Appointments, monday_of
from core.notifications.reminders import ReminderRepository
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
        """Make the next appointment, and sum up the team; None for who wants no digest (any more).

        Where the person's hour of that week is yet to come, the appointment is for it, and nothing is summed up now.
        Whether the week was summed up already is for the outbox to say, which lets each week go once.
        The appointment comes first: a sweep that dies after it does the same again.
        """
        for who in self._reminders.remindable([release.person_id]):
            if who.person.is_admin and who.preferences.weekly_digest:
                zone = who.person.zone
                monday = monday_of(release.until, zone)
                hour = who.preferences.weekly_hour(monday, zone)
                following = who.preferences.next_weekly(max(now, release.until), zone)
                self._appointments.appoint(following, WEEKLY, release.person_id)
                return None if hour > now else self._team_week(monday, now)
        return None

    def _team_week(self, monday: date, now: datetime) -> TeamWeek:
        overdue = TaskQuery(Scope.TEAM, due_before=now)
        return TeamWeek(
            week=monday,
            overdue=self._tasks.count(overdue, limit=_COUNTED),
            longest_overdue=tuple(task.task_id for task in self._tasks.slice(overdue, limit=NAMED).items),
            unassigned=self._tasks.count(TaskQuery(Scope.OWNER, None), limit=_COUNTED),
            idle=tuple(self._people.idle()),
        )
