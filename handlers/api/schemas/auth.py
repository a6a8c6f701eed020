"""Signing in and out, and new passwords."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, SecretStr

from core.cognito import SignedIn
from handlers.api.schemas import Request

Email = Annotated[str, Field(min_length=1, max_length=256, examples=["ana@example.com"])]
Password = Annotated[SecretStr, Field(min_length=1, max_length=256, examples=["A-secret-of-12-characters"])]
Session = Annotated[
    str,
    Field(min_length=20, max_length=2048, description="As the login answered it.", examples=["AYABeC1-fXz4hcUV2Fh0"]),
]
_AccessToken = Annotated[
    str, Field(description="Sent with requests as `Authorization: Bearer …`.", examples=["eyJraWQiOiJ…"])
]
_RefreshToken = Annotated[
    str, Field(min_length=1, max_length=4096, description="Gets new access tokens.", examples=["eyJjdHkiOiJ…"])
]


class Login(Request):
    email: Email
    password: Password


class NewPassword(Request):
    """The answer to the challenge of a first sign-in."""

    email: Email
    session: Session
    new_password: Password


class Refresh(Request):
    refresh_token: _RefreshToken
    email: Annotated[Email, Field(description="Of the person who signed in.")]


class ForgottenPassword(Request):
    email: Email


class PasswordReset(Request):
    email: Email
    code: Annotated[
        str, Field(min_length=1, max_length=2048, pattern=r"^\S+$", description="As mailed.", examples=["482913"])
    ]
    new_password: Password


class SignedInUser(BaseModel):
    username: Annotated[str, Field(examples=["6f1c2d2e-0000-4000-8000-000000000001"])]
    email: Annotated[str, Field(examples=["ana@example.com"])]
    given_name: Annotated[str, Field(examples=["Ana"])]
    family_name: Annotated[str, Field(examples=["Silva"])]
    user_group: Annotated[list[str], Field(examples=[["Admins"]])]


class SignedInAnswer(BaseModel):
    access_token: _AccessToken
    refresh_token: _RefreshToken
    expires_in: Annotated[int, Field(description="Seconds from now.", examples=[3600])]
    token_type: Annotated[str, Field(examples=["Bearer"])]
    user: SignedInUser

    @classmethod
    def of(cls, signed_in: SignedIn) -> "SignedInAnswer":
        user = signed_in.user
        return cls(
            access_token=signed_in.access_token,
            refresh_token=signed_in.refresh_token,
            expires_in=signed_in.expires_in,
            token_type=signed_in.token_type,
            user=SignedInUser(
                username=user.person_id,
                email=user.email,
                given_name=user.given_name,
                family_name=user.family_name,
                user_group=sorted(user.groups),
            ),
        )


class ChallengeAnswer(BaseModel):
    """A first sign-in: the temporary password has to be replaced before there is a token."""

    challenge: Literal["NEW_PASSWORD_REQUIRED"] = "NEW_PASSWORD_REQUIRED"
    session: Session
