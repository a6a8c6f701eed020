"""Signing in: the same for admins and team members, each through their own app client."""

from collections.abc import Callable

from fastapi import APIRouter

from core.cognito import AppClient, NewPasswordNeeded
from handlers.api.openapi import problems
from handlers.api.schemas import ChallengeAnswer, Login, NewPassword, SignedInAnswer
from handlers.api.services import ApiServices, Services

_REFUSALS = problems(400, 401, 403, 413, 422, 429, 500, 503)


def _signing_in(prefix: str, tag: str, app_of: Callable[[ApiServices], AppClient]) -> APIRouter:
    router = APIRouter(prefix=prefix, tags=[tag], responses=_REFUSALS)

    @router.post("/login", summary="Sign in with a password")
    def login(body: Login, services: Services) -> SignedInAnswer | ChallengeAnswer:
        """A first sign-in with a temporary password is answered with a challenge instead of a token."""
        found = services.accounts.authenticate(app_of(services), body.email, body.password.get_secret_value())
        if isinstance(found, NewPasswordNeeded):
            return ChallengeAnswer(session=found.session)
        return SignedInAnswer.of(found)

    @router.post("/new-password", summary="Replace the temporary password of a first sign-in")
    def set_new_password(body: NewPassword, services: Services) -> SignedInAnswer:
        signed_in = services.accounts.answer_new_password(
            app_of(services), body.email, body.session, body.new_password.get_secret_value()
        )
        return SignedInAnswer.of(signed_in)

    return router


admin_router = _signing_in("/api/v1/admin/auth", "Sign-in of admins", lambda services: services.admin_app)
member_router = _signing_in("/api/v1/user/auth", "Sign-in of team members", lambda services: services.member_app)
