"""The pool's tokens: what is believed, and every forgery that must not be."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from core.errors import DependencyError
from core.tokens import AccessToken, IdToken, IdTokenVerifier, InvalidTokenError, TokenVerifier, keys_at
from tests.support.tokens import (
    ADMIN_CLIENT,
    ISSUER,
    LINK_CLIENT,
    USER_CLIENT,
    SigningKey,
    access_claims,
    id_claims,
    key_set,
)


class KeyServer:
    """Counts how often it is asked; `down` makes it fail."""

    def __init__(self, *keys: SigningKey) -> None:
        self.keys = list(keys)
        self.down = False
        self.asked = 0

    def __call__(self) -> Mapping[str, Any]:
        self.asked += 1
        if self.down:
            raise DependencyError("cognito", "down", retryable=True)
        return key_set(*self.keys)


class Watch:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture(scope="module")
def signer() -> SigningKey:
    return SigningKey("key-1")


@pytest.fixture(scope="module")
def stranger() -> SigningKey:
    """Another pool's signer that claims the same key id."""
    return SigningKey("key-1")


@pytest.fixture
def server(signer: SigningKey) -> KeyServer:
    return KeyServer(signer)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def verifier(server: KeyServer, watch: Watch) -> TokenVerifier:
    return TokenVerifier(ISSUER, [ADMIN_CLIENT, USER_CLIENT], server, watch)


def _segment(part: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def _claims_of(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


def test_a_good_token_names_its_bearer_and_their_groups(verifier: TokenVerifier, signer: SigningKey) -> None:
    token = signer.sign(access_claims("ana", "Admins", "TeamMembers", client_id=USER_CLIENT))

    believed = verifier.verify(token)

    assert believed == AccessToken("ana", frozenset({"Admins", "TeamMembers"}), USER_CLIENT)  # type: ignore[arg-type]


def test_a_token_without_groups_is_good_for_nobody_in_particular(verifier: TokenVerifier, signer: SigningKey) -> None:
    token = signer.sign(access_claims("ana", **{"cognito:groups": None}))

    assert verifier.verify(token).groups == frozenset()


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"iss": ISSUER + "x"}, id="another pool's issuer"),
        pytest.param({"iss": None}, id="no issuer"),
        pytest.param({"client_id": "somebody-elses"}, id="another client"),
        pytest.param({"client_id": None}, id="no client"),
        pytest.param({"client_id": [ADMIN_CLIENT]}, id="a list of clients"),
        pytest.param({"client_id": None, "aud": ADMIN_CLIENT}, id="our client as audience only"),
        pytest.param({"token_use": "id"}, id="an id token"),
        pytest.param({"token_use": "refresh"}, id="a refresh token"),
        pytest.param({"token_use": None}, id="no use"),
        pytest.param({"exp": None}, id="never expires"),
        pytest.param({"exp": "tomorrow"}, id="expires in words"),
        pytest.param({"sub": None}, id="nobody's"),
        pytest.param({"sub": 42}, id="a number for a subject"),
        pytest.param({"nbf": int(time.time()) + 3600}, id="not yet valid"),
    ],
)
def test_a_well_signed_token_with_wrong_claims_is_refused(
    verifier: TokenVerifier, signer: SigningKey, changed: dict[str, Any]
) -> None:
    with pytest.raises(InvalidTokenError):
        verifier.verify(signer.sign(access_claims("ana", "Admins", **changed)))


def test_a_token_is_refused_one_second_after_it_expires(verifier: TokenVerifier, signer: SigningKey) -> None:
    with pytest.raises(InvalidTokenError):
        verifier.verify(signer.sign(access_claims("ana", exp=int(time.time()) - 1)))


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", ""])
def test_an_unsigned_token_is_refused(verifier: TokenVerifier, algorithm: str) -> None:
    header = _segment({"alg": algorithm, "typ": "JWT", "kid": "key-1"})

    with pytest.raises(InvalidTokenError):
        verifier.verify(f"{header}.{_segment(access_claims('ana', 'Admins'))}.")


@pytest.mark.parametrize("secret", ["public pem", "jwk", "modulus"])
def test_a_token_signed_with_the_public_key_as_a_shared_secret_is_refused(
    verifier: TokenVerifier, signer: SigningKey, secret: str
) -> None:
    key = {
        "public pem": signer.public_pem.encode(),
        "jwk": json.dumps(signer.jwk).encode(),
        "modulus": signer.jwk["n"].encode(),
    }[secret]
    header = _segment({"alg": "HS256", "typ": "JWT", "kid": "key-1"})
    signed = f"{header}.{_segment(access_claims('ana', 'Admins'))}"
    mac = hmac.new(key, signed.encode(), hashlib.sha256).digest()

    with pytest.raises(InvalidTokenError):
        verifier.verify(f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}")


def test_a_token_of_another_pool_with_our_key_id_is_refused(verifier: TokenVerifier, stranger: SigningKey) -> None:
    with pytest.raises(InvalidTokenError):
        verifier.verify(stranger.sign(access_claims("ana", "Admins")))


def test_a_key_that_the_token_brings_itself_is_not_used(verifier: TokenVerifier, stranger: SigningKey) -> None:
    header, payload, _ = stranger.sign(access_claims("ana", "Admins")).split(".")
    header = _segment({"alg": "RS256", "kid": "key-1", "jwk": stranger.jwk, "jku": "https://example.com/keys"})

    with pytest.raises(InvalidTokenError):
        verifier.verify(f"{header}.{payload}.c2ln")


def test_groups_added_after_signing_are_refused(verifier: TokenVerifier, signer: SigningKey) -> None:
    header, payload, signature = signer.sign(access_claims("ana", "TeamMembers")).split(".")
    claims = _claims_of(f"{header}.{payload}.{signature}") | {"cognito:groups": ["Admins"]}

    with pytest.raises(InvalidTokenError):
        verifier.verify(f"{header}.{_segment(claims)}.{signature}")


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "...",
        "not a token",
        "e30.e30.e30",
        "[]",
        "\udcff.\udcff.\udcff",
        "ü.ü.ü",
        f"{_segment({'alg': 'RS256', 'kid': ['key-1']})}.e30.c2ln",
        f"{_segment({'alg': 'RS256', 'kid': None})}.e30.c2ln",
        f"{_segment({'alg': ['RS256'], 'kid': 'key-1'})}.e30.c2ln",
        base64.urlsafe_b64encode(b"[" * 5000).decode() + ".e30.c2ln",
        base64.urlsafe_b64encode(b"\xff\xfe").decode() + ".e30.c2ln",
    ],
)
def test_what_is_no_token_is_refused_like_any_bad_one(verifier: TokenVerifier, token: str) -> None:
    with pytest.raises(InvalidTokenError):
        verifier.verify(token)


def test_the_refusal_repeats_nothing_of_the_token(verifier: TokenVerifier, stranger: SigningKey) -> None:
    token = stranger.sign(access_claims("ana", "Admins"))

    with pytest.raises(InvalidTokenError) as refusal:
        verifier.verify(token)

    assert not any(part in str(refusal.value) for part in token.split("."))


def test_the_keys_are_fetched_once_for_many_tokens(
    verifier: TokenVerifier, server: KeyServer, signer: SigningKey, watch: Watch
) -> None:
    for _ in range(5):
        verifier.verify(signer.sign(access_claims()))
        watch.pass_seconds(3600)

    assert server.asked == 1


def test_a_new_key_of_the_pool_is_found_by_one_more_fetch(
    verifier: TokenVerifier, server: KeyServer, signer: SigningKey, watch: Watch
) -> None:
    verifier.verify(signer.sign(access_claims()))
    rotated = SigningKey("key-2")
    server.keys.append(rotated)
    watch.pass_seconds(60)

    assert verifier.verify(rotated.sign(access_claims("bo"))).person_id == "bo"
    assert server.asked == 2


def test_unknown_keys_cause_one_fetch_a_minute(
    verifier: TokenVerifier, server: KeyServer, signer: SigningKey, watch: Watch
) -> None:
    verifier.verify(signer.sign(access_claims()))
    unknown = SigningKey("key-9").sign(access_claims())
    fetched = []
    for _ in range(121):
        watch.pass_seconds(1)
        with pytest.raises(InvalidTokenError):
            verifier.verify(unknown)
        fetched.append(server.asked)

    assert fetched == [1] * 59 + [2] * 60 + [3] * 2


def test_a_failing_key_server_is_asked_for_unknown_keys_once_a_minute_too(
    verifier: TokenVerifier, server: KeyServer, signer: SigningKey, watch: Watch
) -> None:
    good = signer.sign(access_claims())
    verifier.verify(good)
    unknown = SigningKey("key-9").sign(access_claims())
    server.down = True
    watch.pass_seconds(60)
    with pytest.raises(DependencyError):
        verifier.verify(unknown)
    for _ in range(5):
        with pytest.raises(InvalidTokenError):
            verifier.verify(unknown)

    assert server.asked == 2
    assert verifier.verify(good).person_id == "ana"


def test_without_any_keys_every_token_asks_again(
    verifier: TokenVerifier, server: KeyServer, signer: SigningKey
) -> None:
    server.down = True
    with pytest.raises(DependencyError):
        verifier.verify(signer.sign(access_claims()))
    server.down = False

    assert verifier.verify(signer.sign(access_claims())).person_id == "ana"


def test_encryption_keys_of_the_pool_verify_nothing(signer: SigningKey, watch: Watch) -> None:
    verifier = TokenVerifier(ISSUER, [ADMIN_CLIENT], lambda: {"keys": [{**signer.jwk, "use": "enc"}]}, watch)

    with pytest.raises(InvalidTokenError):
        verifier.verify(signer.sign(access_claims()))


def _id_verifier(server: KeyServer, watch: Watch) -> IdTokenVerifier:
    return IdTokenVerifier(ISSUER, LINK_CLIENT, server, watch)


def test_a_good_id_token_names_who_signed_in(server: KeyServer, watch: Watch, signer: SigningKey) -> None:
    believed = _id_verifier(server, watch).verify(signer.sign(id_claims("ana")), nonce="n-1")

    assert believed == IdToken("ana", "ana@example.com", email_verified=True)  # type: ignore[arg-type]


@pytest.mark.parametrize("verified", [None, False, "true", 1])
def test_an_address_counts_as_verified_only_when_the_token_plainly_says_so(
    server: KeyServer, watch: Watch, signer: SigningKey, verified: object
) -> None:
    token = signer.sign(id_claims("ana", email_verified=verified))

    assert not _id_verifier(server, watch).verify(token, nonce="n-1").email_verified


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"nonce": "n-2"}, id="another sign-in"),
        pytest.param({"nonce": None}, id="no sign-in of ours"),
        pytest.param({"aud": ADMIN_CLIENT}, id="another client"),
        pytest.param({"aud": [LINK_CLIENT, ADMIN_CLIENT]}, id="several clients"),
        pytest.param({"aud": None, "client_id": LINK_CLIENT}, id="no audience"),
        pytest.param({"token_use": "access"}, id="an access token"),
        pytest.param({"token_use": None}, id="no use"),
        pytest.param({"iss": ISSUER + "x"}, id="another pool's issuer"),
        pytest.param({"exp": int(time.time()) - 1}, id="expired"),
        pytest.param({"at_hash": "of another access token"}, id="an access token that came from elsewhere"),
    ],
)
def test_a_well_signed_id_token_with_wrong_claims_is_refused(
    server: KeyServer, watch: Watch, signer: SigningKey, changed: dict[str, Any]
) -> None:
    with pytest.raises(InvalidTokenError):
        _id_verifier(server, watch).verify(signer.sign(id_claims("ana", **changed)), nonce="n-1", access_token="a.b.c")


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_an_id_token_that_the_pool_did_not_sign_is_refused(
    server: KeyServer, watch: Watch, signer: SigningKey, algorithm: str
) -> None:
    signed = f"{_segment({'alg': algorithm, 'kid': 'key-1'})}.{_segment(id_claims('ana'))}"
    mac = hmac.digest(signer.public_pem.encode(), signed.encode(), hashlib.sha256)
    signature = base64.urlsafe_b64encode(mac).rstrip(b"=").decode() if algorithm == "HS256" else ""

    with pytest.raises(InvalidTokenError):
        _id_verifier(server, watch).verify(f"{signed}.{signature}", nonce="n-1")


class _Answer(BaseHTTPRequestHandler):
    status = 200
    body = b""

    def do_GET(self) -> None:
        self.send_response(self.status)
        if self.status == 302:
            self.send_header("Location", "/elsewhere")
            type(self).status = 200
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def http() -> Iterator[type[_Answer]]:
    answer = type("Answer", (_Answer,), {})
    with HTTPServer(("127.0.0.1", 0), answer) as listening:
        answer.url = f"http://127.0.0.1:{listening.server_port}/jwks.json"  # type: ignore[attr-defined]
        serving = threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True)
        serving.start()
        yield answer
        listening.shutdown()
        serving.join()


def test_keys_come_from_the_address_of_the_key_set(http: Any, signer: SigningKey, watch: Watch) -> None:
    http.body = json.dumps(key_set(signer)).encode()
    verifier = TokenVerifier(ISSUER, [ADMIN_CLIENT], keys_at(http.url), watch)

    assert verifier.verify(signer.sign(access_claims("ana"))).person_id == "ana"


@pytest.mark.parametrize(("status", "body"), [(500, b"{}"), (302, b'{"keys": []}'), (200, b"<html>")])
def test_a_key_server_that_answers_badly_is_a_failing_dependency(http: Any, status: int, body: bytes) -> None:
    http.status, http.body = status, body

    with pytest.raises(DependencyError):
        keys_at(http.url)()


def test_an_absent_key_server_is_a_failing_dependency() -> None:
    with pytest.raises(DependencyError):
        keys_at("http://127.0.0.1:1/jwks.json")()
