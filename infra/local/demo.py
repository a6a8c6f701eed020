"""The demo team and its tasks, put into a fresh system through the same services that the doors use."""

from collections.abc import Iterator, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from core.clock import fresh_event_id, system_clock
from core.cognito import CognitoDirectory
from core.errors import ConflictError
from core.ids import PersonId, SlackUserId, WorkspaceId
from core.people.model import Actor, Entry, Group, Person
from core.people.service import PeopleService
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.table import Table
from core.storage.dynamodb.tasks import DynamoTaskRepository
from core.storage.schema import Keys
from core.tasks.model import NewTask, Priority, TaskStatus
from core.tasks.service import TaskService
from infra.local.aws import LocalAws
from infra.local.deploy import Outputs

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

TEAM_ID: Final = WorkspaceId("T0DEMO")
_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody of the demo team. Known here, and nowhere else, is their password."""

    given_name: str
    family_name: str
    time_zone: str
    group: Group
    linked: bool = True

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def email(self) -> str:
        return f"{self.given_name}.{self.family_name}@example.com".lower()

    @property
    def password(self) -> str:
        return f"{self.given_name}-demo-2026!"

    @property
    def slack_user_id(self) -> SlackUserId:
        return SlackUserId(f"U0{self.given_name.upper()}")

    @property
    def slack_name(self) -> str:
        return self.given_name.lower()


ADA: Final = DemoPerson("Ada", "Lind", "Europe/Stockholm", Group.ADMINS)
OMAR: Final = DemoPerson("Omar", "Haddad", "Africa/Cairo", Group.ADMINS)
ANA: Final = DemoPerson("Ana", "Silva", "America/Sao_Paulo", Group.TEAM_MEMBERS)
BEN: Final = DemoPerson("Ben", "Okoro", "Africa/Lagos", Group.TEAM_MEMBERS)
CHI: Final = DemoPerson("Chi", "Nguyen", "Asia/Ho_Chi_Minh", Group.TEAM_MEMBERS, linked=False)
TEAM: Final = (ADA, OMAR, ANA, BEN, CHI)


@dataclass(frozen=True, slots=True)
class DemoTask:
    """A task made `age` ago, due `due` from now (so a negative one is overdue)."""

    title: str
    by: DemoPerson
    to: DemoPerson | None
    age: timedelta
    due: timedelta | None = None
    status: TaskStatus = TaskStatus.OPEN
    priority: Priority = Priority.NORMAL
    labels: tuple[str, ...] = ()
    description: str = ""


def _days(count: float) -> timedelta:
    return timedelta(days=count)


TASKS: Final = (
    DemoTask("Renew the certificate of the booking page", ADA, ANA, _days(12), _days(-3), priority=Priority.URGENT,
             labels=("web",), description="Guests see a warning once it has run out."),
    DemoTask("Write down how to restore a backup", OMAR, BEN, _days(11), _days(-1), TaskStatus.IN_PROGRESS,
             labels=("ops",)),
    DemoTask("Order badges for the spring fair", ADA, CHI, _days(9), _days(-2)),
    DemoTask("Move the newsletter to the new sender", OMAR, ANA, _days(8), _days(4), TaskStatus.BLOCKED,
             labels=("mail",), description="Waits for the domain to be verified."),
    DemoTask("Answer the questions of the auditors", ADA, OMAR, _days(7), _days(0.2), priority=Priority.HIGH),
    DemoTask("Book rooms for the team days", BEN, BEN, _days(6), _days(9)),
    DemoTask("Fix the rounding in invoices above 10,000", ADA, BEN, _days(5), _days(1), priority=Priority.HIGH,
             labels=("billing", "bug"), description="The sum differs by a cent from the sum of the lines."),
    DemoTask("Translate the sign-up page into Portuguese", OMAR, ANA, _days(4), _days(6), TaskStatus.DONE,
             labels=("web",)),
    DemoTask("Collect ideas for the summer party", ANA, ANA, _days(3), labels=("fun",)),
    DemoTask("Check which reports nobody reads", ADA, None, _days(2), _days(14), priority=Priority.LOW),
    DemoTask("Call the three customers who left in October", OMAR, CHI, _days(1), _days(2)),
    DemoTask("Prepare the slides for the board", ADA, ANA, timedelta(hours=3), _days(3), TaskStatus.IN_PROGRESS),
)  # fmt: skip


class Demo:
    """Fills one deployed system."""

    def __init__(self, aws: LocalAws, outputs: Outputs) -> None:
        self._cognito: CognitoIdentityProviderClient = aws.client("cognito-idp")
        self._pool = outputs["UserPoolId"]
        self._table = Table(aws.client("dynamodb"), outputs["TableName"])

    def is_there(self) -> bool:
        """Tell whether this system was filled to the end before, whatever became of its tasks since."""
        sequence = self._table.get(Keys(TEAM_ID).sequence())
        return sequence is not None and sequence["latest"] >= len(TASKS)

    def linked(self) -> Set[SlackUserId]:
        """Who of the team is linked at this moment."""
        links = [Keys(TEAM_ID).link(person.slack_user_id) for person in TEAM]
        found = {item["pk"] for item in self._table.get_all(links)}
        return {person.slack_user_id for person, link in zip(TEAM, links, strict=True) if link["pk"] in found}

    def fill(self, now: datetime) -> None:
        """Add the team and its tasks; what an interrupted start added already stays as it is."""
        people = {person: self._add_person(person, now) for person in TEAM}
        there = set(self._titles())
        for task in sorted(TASKS, key=lambda each: each.age, reverse=True):
            if task.title not in there:
                self._add_task(task, people, now)

    def _titles(self) -> Iterator[str]:
        # Not by naming the requests: the markers of tasks made days ago are past their expiry from the start.
        tasks, cursor = DynamoTaskRepository(self._table, TEAM_ID, system_clock), None
        while True:
            page = tasks.everything(limit=_PAGE, cursor=cursor)
            yield from (task.title for task in page.items)
            cursor = page.cursor
            if cursor is None:
                return

    def _add_person(self, person: DemoPerson, now: datetime) -> Person:
        added = Person(
            person_id=self._add_user(person),
            email=person.email,
            given_name=person.given_name,
            family_name=person.family_name,
            groups=frozenset({person.group}),
            checked_at=now,
            time_zone=person.time_zone,
            slack_user_id=person.slack_user_id if person.linked else None,
        )
        with suppress(ConflictError):
            DynamoPersonRepository(self._table, TEAM_ID).add(added)
        return added

    def _add_user(self, person: DemoPerson) -> PersonId:
        attributes = {
            "email": person.email,
            "email_verified": "true",
            "given_name": person.given_name,
            "family_name": person.family_name,
        }
        with suppress(self._cognito.exceptions.UsernameExistsException):
            self._cognito.admin_create_user(
                UserPoolId=self._pool,
                Username=person.email,
                UserAttributes=[{"Name": name, "Value": value} for name, value in attributes.items()],
                MessageAction="SUPPRESS",
            )
        user_name = self._cognito.admin_get_user(UserPoolId=self._pool, Username=person.email)["Username"]
        self._cognito.admin_set_user_password(
            UserPoolId=self._pool, Username=user_name, Password=person.password, Permanent=True
        )
        self._cognito.admin_add_user_to_group(UserPoolId=self._pool, Username=user_name, GroupName=person.group)
        return PersonId(user_name)

    def _add_task(self, task: DemoTask, people: Mapping[DemoPerson, Person], now: datetime) -> None:
        actor = Actor(person=people[task.by], entry=Entry.SLACK, is_fresh=True)
        new = NewTask(
            title=task.title,
            description=task.description,
            assigned_to=people[task.to].person_id if task.to else None,
            deadline=(now + task.due).replace(minute=0, second=0, microsecond=0) if task.due else None,
            priority=task.priority,
            labels=task.labels,
        )
        made = self._tasks_at(now - task.age).create(actor, new).task
        if task.status != made.task_status:
            owner = Actor(person=people[task.to or task.by], entry=Entry.SLACK, is_fresh=True)
            self._tasks_at(now - task.age / 2).change_status(owner, made.task_id, task.status)

    def _tasks_at(self, when: datetime) -> TaskService:
        """The task service as it was at work at another time."""
        directory = CognitoDirectory(self._cognito, self._pool, system_clock)
        people = PeopleService(DynamoPersonRepository(self._table, TEAM_ID), directory, system_clock)
        tasks = DynamoTaskRepository(self._table, TEAM_ID, clock=lambda: when)
        return TaskService(tasks, people, TEAM_ID, clock=lambda: when, event_ids=fresh_event_id)


def people_facts(linked: Set[SlackUserId]) -> list[dict[str, object]]:
    """List who is who, with what it takes to be them here."""
    return [
        {
            "name": person.name,
            "slack_user_id": person.slack_user_id,
            "email": person.email,
            "password": person.password,
            "groups": [person.group],
            "linked": person.slack_user_id in linked,
        }
        for person in TEAM
    ]
