"""Coming back from the sign-in pages, over a token endpoint that is played; forged tokens are in test_tokens.py."""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from core.errors import DependencyError
from core.links.model import Identity, LinkRefusedError, Refusal
from core.managed_login import ManagedLogin
from core.tokens import IdTokenVerifier
from tests.support.tokens import ADMIN_CLIENT, ISSUER, LINK_CLIENT, SigningKey, access_claims, id_claims, key_set

CALLBACK = "https://bot.example/web/link/callback"
NONCE = "n-1"
SECRET = "the client's secret"
ACCESS_TOKEN = "an access token"
SIGNER = SigningKey("key-1")
STRANGER = SigningKey("key-1")
"""Another pool's signer that claims the same key id."""


class TokenEndpoint:
    """Plays `/oauth2/token` over HTTP: answers what it is told to, and keeps what it was asked."""

    def __init__(self) -> None:
        self.status = 200
        self.answer: bytes = b""
        self.asked: list[tuple[str, dict[str, str], str]] = []
        endpoint = self

        class Ears(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body, strict_parsing=True).items()}
                endpoint.asked.append((self.path, form, self.headers.get("authorization", "")))
                self.send_response(endpoint.status)
                self.send_header("Content-Length", str(len(endpoint.answer)))
                self.end_headers()
                self.wfile.write(endpoint.answer)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Ears)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def gives(self, id_token: str) -> None:
        self.says({"id_token": id_token, "access_token": ACCESS_TOKEN, "token_type": "Bearer", "expires_in": 3600})

    def says(self, answer: Mapping[str, Any], status: int = 200) -> None:
        self.status, self.answer = status, json.dumps(answer).encode()


@pytest.fixture
def endpoint() -> Iterator[TokenEndpoint]:
    playing = TokenEndpoint()
    thread = threading.Thread(target=playing.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield playing
    playing.server.shutdown()
    playing.server.server_close()
    thread.join()


def login_at(url: str) -> ManagedLogin:
    tokens = IdTokenVerifier(ISSUER, LINK_CLIENT, lambda: key_set(SIGNER), lambda: datetime.now(UTC))
    return ManagedLogin(url, CALLBACK, LINK_CLIENT, {LINK_CLIENT: SECRET}.__getitem__, tokens)


def come_back(endpoint: TokenEndpoint) -> Identity:
    return login_at(endpoint.url).identity(code="the code", verifier="the verifier", nonce=NONCE)


def refusal(endpoint: TokenEndpoint) -> Refusal:
    with pytest.raises(LinkRefusedError) as refused:
        come_back(endpoint)
    return refused.value.reason


def test_the_browser_is_sent_to_sign_in_with_everything_that_must_come_back() -> None:
    url = login_at("https://login.example").address(state="a state", nonce="a nonce", challenge="a challenge")

    assert url.startswith("https://login.example/oauth2/authorize?")
    assert parse_qs(urlsplit(url).query, strict_parsing=True) == {
        "response_type": ["code"],
        "client_id": [LINK_CLIENT],
        "redirect_uri": [CALLBACK],
        "scope": ["openid email"],
        "state": ["a state"],
        "nonce": ["a nonce"],
        "code_challenge": ["a challenge"],
        "code_challenge_method": ["S256"],
    }


def test_a_code_is_exchanged_with_its_verifier_and_the_clients_secret(endpoint: TokenEndpoint) -> None:
    endpoint.gives(SIGNER.sign(id_claims("ana")))
    come_back(endpoint)

    ((path, form, authorization),) = endpoint.asked
    assert path == "/oauth2/token"
    assert form == {
        "grant_type": "authorization_code",
        "client_id": LINK_CLIENT,
        "code": "the code",
        "code_verifier": "the verifier",
        "redirect_uri": CALLBACK,
    }
    assert authorization == "Basic " + base64.b64encode(f"{LINK_CLIENT}:{SECRET}".encode()).decode()


def test_a_good_token_names_who_signed_in(endpoint: TokenEndpoint) -> None:
    endpoint.gives(SIGNER.sign(id_claims("ana", email="Ana@Example.com")))

    assert come_back(endpoint) == Identity(person_id="ana", verified_email="Ana@Example.com")


@pytest.mark.parametrize("verified", [False, None, "true", "false", 1])
def test_an_address_counts_only_when_the_token_calls_it_verified(endpoint: TokenEndpoint, verified: object) -> None:
    endpoint.gives(SIGNER.sign(id_claims("ana", email_verified=verified)))

    assert come_back(endpoint).verified_email is None


@pytest.mark.parametrize("email", [None, ["ana@example.com"]])
def test_who_has_no_address_has_no_verified_one(endpoint: TokenEndpoint, email: object) -> None:
    endpoint.gives(SIGNER.sign(id_claims("ana", email=email)))

    assert come_back(endpoint).verified_email is None


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"nonce": "of another sign-in"}, id="another sign-in"),
        pytest.param({"aud": ADMIN_CLIENT}, id="another client"),
        pytest.param({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, id="another access token"),
    ],
)
def test_a_token_that_belongs_elsewhere_is_refused(endpoint: TokenEndpoint, changed: dict[str, Any]) -> None:
    endpoint.gives(SIGNER.sign(id_claims("ana", **changed)))

    assert refusal(endpoint) is Refusal.NOT_SIGNED_IN


def test_an_access_token_is_no_id_token(endpoint: TokenEndpoint) -> None:
    endpoint.gives(SIGNER.sign(access_claims("ana", client_id=LINK_CLIENT)))

    assert refusal(endpoint) is Refusal.NOT_SIGNED_IN


def test_a_token_that_names_the_access_token_it_came_with_is_believed(endpoint: TokenEndpoint) -> None:
    half = hashlib.sha256(ACCESS_TOKEN.encode()).digest()[:16]
    named = base64.urlsafe_b64encode(half).rstrip(b"=").decode()
    endpoint.gives(SIGNER.sign(id_claims("ana", at_hash=named)))

    assert come_back(endpoint).person_id == "ana"


def test_a_token_of_another_pool_is_refused(endpoint: TokenEndpoint) -> None:
    endpoint.gives(STRANGER.sign(id_claims("ana")))

    assert refusal(endpoint) is Refusal.NOT_SIGNED_IN


def test_a_code_that_was_used_or_never_given_is_refused(endpoint: TokenEndpoint) -> None:
    endpoint.says({"error": "invalid_grant"}, status=400)

    assert refusal(endpoint) is Refusal.NOT_SIGNED_IN


@pytest.mark.parametrize(
    ("status", "answer", "retryable"),
    [
        (500, b"{}", True),
        (400, b'{"error": "invalid_client"}', False),
        (200, b"<html>", True),
        (302, b"{}", False),
    ],
)
def test_an_endpoint_that_answers_badly_is_a_failing_dependency(
    endpoint: TokenEndpoint, status: int, answer: bytes, retryable: object
) -> None:
    endpoint.status, endpoint.answer = status, answer

    with pytest.raises(DependencyError) as failure:
        come_back(endpoint)
    assert failure.value.retryable is retryable


def test_an_absent_endpoint_is_a_failing_dependency() -> None:
    with pytest.raises(DependencyError):
        login_at("http://127.0.0.1:1").identity(code="c", verifier="v", nonce=NONCE)


def test_no_secret_is_in_what_a_failure_says(endpoint: TokenEndpoint) -> None:
    token = STRANGER.sign(id_claims("ana"))
    endpoint.gives(token)
    with pytest.raises(LinkRefusedError) as refused:
        come_back(endpoint)
    endpoint.status = 500
    with pytest.raises(DependencyError) as failed:
        come_back(endpoint)

    said = "".join(map(repr, (refused.value, refused.value.__cause__, failed.value, failed.value.__cause__)))
    assert not any(secret in said for secret in ("the code", "the verifier", SECRET, NONCE, *token.split(".")))
