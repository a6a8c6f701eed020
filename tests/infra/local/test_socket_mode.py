"""The bot in a real workspace: Slack's side is played, AWS is the running stack."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import App

from infra.app import STACK_NAME
from infra.local.aws import KEY
from infra.local.errors import LocalError
from infra.local.local_stack import CHECKOUT, LocalStack
from infra.local.socket_mode import Tokens, bot_of, connected, workspace_of
from tests.support.command import LAST_LINE
from tests.support.loopback import nobody_there
from tests.support.socket_mode import APP_TOKEN, TEAM, SocketModeSlack, socket_mode_slack

BOT_TOKEN = "xoxb-local-bot-token"


@pytest.fixture
def slack() -> Iterator[SocketModeSlack]:
    with socket_mode_slack() as played:
        yield played


@pytest.fixture
def tokens() -> Tokens:
    return Tokens(APP_TOKEN, BOT_TOKEN)


def command(text: str) -> dict[str, Any]:
    return {
        "command": "/task",
        "text": text,
        "team_id": TEAM,
        "user_id": "U0ADA",
        "channel_id": "C0GENERAL",
        "trigger_id": f"1.2.{text}",
        "response_url": "https://hooks.slack.example/commands/1",
    }


@pytest.mark.stack
def test_the_bot_answers_over_the_connection_from_the_stacks_own_table(
    stack: LocalStack, slack: SocketModeSlack, tokens: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", stack.aws.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEY)
    workspace = workspace_of(tokens, slack.url)
    bot = bot_of(stack.aws.client, STACK_NAME, workspace)

    with connected(bot, tokens.app, slack.url):
        made = slack.ask("slash_commands", command("new Reached without an address"))
        listed = slack.ask("slash_commands", command("find reached without an address"))

    assert "Reached without an address" in str(made["payload"])
    assert "text" in listed["payload"]


@pytest.mark.stack
def test_a_bot_of_another_workspace_is_told_so(stack: LocalStack, slack: SocketModeSlack, tokens: Tokens) -> None:
    other = replace(workspace_of(tokens, slack.url), team_id="T0OTHER")

    with pytest.raises(LocalError, match="T0OTHER"):
        bot_of(stack.aws.client, STACK_NAME, other)


def test_a_refused_app_token_is_a_sentence(slack: SocketModeSlack) -> None:
    app = App(token=BOT_TOKEN, signing_secret="none", token_verification_enabled=False)

    with pytest.raises(LocalError, match="SLACK_APP_TOKEN: invalid_auth"), connected(app, "revoked", slack.url):
        pass


@pytest.mark.parametrize(
    "env",
    [
        {},
        {"SLACK_APP_TOKEN": APP_TOKEN},
        {"SLACK_BOT_TOKEN": BOT_TOKEN},
        {"SLACK_APP_TOKEN": BOT_TOKEN, "SLACK_BOT_TOKEN": APP_TOKEN},
    ],
)
def test_missing_or_exchanged_tokens_are_asked_for(env: dict[str, str]) -> None:
    with pytest.raises(LocalError, match="xapp-"):
        Tokens.from_env(env)


def test_slacks_cli_brings_its_own_names(tokens: Tokens) -> None:
    assert Tokens.from_env({"SLACK_CLI_XAPP": tokens.app, "SLACK_CLI_XOXB": tokens.bot}) == tokens


def test_a_refused_bot_token_is_a_sentence(slack: SocketModeSlack) -> None:
    with pytest.raises(LocalError, match="SLACK_BOT_TOKEN: invalid_auth"):
        workspace_of(Tokens(APP_TOKEN, "revoked"), slack.url)


def test_slack_out_of_reach_is_a_sentence(tokens: Tokens) -> None:
    with pytest.raises(LocalError, match="cannot be reached"):
        workspace_of(tokens, f"{nobody_there()}/")


@pytest.mark.stack
def test_make_slack_starts_everything_but_slack(slack: SocketModeSlack, tmp_path: Path) -> None:
    env = {**os.environ, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_API_URL": slack.url}
    arguments = ["--port", "0", "--aws-port", "0", "--state", str(tmp_path), "--admin", "ada.lind@example.com"]
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "infra.local.socket_mode", *arguments],
        cwd=CHECKOUT, env=env, stdout=subprocess.PIPE, text=True,
    ) as running:  # fmt: skip
        try:
            assert running.stdout is not None
            shown = "".join(iter(running.stdout.readline, f"{LAST_LINE}\n"))
            asked = slack.ask("slash_commands", command("list"))
        finally:
            running.send_signal(signal.SIGINT)
        assert running.wait(60) == 0
    assert "ada.lind@example.com is an admin; the password for /task link: " in shown
    assert "/web/link" in str(asked["payload"])
