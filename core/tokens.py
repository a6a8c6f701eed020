"""Verification of the tokens that our user pool issues: of bearers, and of people who come back from signing in.

Only doors that take tokens import this module: it brings python-jose with it.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import urllib3
from jose import jwk, jwt
from jose.backends.base import Key
from jose.exceptions import JWTError

from core.clock import Clock
from core.errors import DependencyError, TaskBotError
from core.ids import PersonId

ALGORITHM: Final = "RS256"
"""What Cognito signs with. Nothing that a token says of itself can widen it."""
REFETCH_PAUSE: Final = timedelta(minutes=1)
"""How long unknown key ids wait before the pool's keys are fetched once more."""
_FETCH_TIMEOUT_SECONDS: Final = 3.0

FetchKeys = Callable[[], Mapping[str, Any]]
"""Gives the pool's key set, `{"keys": [JWK, …]}`; raises DependencyError."""


class InvalidTokenError(TaskBotError):
    """The token proves nothing; `reason` is for the log, not for the bearer."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What a verified token says of its bearer."""

    person_id: PersonId
    groups: frozenset[str]
    client_id: str


@dataclass(frozen=True, slots=True)
class IdToken:
    """What a verified id token says of the person who signed in."""

    person_id: PersonId
    email: str | None
    email_verified: bool


class TokenVerifier:
    """Believes RS256 access tokens of one pool, issued to one of our clients and not yet expired."""

    def __init__(self, issuer: str, client_ids: Collection[str], fetch_keys: FetchKeys, clock: Clock) -> None:
        self._signed = _SignedByPool(issuer, fetch_keys, clock)
        self._client_ids = frozenset(client_ids)

    def verify(self, token: str) -> AccessToken:
        """Verify a bearer token.

        Raises:
            InvalidTokenError: it is malformed, forged, expired, another pool's or client's, or no access token.
            DependencyError: the pool's keys are needed and cannot be fetched.
        """
        claims = self._signed.claims(token)
        client_id = claims.get("client_id")
        if claims.get("token_use") != "access":
            raise InvalidTokenError("not an access token")
        if not isinstance(client_id, str) or client_id not in self._client_ids:
            raise InvalidTokenError("issued to another client")
        return AccessToken(
            person_id=PersonId(claims["sub"]),
            groups=frozenset(claims.get("cognito:groups", ())),
            client_id=client_id,
        )


class IdTokenVerifier:
    """Believes RS256 id tokens of one pool, issued to one client for the sign-in that was asked for."""

    def __init__(self, issuer: str, client_id: str, fetch_keys: FetchKeys, clock: Clock) -> None:
        self._signed = _SignedByPool(issuer, fetch_keys, clock)
        self._client_id = client_id

    def verify(self, token: str, *, nonce: str, access_token: str | None = None) -> IdToken:
        """Verify the token that a sign-in with `nonce` gave, together with the access token that came with it.

        Raises:
            InvalidTokenError: as `TokenVerifier.verify`, or it is of another sign-in, or no id token.
            DependencyError: the pool's keys are needed and cannot be fetched.
        """
        claims = self._signed.claims(token, audience=self._client_id, access_token=access_token)
        if claims.get("token_use") != "id":
            raise InvalidTokenError("not an id token")
        if claims.get("aud") != self._client_id:
            raise InvalidTokenError("issued to another client")
        if claims.get("nonce") != nonce:
            raise InvalidTokenError("not of the sign-in that was asked for")
        email = claims.get("email")
        return IdToken(
            person_id=PersonId(claims["sub"]),
            email=email if isinstance(email, str) else None,
            email_verified=claims.get("email_verified") is True,
        )


class _SignedByPool:
    """The signature, the issuer and the time of a token, whatever it is for."""

    def __init__(self, issuer: str, fetch_keys: FetchKeys, clock: Clock) -> None:
        self._issuer = issuer
        self._fetch_keys = fetch_keys
        self._clock = clock
        self._keys: Mapping[str, Key] = {}
        self._refetch_from: datetime | None = None

    def claims(self, token: str, *, audience: str | None = None, access_token: str | None = None) -> dict[str, Any]:
        """Check the token and return its claims; a token with an audience needs the right one."""
        try:
            key = self._key(jwt.get_unverified_header(token).get("kid"))
            return jwt.decode(  # type: ignore[no-any-return]
                token,
                key,
                algorithms=[ALGORITHM],
                issuer=self._issuer,
                audience=audience,
                access_token=access_token,
                options={"require_exp": True, "require_iss": True, "require_sub": True},
            )
        except JWTError as refusal:
            raise InvalidTokenError(str(refusal)) from refusal

    def _key(self, kid: object) -> Key:
        if not isinstance(kid, str):
            raise InvalidTokenError("no key id")
        if kid not in self._keys:
            self._refetch()
        try:
            return self._keys[kid]
        except KeyError:
            raise InvalidTokenError("unknown key id") from None

    def _refetch(self) -> None:
        now = self._clock()
        if self._refetch_from is not None and now < self._refetch_from:
            return
        if self._keys:
            # Set before the attempt: unknown key ids must not hammer a key server that is failing.
            self._refetch_from = now + REFETCH_PAUSE
        self._keys = _rsa_keys(self._fetch_keys())
        self._refetch_from = now + REFETCH_PAUSE


def _rsa_keys(key_set: Mapping[str, Any]) -> Mapping[str, Key]:
    return {
        each["kid"]: jwk.construct(each, ALGORITHM)
        for each in key_set["keys"]
        if each.get("kty") == "RSA" and each.get("use", "sig") == "sig"
    }


def keys_at(url: str) -> FetchKeys:
    """Make the function that fetches a pool's key set from `url`."""

    def fetch() -> Mapping[str, Any]:
        try:
            response = urllib3.request("GET", url, timeout=_FETCH_TIMEOUT_SECONDS, retries=False, redirect=False)
            if response.status != 200:
                raise DependencyError("cognito", f"keys: status {response.status}", retryable=True)
            key_set: Mapping[str, Any] = response.json()
        except (urllib3.exceptions.HTTPError, ValueError) as failure:
            raise DependencyError("cognito", "keys cannot be fetched", retryable=True) from failure
        return key_set

    return fetch
