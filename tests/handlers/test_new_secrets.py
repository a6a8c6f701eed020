"""A secret that gets a new value while functions run: they go on with it by themselves."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from core.clock import system_clock
from core.mail_links import MailLinks
from core.notifications.model import Kind
from core.settings import Door
from handlers._runtime import SECRETS_HOLD_FOR
from tests.handlers.test_notify import DONE, batch, kept
from tests.handlers.test_slack import request
from tests.support.logs import lines
from tests.support.loopback import answer, listening
from tests.support.news import ANA, assigned
from tests.support.played_aws import SETTINGS, SLACK_SECRET, PlayedAws, aws_played, started

NEW_SLACK = {"signing_secret": "a new signing secret", "bot_token": "xoxb-new"}
NEW_KEY = "a new key that signs the links in mails, long enough"
Pass = Callable[[timedelta], None]


@pytest.fixture
def time_passes(monkeypatch: pytest.MonkeyPatch) -> Pass:
    passed = timedelta()

    def go_on(time: timedelta) -> None:
        nonlocal passed
        passed += time

    monkeypatch.setattr("handlers._runtime.system_clock", lambda: system_clock() + passed)
    return go_on


def put(aws: PlayedAws, secret: str) -> None:
    aws.answers["GetSecretValue"] = {"SecretString": secret}


def test_a_new_signing_secret_is_believed_within_five_minutes_and_the_old_one_no_more(time_passes: Pass) -> None:
    with aws_played() as aws, started(Door.SLACK, aws) as door:

        def statuses() -> list[int]:
            secrets = [SLACK_SECRET["signing_secret"], NEW_SLACK["signing_secret"]]
            return [door(request(secret=secret), None)["statusCode"] for secret in secrets]

        put(aws, json.dumps(NEW_SLACK))
        assert statuses() == [200, 401]

        time_passes(timedelta(minutes=5))
        assert statuses() == [401, 200]


def test_a_new_bot_token_is_what_the_next_message_is_sent_with(time_passes: Pass) -> None:
    told = answer(200, {"ok": True, "channel": "D0ANA", "ts": "1.1"})
    with (
        listening(told) as slack,
        aws_played(GetItem=kept(opened=None)) as aws,
        started(Door.NOTIFY_SLACK, aws, SLACK_API_URL=f"{slack.url}/api/") as notify,
    ):
        assert notify(batch(assigned()), None) == DONE
        put(aws, json.dumps(NEW_SLACK))
        time_passes(SECRETS_HOLD_FOR)
        assert notify(batch(assigned()), None) == DONE

    assert [each.headers["authorization"] for each in slack.heard] == ["Bearer xoxb-played", "Bearer xoxb-new"]


def test_a_new_key_signs_the_links_in_the_next_mail(time_passes: Pass) -> None:
    with aws_played(GetItem=kept(opened=None)) as aws, started(Door.NOTIFY_EMAIL, aws) as notify:
        put(aws, NEW_KEY)
        time_passes(SECRETS_HOLD_FOR)
        assert notify(batch(assigned()), None) == DONE

    [mail] = aws.asked("SendEmail")
    headers = {each["Name"]: each["Value"] for each in mail["Content"]["Simple"]["Headers"]}
    token = headers["List-Unsubscribe"].strip("<>").rpartition("/")[2]
    assert MailLinks(NEW_KEY, SETTINGS["PUBLIC_URL"], system_clock).read_unsubscribe(token).person_id == ANA.person_id


def test_a_link_that_was_signed_with_a_new_key_opens(time_passes: Pass) -> None:
    address = MailLinks(NEW_KEY, "", system_clock).unsubscribe(ANA.person_id, [Kind.ASSIGNED])
    asked = {"requestContext": {"http": {"method": "GET"}}, "rawPath": address, "headers": {}}
    with aws_played(GetItem=kept(opened=None)) as aws, started(Door.WEB, aws) as web:
        put(aws, NEW_KEY)
        before = web(asked, None)["statusCode"]
        time_passes(SECRETS_HOLD_FOR)
        after = web(asked, None)["statusCode"]

    assert (before, after) == (410, 200)


def test_while_nothing_changes_the_secret_alone_is_read_again_and_only_now_and_then(
    time_passes: Pass, capsys: pytest.CaptureFixture[str]
) -> None:
    with aws_played() as aws, started(Door.SLACK, aws) as door:
        connections = len(aws.asked("GetItem"))
        for _ in range(3):
            time_passes(SECRETS_HOLD_FOR)
            for _ in range(3):
                door({"headers": {}}, None)

        assert len(aws.asked("GetSecretValue")) == 1 + 3
        assert len(aws.asked("GetItem")) == connections
        assert not [line for line in lines(capsys) if line["logger"] == "handlers._runtime"]


@pytest.mark.parametrize(
    "trouble",
    [
        answer(500, "{}"),
        answer(400, {"__type": "AccessDeniedException"}),
        {"SecretString": "xoxb-new"},
        {"SecretString": json.dumps("xoxb-new")},
        {"SecretString": json.dumps({"token": "xoxb-new"})},
    ],
)
def test_a_secret_that_cannot_be_used_leaves_the_old_one_until_it_is_mended(
    trouble: Any, time_passes: Pass, capsys: pytest.CaptureFixture[str]
) -> None:
    with aws_played() as aws, started(Door.SLACK, aws) as door:
        aws.answers["GetSecretValue"] = trouble
        time_passes(SECRETS_HOLD_FOR)
        assert door(request(), None)["statusCode"] == 200
        assert door(request(), None)["statusCode"] == 200
        [warned] = [line for line in lines(capsys) if line["logger"] == "handlers._runtime"]
        assert warned["message"] == "goes on with its old secrets"
        assert "xoxb" not in str(warned)

        put(aws, json.dumps(NEW_SLACK))
        time_passes(SECRETS_HOLD_FOR)
        assert door(request(secret=NEW_SLACK["signing_secret"]), None)["statusCode"] == 200
