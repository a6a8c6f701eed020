"""Which steps a job of each kind consists of."""

from core.clock import Clock, EventIds, Hurry
from core.ids import WorkspaceId
from core.jobs.model import JobKind
from core.jobs.news import JobNews
from core.jobs.ports import JobRepository
from core.jobs.service import JobService, Runner
from core.links.unlinking import Unlinking
from core.notifications.ports import Mailer
from core.people.accounts import Accounts
from core.people.changes import MemberChanges
from core.people.ports import PersonRepository
from core.people.removal import MemberRemoval
from core.people.service import PeopleService
from core.suppression.ports import SuppressionRepository
from core.tasks.bulk import BulkRunner
from core.tasks.moving import TaskMoves
from core.tasks.ports import TaskRepository
from core.tasks.service import TaskService


def job_service(
    *,
    jobs: JobRepository,
    accounts: Accounts,
    directory: PersonRepository,
    task_repository: TaskRepository,
    tasks: TaskService,
    people: PeopleService,
    unlinking: Unlinking,
    mailer: Mailer,
    suppressions: SuppressionRepository,
    workspace: WorkspaceId,
    clock: Clock,
    event_ids: EventIds,
    hurry: Hurry | None = None,
) -> JobService:
    """Put together what goes through jobs, for a door as for `work`."""
    news = JobNews(workspace, clock, event_ids)
    moves = TaskMoves(task_repository, people, workspace, clock, event_ids)
    bulk = BulkRunner(tasks, people, jobs, news, clock)
    runners: dict[JobKind, Runner] = dict.fromkeys(
        JobKind, MemberChanges(accounts, directory, jobs, mailer, suppressions, news, clock, hurry)
    )
    runners |= {
        JobKind.REMOVE_MEMBER: MemberRemoval(accounts, directory, jobs, moves, unlinking, news, clock),
        JobKind.CHANGE_TASKS: bulk,
        JobKind.UNDO_TASKS: bulk,
    }
    return JobService(jobs, runners, news, clock, hurry)
