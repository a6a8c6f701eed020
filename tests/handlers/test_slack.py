"""Slack's door as a stranger finds it: whatever they send, it answers, and does nothing."""

import base64
import hashlib
import hmac
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk.signature import SignatureVerifier

from core.clock import Hurry
from core.settings import Door
from handlers._runtime import Handler
from handlers.slack import answer_with
from tests.support.played_aws import SLACK_SECRET, PlayedAws, aws_played, started

BODY = b"command=%2Ftask&text=new+Fix+login&team_id=T0TEAM&user_id=U0ANA&trigger_id=1"


@pytest.fixture(scope="module")
def aws() -> Iterator[PlayedAws]:
    with aws_played() as played:
        yield played


@pytest.fixture(scope="module")
def door(aws: PlayedAws) -> Iterator[Handler]:
    with started(Door.SLACK, aws) as handler:
        yield handler


def request(body: bytes = BODY, *, secret: str = SLACK_SECRET["signing_secret"], **headers: str) -> dict[str, Any]:
    timestamp = str(int(time.time()))
    signed = hmac.new(secret.encode(), b"v0:%s:%s" % (timestamp.encode(), body), hashlib.sha256).hexdigest()
    return {
        "headers": {
            "content-type": "application/x-www-form-urlencoded",
            "x-slack-request-timestamp": timestamp,
            "x-slack-signature": f"v0={signed}",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        },
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }


def test_a_signed_command_is_answered_and_looked_up_in_the_table(door: Handler, aws: PlayedAws) -> None:
    before = len(aws.asked("GetItem"))

    assert door(request(), None)["statusCode"] == 200

    assert len(aws.asked("GetItem")) > before


STRANGE = {
    "signed with another secret": request(secret="guessed"),
    "no headers of Slack's": {"headers": {}, "body": "x"},
    "no body": {"headers": {}},
    "no integer": request(x_slack_request_timestamp="12.5"),
    "not ASCII": request(x_slack_request_timestamp="١٢"),
    "a superscript": request(x_slack_request_timestamp="²"),
    "longer than Python reads": request(x_slack_request_timestamp="1" * 5000),
    "long gone": request(x_slack_request_timestamp="1000000000"),
    "a signature that is not ASCII": request(x_slack_signature="v0=é"),
    "no signature": request(x_slack_signature=""),
    "a body that is not UTF-8": request(b"\xff\xfe", secret="guessed"),
}


@pytest.mark.parametrize("event", STRANGE.values(), ids=STRANGE.keys())
def test_what_slack_did_not_sign_is_refused_and_nothing_is_looked_up(
    door: Handler, aws: PlayedAws, event: dict[str, Any]
) -> None:
    before = len(aws.asked("GetItem"))

    assert door(event, None)["statusCode"] == 401

    assert len(aws.asked("GetItem")) == before


@pytest.mark.parametrize(("waited", "is_over"), [(0.0, False), (1.5, False), (2.5, True)])
def test_each_request_has_its_own_time_which_runs_since_slack_sent_it(
    waited: float, *, is_over: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    hurry = Hurry(timedelta(seconds=1), lambda: now[0])
    app = App(token_verification_enabled=False, request_verification_enabled=False, token="xoxb-1", name="x")
    handler = answer_with(app, SignatureVerifier(SLACK_SECRET["signing_secret"]), hurry)
    now[0] = 5.0
    assert hurry.is_over

    sent = request()
    arrives = int(sent["headers"]["x-slack-request-timestamp"]) + waited
    monkeypatch.setattr("handlers.slack.time.time", lambda: arrives)
    handler(sent, None)

    assert hurry.is_over is is_over
