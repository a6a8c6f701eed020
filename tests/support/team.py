"""A team that is administered: the services over memory, with a user pool and a mailbox that can fail at any step."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from core.audit.service import AuditService
from core.clock import Hurry, fresh_event_id
from core.errors import DependencyError, InvalidInputError, NotFoundError
from core.ids import PersonId
from core.jobs.running import job_service
from core.jobs.service import JobBook, JobService
from core.links.changes import LinkChanges
from core.links.news import LinkNews
from core.links.unlinking import Unlinking
from core.notifications.model import Mail
from core.people.accounts import PasswordPolicy
from core.people.administration import PeopleAdministration
from core.people.directory import Directory
from core.people.model import Account, Person, Roles
from core.people.orders import MemberRefusal, MemberRefusedError, NewMember
from core.people.reconciliation import Reconciliation
from core.storage.addresses import ascii_lower
from core.storage.memory import MemorySuppressionRepository
from core.storage.memory_team import MemoryAudit, MemoryJobRepository
from core.tasks.bulk import BulkChanges
from core.tasks.naming import OwnerNames
from core.workspace.service import SettingsService
from tests.support.world import WORKSPACE, World

POLICY = PasswordPolicy(min_length=12, lowercase=True, uppercase=True, digits=True, symbols=True)


DANA = NewMember(email="dana@example.com", given_name="Dana", family_name="Berg")
DANA_ID = PersonId("sub-dana")
"""What the played pool calls her."""
MEMBERS = frozenset({"TeamMembers"})


class Crash(BaseException):
    """The function dies: nothing catches this."""


@dataclass
class PlayedAccounts:
    """The user pool. Before the call with number `dies_at` the function dies, before `fails_at` Cognito is gone."""

    world: World
    users: dict[PersonId, Account] = field(default_factory=dict)
    passwords: dict[PersonId, str] = field(default_factory=dict)
    verified: set[PersonId] = field(default_factory=set)
    """Whose address is proven to be theirs."""
    signed_out: list[PersonId] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    dies_at: int | None = None
    fails_at: int | None = None
    refused: set[str] = field(default_factory=set)
    """Addresses that Cognito takes for none."""

    def take(self, person: Person) -> None:
        facts = person.model_dump(include={"person_id", "email", "given_name", "family_name", "groups", "enabled"})
        self.verified.add(person.person_id)
        self._put(Account(**facts, must_change_password=False))

    def find(self, name: str) -> Account | None:
        self._called("find")
        address = ascii_lower(name)
        named = (user for user in self.users.values() if name == user.person_id or address == ascii_lower(user.email))
        return next(named, None)

    def roles(self, person_id: PersonId) -> Roles:
        return self.world.cognito.roles(person_id)

    def password_policy(self) -> PasswordPolicy:
        self._called("password_policy")
        return POLICY

    def create(self, email: str, given_name: str, family_name: str, password: str) -> None:
        self._called("create")
        if email in self.refused:
            raise InvalidInputError.of("email", "not_understood")
        if any(user.email == email for user in self.users.values()):
            return
        person_id = PersonId(f"sub-{email.partition('@')[0]}")
        self.passwords[person_id] = password
        self._put(
            Account(
                person_id=person_id,
                email=email,
                given_name=given_name,
                family_name=family_name,
                groups=frozenset(),
                enabled=True,
                must_change_password=True,
            )
        )

    def change(self, person_id: PersonId, facts: Mapping[str, str]) -> None:
        if any(user.email == facts.get("email") for user in self.users.values() if user.person_id != person_id):
            raise MemberRefusedError(MemberRefusal.ALREADY_MEMBER, person_id)
        self._change("change", person_id, **facts)
        if "email" in facts:
            self.verified.discard(person_id)

    def set_temporary_password(self, person_id: PersonId, password: str) -> None:
        self._change("set_temporary_password", person_id, must_change_password=True)
        self.verified.add(person_id)
        self.passwords[person_id] = password

    def join(self, person_id: PersonId, group: str) -> None:
        self._change("join", person_id, groups=self._user(person_id).groups | {group})

    def leave(self, person_id: PersonId, group: str) -> None:
        self._change("leave", person_id, groups=self._user(person_id).groups - {group})

    def enable(self, person_id: PersonId) -> None:
        self._change("enable", person_id, enabled=True)

    def disable(self, person_id: PersonId) -> None:
        self._change("disable", person_id, enabled=False)

    def sign_out(self, person_id: PersonId) -> None:
        self._change("sign_out", person_id)
        self.signed_out.append(person_id)

    def delete(self, person_id: PersonId) -> None:
        self._called("delete")
        self.users.pop(person_id, None)
        self.world.cognito.known.pop(person_id, None)

    def everybody(self) -> Sequence[Account]:
        return list(self.users.values())

    def _user(self, person_id: PersonId) -> Account:
        if person_id not in self.users:
            raise NotFoundError("person", person_id)
        return self.users[person_id]

    def _change(self, call: str, person_id: PersonId, **changes: object) -> None:
        self._called(call)
        self._put(self._user(person_id).model_copy(update=changes))

    def _put(self, account: Account) -> None:
        self.users[account.person_id] = account
        self.world.cognito.known[account.person_id] = (account.groups, account.enabled)

    def _called(self, call: str) -> None:
        self.calls.append(call)
        if len(self.calls) == self.dies_at:
            raise Crash
        if len(self.calls) == self.fails_at:
            raise DependencyError("cognito", "TooManyRequestsException", retryable=True)


@dataclass
class Mailbox:
    """Everybody's mail; `is_down` refuses it, `dies_after` kills the function right after the next mail."""

    sent: list[tuple[str, Mail]] = field(default_factory=list)
    is_down: bool = False
    dies_after: bool = False

    def send(self, address: str, mail: Mail) -> None:
        if self.is_down:
            raise DependencyError("ses", "MessageRejected", retryable=False)
        self.sent.append((address, mail))
        if self.dies_after:
            raise Crash

    def to(self, address: str) -> list[Mail]:
        return [mail for receiver, mail in self.sent if receiver == address]


@dataclass
class Team:
    """Everything that admins have, over one world."""

    world: World = field(default_factory=World)
    hurry: Hurry | None = None
    accounts: PlayedAccounts = field(init=False)
    mailbox: Mailbox = field(default_factory=Mailbox)
    suppressions: MemorySuppressionRepository = field(default_factory=MemorySuppressionRepository)
    repository: MemoryJobRepository = field(init=False)
    jobs: JobService = field(init=False)
    administration: PeopleAdministration = field(init=False)
    directory: Directory = field(init=False)
    bulk: BulkChanges = field(init=False)
    settings: SettingsService = field(init=False)
    audit: AuditService = field(init=False)
    links: LinkChanges = field(init=False)
    names: OwnerNames = field(init=False)
    reconciliation: Reconciliation = field(init=False)

    def __post_init__(self) -> None:
        world = self.world
        self.accounts = PlayedAccounts(world)
        for person in (world.ada, world.ana, world.ben, world.chi):
            self.accounts.take(person)
        self.repository = MemoryJobRepository(world.people_kept, world.tasks_kept)
        news = LinkNews(WORKSPACE, world.clock, fresh_event_id)
        self.jobs = job_service(
            jobs=self.repository,
            accounts=self.accounts,
            directory=world.people_kept,
            task_repository=world.tasks_kept,
            tasks=world.tasks,
            people=world.people,
            unlinking=Unlinking(world.links_kept, news),
            mailer=self.mailbox,
            suppressions=self.suppressions,
            workspace=WORKSPACE,
            clock=world.clock,
            event_ids=fresh_event_id,
            hurry=self.hurry,
        )
        book = JobBook(self.repository, WORKSPACE, world.clock, fresh_event_id)
        self.administration = PeopleAdministration(
            world.people, world.people_kept, self.accounts, self.repository, book, self.jobs
        )
        self.directory = Directory(world.people_kept, world.tasks_kept, world.clock)
        self.bulk = BulkChanges(world.tasks, book, self.jobs, world.clock)
        self.settings = SettingsService(world.settings_kept, world.people, WORKSPACE, world.clock, fresh_event_id)
        self.audit = AuditService(
            MemoryAudit(world.tasks_kept, self.repository, world.settings_kept), world.tasks_kept, world.people
        )
        self.links = LinkChanges(world.links_kept, world.people, world.profiles, news, WORKSPACE)
        self.names = OwnerNames(world.tasks_kept, world.people_kept, world.clock)
        self.reconciliation = Reconciliation(
            self.accounts,
            self.accounts,
            world.people_kept,
            lambda person_id: self.names.bring_in_line(person_id, timedelta(seconds=10)),
            world.clock,
        )

    def join(self, person: Person) -> Person:
        """Take a person into the pool and the directory."""
        self.world.add(person)
        self.accounts.take(person)
        return person

    def person(self, person: Person | PersonId) -> Person:
        """As the directory has them now."""
        return self.world.people_kept.get(person.person_id if isinstance(person, Person) else person)

    def work(self) -> None:
        """Let a minute and more pass, and `work` go on with whatever is not finished."""
        self.world.clock.forward(timedelta(minutes=2))
        for intent in self.repository.intents:
            if intent.job is not None:
                while (job := self.jobs.resume(intent.job.job_id, timedelta(seconds=40))) is not None:
                    if not job.is_pending:
                        break


def refused(reason: MemberRefusal, change: Callable[[], Any]) -> None:
    """Assert that a change of a person is not made, and why."""
    with pytest.raises(MemberRefusedError) as refusal:
        change()
    assert refusal.value.reason is reason


def events_of(team: Team, kind: str) -> list[dict[str, Any]]:
    """The events of people's changes of one kind."""
    return [event.detail for event in team.repository.events if event.detail_type == kind]
