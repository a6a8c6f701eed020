"""Signing in and out: the same for admins and team members, each through their own app client."""

from collections.abc import Callable
from typing import Any, Final

from fastapi import APIRouter

from core.cognito import AppClient, NewPasswordNeeded, SignInRefusedError
from core.tokens import InvalidTokenError
from handlers.api.openapi import problems
from handlers.api.schemas import Message
from handlers.api.schemas.auth import (
    ChallengeAnswer,
    ForgottenPassword,
    Login,
    NewPassword,
    PasswordReset,
    Refresh,
    SignedInAnswer,
)
from handlers.api.security import AdminToken, KnownSessions, MemberToken
from handlers.api.services import ApiServices, Services

_CODE_SENT: Final = "If this address has an account with a password of its own, a code is on its way to it."


def _signing_in(prefix: str, tag: str, app_of: Callable[[ApiServices], AppClient], token: Any) -> APIRouter:
    router = APIRouter(prefix=prefix, tags=[tag])
    with_password = problems(400, 401, 403, 422, 429, 503)

    @router.post("/login", summary="Sign in with a password", responses=with_password)
    def login(body: Login, services: Services) -> SignedInAnswer | ChallengeAnswer:
        """A first sign-in with a temporary password is answered with a challenge instead of a token."""
        found = services.accounts.authenticate(app_of(services), body.email, body.password.get_secret_value())
        if isinstance(found, NewPasswordNeeded):
            return ChallengeAnswer(session=found.session)
        return SignedInAnswer.of(found)

    @router.post("/new-password", summary="Replace the temporary password of a first sign-in", responses=with_password)
    def set_new_password(body: NewPassword, services: Services) -> SignedInAnswer:
        """Answers as the login does."""
        signed_in = services.accounts.answer_new_password(
            app_of(services), body.email, body.session, body.new_password.get_secret_value()
        )
        return SignedInAnswer.of(signed_in)

    @router.post("/refresh", summary="Get a new access token", responses=with_password)
    def refresh(body: Refresh, services: Services) -> SignedInAnswer:
        """The refresh token stays the same; it is dead after a sign-out."""
        return SignedInAnswer.of(services.accounts.refresh(app_of(services), body.email, body.refresh_token))

    @router.post("/logout", summary="Sign out everywhere", responses=problems(401, 403, 429, 503, behind_gateway=True))
    def logout(bearer: token, services: Services, sessions: KnownSessions) -> Message:
        """Refresh tokens are dead at once, access tokens within a minute, for admins' routes at once."""
        sessions.forget(bearer)
        try:
            services.accounts.sign_out(bearer)
        except SignInRefusedError as refusal:
            raise InvalidTokenError("signed out") from refusal
        return Message(message="Signed out.")

    @router.post("/forgot-password", summary="Have a code for a new password mailed", responses=problems(400, 422, 503))
    def forgot_password(body: ForgottenPassword, services: Services) -> Message:
        """The answer is the same whether or not there is such an account."""
        services.accounts.send_reset_code(app_of(services), body.email)
        return Message(message=_CODE_SENT)

    @router.post(
        "/confirm-forgot-password", summary="Set a new password with the code", responses=problems(400, 422, 503)
    )
    def confirm_forgot_password(body: PasswordReset, services: Services) -> Message:
        """What is wrong is not told apart: the address, the code or the password."""
        services.accounts.reset_password(app_of(services), body.email, body.code, body.new_password.get_secret_value())
        return Message(message="The new password is set. Sign in with it.")

    return router


admin_router = _signing_in("/api/v1/admin/auth", "Sign-in of admins", lambda services: services.admin_app, AdminToken)
member_router = _signing_in(
    "/api/v1/user/auth", "Sign-in of team members", lambda services: services.member_app, MemberToken
)
