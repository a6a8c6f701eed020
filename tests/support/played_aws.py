"""AWS as a function's own clients see it: a server on loopback that keeps what it was asked and answers as told."""

import gc
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from importlib import import_module
from typing import Any, Final

import pytest

from core.settings import NEEDED, Door
from handlers._runtime import Handler
from tests.support.logs import root_logger_put_back
from tests.support.loopback import Answer, Heard, Loopback, answer, listening

SETTINGS: Final = {
    "MY_AWS_REGION": "eu-north-1",
    "DYNAMODB_TABLE_NAME": "task-bot",
    "SLACK_TEAM_ID": "T0TEAM",
    "SLACK_SECRET_ARN": "arn:aws:secretsmanager:eu-north-1:123456789012:secret:slack",
    "SLACK_API_URL": "https://slack.example/api/",
    "COGNITO_USER_POOL_ID": "eu-north-1_POOL",
    "COGNITO_ADMIN_CLIENT_ID": "admins",
    "COGNITO_APP_CLIENT_ID": "members",
    "COGNITO_LINK_CLIENT_ID": "links",
    "JWKS_URL": "https://keys.example/jwks.json",
    "LOGIN_URL": "https://login.example",
    "PUBLIC_URL": "https://bot.example",
    "COOKIE_PREFIX": "__Host-",
    "GUESTS": "refused",
    "EVENT_BUS_NAME": "bus",
    "UNPUBLISHED_BUCKET_NAME": "unpublished",
    "SLACK_QUEUE_URL": "https://sqs.eu-north-1.amazonaws.com/123456789012/slack",
    "EMAIL_QUEUE_URL": "https://sqs.eu-north-1.amazonaws.com/123456789012/email",
    "NEWS_WAIT_SECONDS": "60",
    "WORK_QUEUE_URL": "https://sqs.eu-north-1.amazonaws.com/123456789012/work",
    "MAIL_SENDER": "bot@example.com",
    "MAIL_CONFIGURATION_SET": "mails",
    "MAIL_LINK_SECRET_ARN": "arn:aws:secretsmanager:eu-north-1:123456789012:secret:mail-links",
    "SLACK_APP_URL": "https://slack.com/app_redirect?app=A0BOT&team=T0TEAM",
}
"""A value for everything that any door needs."""
SLACK_SECRET: Final = {"signing_secret": "a signing secret", "bot_token": "xoxb-played"}


class PlayedAws:
    """`answers` is the body, or the way to fail, of each operation; what is not in it is answered with `{}`."""

    def __init__(self, server: Loopback, answers: dict[str, Any]) -> None:
        self._server = server
        self.url = server.url
        self.answers = answers

    def asked(self, operation: str) -> list[dict[str, Any]]:
        """What an operation was asked with, each time."""
        return [json.loads(each.body) for each in self._server.heard if _operation(each) == operation]

    def kept(self) -> dict[str, Any]:
        """What was put into the bucket, by key."""
        puts = [each for each in self._server.heard if each.method == "PUT"]
        return {each.path.partition("/unpublished/")[2]: json.loads(each.body) for each in puts}


def env_of(door: Door, aws: PlayedAws) -> dict[str, str]:
    """Everything that a door's function finds in its environment."""
    credentials = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_ENDPOINT_URL": aws.url}
    return {**credentials, **{name: SETTINGS[name] for name in NEEDED[door]}}


@contextmanager
def started(door: Door, aws: PlayedAws, **changed: str) -> Iterator[Handler]:
    """A door's function as Lambda starts it: its environment set, with what is `changed`, its `handler` asked for."""
    with pytest.MonkeyPatch.context() as environment, root_logger_put_back():
        for name, value in {**env_of(door, aws), **changed}.items():
            environment.setenv(name, value)
        yield import_module(f"handlers.{door}").handler
        gc.unfreeze()


@contextmanager
def aws_played(**answers: Any) -> Iterator[PlayedAws]:
    """Play AWS while the block runs."""
    defaults: dict[str, Any] = {
        "GetSecretValue": {"SecretString": json.dumps(SLACK_SECRET)},
        "PutObject": answer(200, "", content_type="application/xml"),
        "BatchGetItem": {"Responses": {SETTINGS["DYNAMODB_TABLE_NAME"]: []}},
        "UpdateItem": {"Attributes": {}},
        "Query": {"Items": [], "Count": 0},
    }
    told = {**defaults, **answers}

    def reply(request: BaseHTTPRequestHandler, server: Loopback) -> None:
        content = told.get(_operation(server.heard[-1]), {})
        how: Answer = content if callable(content) else answer(200, content, content_type="application/x-amz-json-1.0")
        how(request, server)

    with listening(reply) as server:
        yield PlayedAws(server, told)


def _operation(heard: Heard) -> str:
    target = heard.headers.get("x-amz-target")
    return target.rpartition(".")[2] if target else {"PUT": "PutObject", "POST": "SendEmail"}[heard.method]
