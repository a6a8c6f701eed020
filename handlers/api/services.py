"""What the API's routes work with, and how a route gets at it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import Depends, Request

from core.clock import Clock
from core.cognito import AppClient, NewPasswordNeeded, SignedIn
from core.people.administration import PeopleAdministration
from core.people.directory import Directory
from core.people.service import PeopleService
from core.tasks.service import TaskService
from core.tokens import AccessToken


class Tokens(Protocol):
    def verify(self, token: str) -> AccessToken:
        """Raise InvalidTokenError, or DependencyError where the keys cannot be fetched."""


class Accounts(Protocol):
    """The user pool, as much of it as signing in needs; `core.cognito.CognitoDirectory` is the real one."""

    def authenticate(self, app: AppClient, email: str, password: str) -> SignedIn | NewPasswordNeeded: ...

    def answer_new_password(self, app: AppClient, email: str, session: str, new_password: str) -> SignedIn: ...

    def refresh(self, app: AppClient, email: str, refresh_token: str) -> SignedIn: ...

    def sign_out(self, access_token: str) -> None: ...

    def send_reset_code(self, app: AppClient, email: str) -> None: ...

    def reset_password(self, app: AppClient, email: str, code: str, new_password: str) -> None: ...

    def is_signed_in(self, access_token: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class ApiServices:
    """Everything that the API needs from outside itself."""

    tasks: TaskService
    people: PeopleService
    directory: Directory
    administration: PeopleAdministration
    tokens: Tokens
    accounts: Accounts
    admin_app: AppClient
    member_app: AppClient
    cursor_secret: Callable[[], str]
    clock: Clock


async def _services(request: Request) -> ApiServices:
    services: ApiServices = request.app.state.services
    return services


Services = Annotated[ApiServices, Depends(_services)]
