"""The HTTP API over repositories in memory, with a user pool that the test holds in its hands."""

import asyncio
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx
from fastapi import FastAPI

from core.clock import Clock, fresh_event_id
from core.cognito import (
    AppClient,
    NewPasswordNeeded,
    ResetRefusedError,
    SignedIn,
    SignInRefusedError,
    TooManyAttemptsError,
)
from core.errors import DependencyError, ForbiddenError, InvalidInputError, NotFoundError
from core.ids import PersonId, WorkspaceId
from core.jobs.running import job_service
from core.jobs.service import JobBook
from core.links.news import LinkNews
from core.links.unlinking import Unlinking
from core.people.administration import PeopleAdministration
from core.people.directory import Directory
from core.people.model import Account, Person, Roles
from core.people.service import PeopleService
from core.storage.memory import MemoryPersonRepository, MemorySuppressionRepository, MemoryTaskRepository
from core.storage.memory_links import MemoryLinkRepository
from core.storage.memory_team import MemoryJobRepository
from core.tasks.ports import TaskRepository
from core.tasks.service import TaskService
from core.tokens import TokenVerifier
from handlers.api.app import create_api
from handlers.api.services import ApiServices
from tests.support.team import Mailbox, PlayedAccounts
from tests.support.tokens import ADMIN_CLIENT, ISSUER, USER_CLIENT, SigningKey, access_claims, key_set
from tests.support.world import World

WORKSPACE: Final = WorkspaceId("T0001")
SIGNER: Final = SigningKey("key-1")
SESSION: Final = "session-of-a-first-sign-in"
CODE: Final = "654321"
PASSWORD: Final = "Right-password-1"
TEMPORARY: Final = "Temporary-1"


@dataclass
class FakePool:
    """Plays the user pool for sign-in and roles; `down` makes it fail, `asked` counts what tokens cost."""

    users: dict[str, Account] = field(default_factory=dict)
    first_sign_ins: set[str] = field(default_factory=set)
    signed_out: set[str] = field(default_factory=set)
    refresh_tokens: dict[str, str] = field(default_factory=dict)
    codes_sent: list[tuple[str, str]] = field(default_factory=list)
    locked: bool = False
    down: bool = False
    asked: int = 0

    def roles(self, person_id: PersonId) -> Roles:
        self._be_up()
        for user in self.users.values():
            if user.person_id == person_id:
                return Roles(groups=user.groups, enabled=user.enabled, checked_at=datetime.now(UTC))
        raise NotFoundError("person", person_id)

    def authenticate(self, app: AppClient, email: str, password: str) -> SignedIn | NewPasswordNeeded:
        self._be_up()
        if self.locked:
            raise TooManyAttemptsError
        first = email in self.first_sign_ins
        if email not in self.users or password != (TEMPORARY if first else PASSWORD):
            raise SignInRefusedError
        if app.group not in self.users[email].groups:
            raise ForbiddenError(f"sign_in.{app.group}")
        return NewPasswordNeeded(SESSION) if first else self._signed_in(email)

    def answer_new_password(self, app: AppClient, email: str, session: str, new_password: str) -> SignedIn:
        self._be_up()
        if session != SESSION or email not in self.first_sign_ins or app.group not in self.users[email].groups:
            raise SignInRefusedError
        if len(new_password) < 8:
            raise InvalidInputError.of("new_password", "password_policy")
        return self._signed_in(email)

    def refresh(self, app: AppClient, email: str, refresh_token: str) -> SignedIn:
        self._be_up()
        if email not in self.users or refresh_token != self.refresh_tokens.get(email):
            raise SignInRefusedError
        if app.group not in self.users[email].groups:
            raise ForbiddenError(f"sign_in.{app.group}")
        return self._signed_in(email)

    def sign_out(self, access_token: str) -> None:
        self._be_up()
        if access_token in self.signed_out:
            raise SignInRefusedError
        self.signed_out.add(access_token)
        self.refresh_tokens.clear()

    def send_reset_code(self, app: AppClient, email: str) -> None:
        self._be_up()
        self.codes_sent.append((app.client_id, email))

    def reset_password(self, app: AppClient, email: str, code: str, new_password: str) -> None:
        self._be_up()
        if (app.client_id, email) not in self.codes_sent or code != CODE or len(new_password) < 12:
            raise ResetRefusedError

    def is_signed_in(self, access_token: str) -> bool:
        self._be_up()
        self.asked += 1
        return access_token not in self.signed_out

    def _signed_in(self, email: str) -> SignedIn:
        self.refresh_tokens[email] = "refresh"
        return SignedIn(self.users[email], "access", "refresh", 3600, "Bearer")

    def _be_up(self) -> None:
        if self.down:
            raise DependencyError("cognito", "down", retryable=True)


class PoolAccounts(PlayedAccounts):
    """The same pool, as people are administered in it."""

    def __init__(self, pool: FakePool) -> None:
        super().__init__(World())
        self._pool = pool

    def roles(self, person_id: PersonId) -> Roles:
        return self._pool.roles(person_id)

    def delete(self, person_id: PersonId) -> None:
        account = self.users.pop(person_id)
        del self._pool.users[account.email]

    def _put(self, account: Account) -> None:
        self.users[account.person_id] = self._pool.users[account.email] = account


class ApiWorld:
    """A small team and the API that it uses."""

    def __init__(self, keeper: Callable[[Clock], TaskRepository] | None = None) -> None:
        """Tasks are kept in memory, or by whoever `keeper` makes."""
        self.now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
        self.pool = FakePool()
        self.people = MemoryPersonRepository()
        people = PeopleService(self.people, self.pool, self.clock)
        self.tasks = keeper(self.clock) if keeper else MemoryTaskRepository(self.people)
        tasks = TaskService(self.tasks, people, WORKSPACE, self.clock, fresh_event_id)
        self.mailbox = Mailbox()
        self.accounts = PoolAccounts(self.pool)
        administration = self._administration(tasks, people)
        self.services = ApiServices(
            tasks=tasks,
            people=people,
            directory=Directory(self.people, self.tasks, self.clock),
            administration=administration,
            tokens=TokenVerifier(ISSUER, {ADMIN_CLIENT, USER_CLIENT}, lambda: key_set(SIGNER), self.clock),
            accounts=self.pool,
            admin_app=AppClient(ADMIN_CLIENT, "Admins"),
            member_app=AppClient(USER_CLIENT, "TeamMembers"),
            cursor_secret=lambda: "a secret of the admins' app client",
            clock=self.clock,
        )
        self.app: FastAPI = create_api(self.services)
        self._numbers = itertools.count(1)
        self.add("ada", "Admins", time_zone="Europe/Lisbon")
        self.add("bo", "TeamMembers", time_zone="America/New_York")
        self.add("cy", "TeamMembers")

    def _administration(self, tasks: TaskService, people: PeopleService) -> PeopleAdministration:
        kept = MemoryTaskRepository(self.people) if not isinstance(self.tasks, MemoryTaskRepository) else self.tasks
        repository = MemoryJobRepository(self.people, kept)
        news = LinkNews(WORKSPACE, self.clock, fresh_event_id)
        self.jobs = job_service(
            jobs=repository,
            accounts=self.accounts,
            directory=self.people,
            task_repository=kept,
            tasks=tasks,
            people=people,
            unlinking=Unlinking(MemoryLinkRepository(self.people), news),
            mailer=self.mailbox,
            suppressions=MemorySuppressionRepository(),
            workspace=WORKSPACE,
            clock=self.clock,
            event_ids=fresh_event_id,
        )
        book = JobBook(repository, WORKSPACE, self.clock, fresh_event_id)
        return PeopleAdministration(people, self.people, self.accounts, repository, book, self.jobs)

    def clock(self) -> datetime:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def add(self, name: str, *groups: str, enabled: bool = True, time_zone: str = "UTC") -> Person:
        """Add somebody whose id and first name are `name`, to the pool and to the directory."""
        person = Person(
            person_id=PersonId(name),
            email=f"{name}@example.com",
            given_name=name.title(),
            family_name="Team",
            groups=frozenset(groups),
            enabled=enabled,
            checked_at=self.now,
            time_zone=time_zone,
        )
        self.people.add(person)
        self.set_groups(name, *groups, enabled=enabled)
        return person

    def set_groups(self, name: str, *groups: str, enabled: bool = True) -> None:
        """Change what the user pool says of somebody, as an admin would in the console."""
        email = f"{name}@example.com"
        self.accounts.users[PersonId(name)] = self.pool.users[email] = Account(
            person_id=PersonId(name),
            email=email,
            given_name=name.title(),
            family_name="Team",
            groups=frozenset(groups),
            enabled=enabled,
            must_change_password=False,
        )

    def token(self, name: str, *groups: str, **claims: Any) -> str:
        """Sign in as somebody; without groups, as the user pool has them."""
        held = groups or tuple(self.pool.users[f"{name}@example.com"].groups)
        return SIGNER.sign(access_claims(name, *held, jti=str(next(self._numbers)), **claims))

    def request(
        self,
        method: str,
        path: str,
        token: str | None = None,
        *,
        headers: Mapping[str, str] | Mapping[bytes, bytes] = {},
        **content: Any,
    ) -> httpx.Response:
        """Send one request; `content` is httpx's `json`, `content` or `params`. What escapes the API is raised."""
        sent = httpx.Headers(headers)
        if token:
            sent["Authorization"] = f"Bearer {token}"

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="https://api.example.com") as client:
                return await client.request(method, path, headers=sent, **content)

        return asyncio.run(send())

    def get(self, path: str, token: str | None = None, **parameters: Any) -> httpx.Response:
        return self.request("GET", path, token, params=parameters)

    def post(self, path: str, body: Any, token: str | None = None) -> httpx.Response:
        return self.request("POST", path, token, json=body)

    def create(self, title: str = "Fix login", **task: Any) -> Mapping[str, Any]:
        """Have the admin make a task; returns its JSON."""
        answer = self.post("/api/v1/admin/task-mgmt/create", {"title": title, **task}, self.token("ada"))
        assert answer.status_code == 201, answer.text
        created: Mapping[str, Any] = answer.json()["task_data"]
        return created
