"""Cognito's managed login: where people sign in in the browser, and what they come back with.

Endpoints: https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoints.html
"""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

import urllib3

from core.errors import DependencyError
from core.links.model import Identity, LinkRefusedError, Refusal
from core.tokens import IdTokenVerifier, InvalidTokenError

_TIMEOUT_SECONDS: Final = 5.0


class ManagedLogin:
    def __init__(
        self,
        login_url: str,
        callback_url: str,
        client_id: str,
        client_secret: Callable[[str], str | None],
        tokens: IdTokenVerifier,
    ) -> None:
        self._login_url = login_url
        self._callback_url = callback_url
        self._client_id = client_id
        self._client_secret = client_secret
        self._tokens = tokens

    def address(self, *, state: str, nonce: str, challenge: str) -> str:
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._callback_url,
            "scope": "openid email",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._login_url}/oauth2/authorize?{urlencode(query)}"

    def identity(self, *, code: str, verifier: str, nonce: str) -> Identity:
        tokens = self._exchange(code, verifier)
        try:
            token = self._tokens.verify(tokens["id_token"], nonce=nonce, access_token=tokens.get("access_token"))
        except InvalidTokenError as refusal:
            raise LinkRefusedError(Refusal.NOT_SIGNED_IN) from refusal
        return Identity(person_id=token.person_id, verified_email=token.email if token.email_verified else None)

    def _exchange(self, code: str, verifier: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "client_id": self._client_id,
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": self._callback_url,
        }
        secret = self._client_secret(self._client_id)
        proof = urllib3.make_headers(basic_auth=f"{self._client_id}:{secret}") if secret else {}
        try:
            response = urllib3.request(
                "POST",
                f"{self._login_url}/oauth2/token",
                body=urlencode(form),
                headers={"Content-Type": "application/x-www-form-urlencoded", **proof},
                timeout=_TIMEOUT_SECONDS,
                retries=False,
                redirect=False,
            )
            answer: dict[str, Any] = response.json()
        except (urllib3.exceptions.HTTPError, ValueError) as failure:
            raise DependencyError("cognito", "no usable answer to a code", retryable=True) from failure
        if response.status == 400 and answer.get("error") == "invalid_grant":
            raise LinkRefusedError(Refusal.NOT_SIGNED_IN)
        if response.status != 200:
            reason = f"code: status {response.status}, {answer.get('error')}"
            raise DependencyError("cognito", reason, retryable=response.status >= 500)
        return answer
