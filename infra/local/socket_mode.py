"""`make slack`: this checkout's bot in a real Slack workspace, without a public address.

Slack is reached over Socket Mode. AWS is the emulator, or with `--stack` the account that your credentials are for.
https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import argparse
import json
import logging
import os
import secrets
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from slack_bolt import App, BoltResponse
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from core.bootstrap.aws import Secrets, session_of
from core.bootstrap.slack import for_slack
from core.clock import Hurry
from core.settings import Door, Settings
from handlers.slack import app_of
from infra.app import STACK_NAME
from infra.first_admin import invite
from infra.local.aws import KEY, REGION, LocalAws
from infra.local.errors import LocalError
from infra.local.front_door import create_gateway
from infra.local.local_stack import CHECKOUT, Deployed, SlackWorkspace, deployed, http_api
from infra.local.ports import read_port
from infra.local.serve import serving
from infra.local.terminal import Stopped, progress, stop_at_signals
from infra.operate import Client, Deployment

SLACK_API: Final = "https://slack.com/api/"


@dataclass(frozen=True, slots=True)
class Tokens:
    """What Slack gave to the app: one to connect with, one to act with."""

    app: str
    bot: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Tokens":
        """Read them under our names, or under those of Slack's CLI.

        Raises:
            LocalError: which are missing, or exchanged.
        """
        app = env.get("SLACK_APP_TOKEN") or env.get("SLACK_CLI_XAPP", "")
        bot = env.get("SLACK_BOT_TOKEN") or env.get("SLACK_CLI_XOXB", "")
        if not (app.startswith("xapp-") and bot.startswith("xoxb-")):
            raise LocalError(
                "Set SLACK_APP_TOKEN (xapp-…, of the app's Basic Information, with the scope connections:write)"
                " and SLACK_BOT_TOKEN (xoxb-…, of its OAuth & Permissions)."
            )
        return cls(app, bot)


def workspace_of(tokens: Tokens, api_url: str) -> SlackWorkspace:
    """Ask Slack whose bot this is; raises LocalError."""
    try:
        team = WebClient(token=tokens.bot, base_url=api_url).auth_test()["team_id"]
    except SlackApiError as refused:
        raise LocalError(f"Slack does not take SLACK_BOT_TOKEN: {refused.response['error']}.") from refused
    except OSError as failure:
        raise LocalError(f"Slack cannot be reached at {api_url}: {failure}") from failure
    # Nobody signs anything where Slack is connected to, and not the other way round.
    return SlackWorkspace(team, api_url, f"https://app.slack.com/client/{team}", tokens.bot, secrets.token_hex())


def bot_of(client: Client, stack_name: str, slack: SlackWorkspace) -> App:
    """Put the bot together with the settings of a deployed stack; raises LocalError."""
    name = Deployment.named(stack_name, client).outputs["FunctionSlackName"]
    settings = Settings.from_env(
        client("lambda").get_function_configuration(FunctionName=name)["Environment"]["Variables"], Door.SLACK
    )
    if settings.team_id != slack.team_id:
        raise LocalError(
            f"The stack {stack_name} is for the workspace {settings.team_id}, and SLACK_BOT_TOKEN for {slack.team_id}."
        )
    secret = json.dumps({"bot_token": slack.bot_token, "signing_secret": slack.signing_secret})
    door = for_slack(settings, Secrets(session_of(settings), {settings.slack_secret_arn: secret}))
    bot = app_of(door)
    bot.middleware(_begin(door.hurry))
    return bot


def _begin(hurry: Hurry) -> Callable[..., BoltResponse]:
    """Have every request begin its own time, as the function does."""

    def begin(next: Callable[[], BoltResponse]) -> BoltResponse:  # noqa: A002 - Bolt gives arguments by their names
        hurry.begin()
        return next()

    return begin


@contextmanager
def connected(app: App, app_token: str, api_url: str) -> Iterator[None]:
    """Take Slack's requests while the block runs; raises LocalError."""
    handler = SocketModeHandler(app, app_token, web_client=WebClient(base_url=api_url))
    try:
        handler.client.connect()
    except SlackApiError as refused:
        raise LocalError(f"Slack does not take SLACK_APP_TOKEN: {refused.response['error']}.") from refused
    try:
        yield
    finally:
        handler.client.close()


@contextmanager
def _local(slack: SlackWorkspace, options: argparse.Namespace) -> Iterator[Client]:
    """The system of `make run` without its Slack, which is the real one."""
    port, aws_port = read_port(options.port, "PORT"), read_port(options.aws_port, "AWS_PORT")
    folder = options.state / slack.team_id
    with deployed(folder, lambda _: slack, port=port, aws_port=aws_port, progress=progress) as system:
        gateway = create_gateway(http_api(system.aws, system.outputs), {"aws_endpoint": system.aws.endpoint})
        _use_emulator(system.aws)
        with serving(gateway, system.door):
            _let_in(system, options.admin)
            print(f"Emails lie at {system.url}/_local/emails, what the functions log in {system.emulator_log}")
            yield system.aws.client


def _use_emulator(aws: LocalAws) -> None:
    """Have every client of this process talk to the emulator."""
    os.environ.pop("AWS_PROFILE", None)
    os.environ |= {
        "AWS_ENDPOINT_URL": aws.endpoint,
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": KEY,
        "AWS_DEFAULT_REGION": REGION,
    }


def _let_in(system: Deployed, email: str) -> None:
    """Give the first admin a password, which the emulator cannot mail."""
    cognito, pool = system.aws.client("cognito-idp"), system.outputs["UserPoolId"]
    if email:
        password = f"{secrets.token_urlsafe(12)}-aA1"
        person = invite(system.aws.client, STACK_NAME, email, given_name=email.partition("@")[0], family_name="")
        cognito.admin_set_user_password(UserPoolId=pool, Username=person.person_id, Password=password, Permanent=True)
        print(f"\n{email} is an admin; the password for /task link: {password}")
    elif not cognito.list_users(UserPoolId=pool, Limit=1)["Users"]:
        print("\nNobody is in the team yet: stop, and begin with `make slack ADMIN=the address of your Slack profile`.")


@contextmanager
def _deployment(_: SlackWorkspace, __: argparse.Namespace) -> Iterator[Client]:
    client: Any = boto3.Session().client
    yield client


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parse(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    stop_at_signals()
    where: Callable[[SlackWorkspace, argparse.Namespace], Any] = _deployment if options.stack else _local
    try:
        tokens = Tokens.from_env(os.environ)
        slack = workspace_of(tokens, os.environ.get("SLACK_API_URL", SLACK_API))
        with where(slack, options) as client:
            bot = bot_of(client, options.stack or STACK_NAME, slack)
            with connected(bot, tokens.app, slack.api_url):
                print(f"\nThe bot of this checkout answers in the workspace {slack.team_id}: type /task there.")
                print("Ctrl-C stops it.", flush=True)
                threading.Event().wait()
    except Stopped:
        return 0
    except LocalError as failure:
        print(failure, file=sys.stderr)
    except (BotoCoreError, ClientError) as refused:
        print(f"AWS does not do it: {refused}", file=sys.stderr)
    return 1


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.local.socket_mode", description=__doc__)
    parser.add_argument("--stack", default="", help="a deployed stack to work on, instead of the emulator")
    parser.add_argument("--admin", default="", help="on the emulator: who begins, by the address of their profile")
    parser.add_argument("--port", default="3000", help="of the emulator's HTTP API (default: 3000)")
    parser.add_argument("--aws-port", default="4566", help="of the AWS emulator (default: 4566)")
    state = CHECKOUT / ".local" / "slack"
    parser.add_argument("--state", type=Path, default=state, help="the folder to keep it in (default: .local/slack)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
