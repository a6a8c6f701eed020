"""The team's services over a running stack, as a door has them; and the function `work`, which can be killed."""

import os
import signal
from pathlib import Path

from core.bootstrap.team import TeamServices, jobs_of, team_services
from core.clock import fresh_event_id, system_clock
from core.cognito import CognitoDirectory
from core.cognito_accounts import CognitoAccounts
from core.email import SesMailer
from core.ids import PersonId, SlackUserId, TaskId
from core.people.model import Actor, Entry, Person
from core.people.service import PeopleService
from core.storage.dynamodb.jobs import DynamoJobRepository
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.settings import DynamoSettingsRepository
from core.storage.dynamodb.table import Table
from core.storage.dynamodb.tasks import DynamoTaskRepository
from core.tasks.model import Task
from core.tasks.ports import TaskWrite
from core.tasks.service import TaskService
from core.workspace.settings import WorkspaceSettings
from infra.local.demo import ADA, TEAM_ID
from infra.local.local_stack import MAIL_SENDER, LocalStack


class RunningTeam:
    def __init__(self, stack: LocalStack) -> None:
        self._stack = stack
        self.table = Table(stack.aws.client("dynamodb"), stack.info["table"])
        self.directory = DynamoPersonRepository(self.table, TEAM_ID)
        self.repository = DynamoJobRepository(self.table, TEAM_ID)
        self.tasks_kept = DynamoTaskRepository(self.table, TEAM_ID, system_clock)
        self.cognito = stack.aws.client("cognito-idp")
        pool = stack.info["user_pool_id"]
        asked = CognitoDirectory(self.cognito, pool, system_clock)
        self.accounts = CognitoAccounts(self.cognito, pool, asked)
        settings = DynamoSettingsRepository(self.table, TEAM_ID, WorkspaceSettings())
        self.people = PeopleService(self.directory, asked, system_clock, settings.get)
        self.tasks = TaskService(self.tasks_kept, self.people, TEAM_ID, system_clock, fresh_event_id)
        mailer = SesMailer(
            stack.aws.client("sesv2"), sender=MAIL_SENDER, configuration_set=stack.outputs["MailConfigurationSet"]
        )
        self.services: TeamServices = team_services(
            self.table, self.accounts, mailer, settings, self.tasks, self.people
        )
        self.jobs = jobs_of(self.table, self.accounts, mailer, self.tasks, self.people)

    @property
    def ada(self) -> Actor:
        return Actor(person=self.directory.linked_to(SlackUserId(ADA.slack_user_id)), entry=Entry.SLACK)

    def give(self, owner: Person, count: int) -> list[TaskId]:
        """Put open tasks on somebody's list without telling anybody."""
        given = []
        for number in range(count):
            now = system_clock()
            task = Task(
                task_id=TaskId(f"T-{self.tasks_kept.next_number()}"),
                version=1,
                title=f"Handed down {number}",
                assigned_to=owner.ref,
                created_by=self.ada.person.ref,
                created_at=now,
                updated_at=now,
            )
            self.tasks_kept.save(TaskWrite(None, task, ()))
            given.append(task.task_id)
        return given

    def take_away(self, task_ids: list[TaskId]) -> None:
        """Leave the lists of the shared system as they were, again without telling anybody."""
        for task_id in task_ids:
            task = self.tasks_kept.get(task_id)
            gone = task.model_copy(update={"deleted_at": system_clock(), "version": task.version + 1})
            self.tasks_kept.save(TaskWrite(task, gone, ()))

    def open_of(self, person_id: PersonId | None) -> list[Task]:
        found: list[Task] = []
        cursor: str | None = None
        while True:
            page = self.tasks_kept.open_of(person_id, limit=100, cursor=cursor)
            found += page.items
            cursor = page.cursor
            if cursor is None:
                return found

    def kill_worker(self) -> int:
        """Kill the processes that run `work` right now, as an outage does; gives how many there were."""
        name = f"AWS_LAMBDA_FUNCTION_NAME={self._stack.info['functions']['work']}".encode()
        victims = [
            int(process.name)
            for process in Path("/proc").iterdir()
            if process.name.isdecimal()
            and _is_child(process, self._stack.emulator.pid)
            and name in _environment(process)
        ]
        for victim in victims:
            os.kill(victim, signal.SIGKILL)
        return len(victims)


def _is_child(process: Path, parent: int) -> bool:
    try:
        fields = (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False
    return int(fields[1]) == parent


def _environment(process: Path) -> list[bytes]:
    try:
        return (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return []
