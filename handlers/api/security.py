"""Who may pass: a bearer token that verifies, still counts, and names the group that the route is for."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from core.errors import ForbiddenError, NotFoundError
from core.people.model import Actor, Group
from core.tokens import AccessToken, InvalidTokenError
from handlers.api.services import ApiServices, Services
from handlers.api.sessions import Sessions

_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="AccessToken",
    bearerFormat="JWT",
    description="The `access_token` that a login answers with.",
)
_Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


async def _sessions(request: Request) -> Sessions:
    sessions: Sessions = request.app.state.sessions
    return sessions


KnownSessions = Annotated[Sessions, Depends(_sessions)]


class _TokenOf:
    """Lets a token of one group through, whatever has become of its bearer since."""

    def __init__(self, group: Group) -> None:
        self._group = group

    def __call__(self, request: Request, credentials: _Credentials, services: Services) -> str:
        if credentials is None:
            raise InvalidTokenError("no bearer token")
        _verified(request, credentials.credentials, services, self._group)
        return credentials.credentials


class _Gate:
    """Lets the people of one group through, as actors; `afresh` has Cognito asked about every token."""

    def __init__(self, group: Group, *, afresh: bool) -> None:
        self._group = group
        self._afresh = afresh

    def __call__(
        self, request: Request, credentials: _Credentials, services: Services, sessions: KnownSessions
    ) -> Actor:
        if credentials is None:
            raise InvalidTokenError("no bearer token")
        token = _verified(request, credentials.credentials, services, self._group)
        if not sessions.is_live(credentials.credentials, afresh=self._afresh):
            raise InvalidTokenError("signed out")
        try:
            actor = services.people.actor_from_token(token.person_id)
        except NotFoundError:
            raise ForbiddenError("sign_in") from None
        # The token keeps the groups of the sign-in; the actor has those of now.
        if self._group not in actor.person.groups:
            raise ForbiddenError(f"group.{self._group}")
        return actor


def _verified(request: Request, token: str, services: ApiServices, group: Group) -> AccessToken:
    verified = services.tokens.verify(token)
    request.state.person_id = verified.person_id
    if group not in verified.groups:
        raise ForbiddenError(f"group.{group}")
    return verified


Admin = Annotated[Actor, Depends(_Gate(Group.ADMINS, afresh=True))]
Member = Annotated[Actor, Depends(_Gate(Group.TEAM_MEMBERS, afresh=False))]
AdminToken = Annotated[str, Depends(_TokenOf(Group.ADMINS))]
MemberToken = Annotated[str, Depends(_TokenOf(Group.TEAM_MEMBERS))]
