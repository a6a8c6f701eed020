"""Everything that runs on this machine, started in order and stopped in reverse."""

import fcntl
import shutil
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from subprocess import Popen
from typing import Any, Final

import httpx
from botocore.exceptions import BotoCoreError, ClientError

from core.clock import system_clock
from core.people.model import Group
from infra.local import demo
from infra.local.aws import LocalAws
from infra.local.demo import Demo
from infra.local.deploy import WAYS_OUT, Outputs, deploy, set_slack_secret, switch_on_expiry
from infra.local.emulator import Emulator
from infra.local.errors import LocalError
from infra.local.facts import BOT_TOKEN, SIGNING_SECRET, Facts
from infra.local.front_door import create_app
from infra.local.ports import LOOPBACK, listen
from infra.local.reload import Reloader, reloading
from infra.local.running_code import RunningCode
from infra.local.serve import serving
from infra.local.slack.manifest import Manifest
from infra.local.slack.model import Person
from infra.local.slack.workspace import GENERAL, Installation, Workspace
from infra.local.synth import Synthesis
from infra.package import PackagingError, build_bundle

CHECKOUT: Final = Path(__file__).resolve().parents[2]
MAIL_SENDER: Final = "tasks@task-bot.example"
STREAM_SECONDS: Final = 1.5
"""How long the emulator takes to notice a change and to have it relayed."""
NEWS_WAIT_SECONDS: Final = "3"
"""Long enough to see that a burst becomes one message, short enough to see it at once."""

Progress = Callable[[str], AbstractContextManager[object]]


@dataclass(frozen=True, slots=True)
class LocalStack:
    """The running system: where it answers, and what tools need to look into it."""

    folder: Path
    url: str
    aws: LocalAws
    outputs: Outputs
    info: Mapping[str, Any]
    emulator: "Popen[bytes]"
    emulator_log: Path
    code: RunningCode


@dataclass(frozen=True, slots=True)
class Deployed:
    """The stack on the emulator, before anything answers at the front door's address."""

    door: socket.socket
    url: str
    aws: LocalAws
    outputs: Outputs
    emulator: "Popen[bytes]"
    emulator_log: Path
    bundle: Path


@contextmanager
def running(
    folder: Path, *, port: int, aws_port: int, progress: Progress, follow_code: bool = False
) -> Iterator[LocalStack]:
    """Start everything, with its state in `folder`, and stop everything at the end of the block.

    Port 0 is any free one. With `follow_code`, what is saved in this checkout runs from then on.

    Raises:
        LocalError: what keeps it from starting.
    """
    with ExitStack() as started:
        system = started.enter_context(deployed(folder, simulated, port=port, aws_port=aws_port, progress=progress))
        url, aws, outputs = system.url, system.aws, system.outputs
        team = Demo(aws, outputs)
        info = Facts(url, aws, outputs, team)
        api = http_api(aws, outputs)
        with progress("Waking the function that answers Slack"):
            wake(api)
        with progress("Opening the front door"):
            workspace = started.enter_context(_workspace(url, folder / "workspace.json"))
            code = RunningCode(workspace.changes)
            app = create_app(workspace, forward_to=api, info=info, code=code, kept_mail=folder / "mail.json")
            started.enter_context(serving(app, system.door))
        if not team.is_there():
            with progress("Adding the demo team and its tasks"):
                team.fill(system_clock())
        if follow_code:
            reloader = Reloader(aws, outputs, code, lambda: wake(api), source=CHECKOUT, bundle=system.bundle)
            started.enter_context(reloading(reloader, CHECKOUT))
        try:
            yield LocalStack(folder, url, aws, outputs, info, system.emulator, system.emulator_log, code)
        finally:
            # Queues survive a restart, the stream does not: what was just changed shall still reach them.
            time.sleep(STREAM_SECONDS)


@dataclass(frozen=True, slots=True)
class SlackWorkspace:
    """The workspace that the stack is deployed for."""

    team_id: str
    api_url: str
    app_url: str
    bot_token: str
    signing_secret: str


def simulated(url: str) -> SlackWorkspace:
    """The demo workspace, which the front door at `url` plays."""
    return SlackWorkspace(demo.TEAM_ID, f"{url}/slack/api/", f"{url}/#/app/messages", BOT_TOKEN, SIGNING_SECRET)


@contextmanager
def deployed(
    folder: Path, slack_at: Callable[[str], SlackWorkspace], *, port: int, aws_port: int, progress: Progress
) -> Iterator[Deployed]:
    """Start the emulator and deploy the stack to it, for the workspace that belongs to the front door's address.

    Raises:
        LocalError: what keeps it from starting.
    """
    if port == aws_port != 0:
        raise LocalError(f"PORT and AWS_PORT are both {port}; move one, for example `make run AWS_PORT={port + 1}`.")
    with ExitStack() as started:
        started.enter_context(_only_one(folder))
        door = started.enter_context(listen(port, "PORT"))
        url = f"http://{LOOPBACK}:{door.getsockname()[1]}"
        emulator = Emulator(folder / "emulator", aws_port)
        bundle = _bundle(folder)
        template = _template(bundle, progress)
        with progress("Starting the AWS emulator"):
            process = started.enter_context(emulator.running())
        aws, slack = LocalAws(emulator.endpoint), slack_at(url)
        with progress("Deploying the stack and this checkout's code"), _explained(emulator.log):
            outputs = deploy(aws, template, _parameters(url, emulator.endpoint, slack), bundle)
            set_slack_secret(aws, outputs, signing_secret=slack.signing_secret, bot_token=slack.bot_token)
            switch_on_expiry(aws, outputs)
        yield Deployed(door, url, aws, outputs, process, emulator.log, bundle)


def forget(folder: Path) -> None:
    """Throw away what earlier runs kept in `folder`."""
    if folder.exists():
        with _only_one(folder):
            shutil.rmtree(folder)


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as failure:
            raise LocalError("The system of this checkout is running already; stop that one first.") from failure
        yield


def _bundle(folder: Path) -> Path:
    try:
        return build_bundle(folder / "bundle.zip", platform=None)
    except PackagingError as failure:
        raise LocalError(f"This checkout's code cannot be packed: {failure}") from failure


@contextmanager
def _explained(log: Path) -> Iterator[None]:
    """Say in a sentence what the emulator refused, and how to go on."""
    try:
        yield
    except (ClientError, BotoCoreError) as failure:
        raise LocalError(f"The AWS emulator did not take this: {failure}. Its own words: {log} {WAYS_OUT}") from failure


def _template(bundle: Path, progress: Progress) -> Path:
    synthesis = Synthesis(CHECKOUT)
    template = synthesis.kept()
    if template is None:
        with progress("Synthesizing the CDK app (again only when infra/ changes)"):
            template = synthesis.make(bundle)
    return template


def _parameters(url: str, endpoint: str, slack: SlackWorkspace) -> dict[str, str]:
    """All that differs from a deployment in AWS."""
    return {
        "SlackTeamId": slack.team_id,
        "MailSender": MAIL_SENDER,
        "PublicUrl": url,
        "SlackApiUrl": slack.api_url,
        "SlackAppUrl": slack.app_url,
        "CognitoUrl": endpoint,
        "LoginUrl": endpoint,
        "CookiePrefix": "",
        "SendEmailResource": "*",
        "NewsWaitSeconds": NEWS_WAIT_SECONDS,
    }


def http_api(aws: LocalAws, outputs: Outputs) -> str:
    """Where the deployed HTTP API answers."""
    return f"{aws.endpoint}/_aws/execute-api/{outputs['HttpApiId']}/$default"


def wake(api: str) -> None:
    """Have the Slack function started before somebody can type: Slack waits three seconds, a first start included."""
    answer = httpx.post(f"{api}/slack/events", trust_env=False, timeout=60)
    if answer.status_code != HTTPStatus.UNAUTHORIZED:
        raise LocalError(f"The function that answers Slack does not start: {answer.text}")


@contextmanager
def _workspace(url: str, kept: Path) -> Iterator[Workspace]:
    """The demo workspace as it was left, and kept again at the end."""
    app = Installation(Manifest.read(CHECKOUT / "manifest.yml"), SIGNING_SECRET, BOT_TOKEN)
    workspace = Workspace(team_id=demo.TEAM_ID, public_url=url, app=app)
    for each in demo.TEAM:
        workspace.add_person(
            Person(
                each.slack_user_id,
                each.slack_name,
                each.name,
                each.email,
                tz=each.time_zone,
                is_admin=each.group == Group.ADMINS,
            )
        )
    # What is made of a message in #general is answered there; elsewhere the app is no member.
    workspace.conversations[GENERAL].members.append(app.bot_user_id)
    workspace.load(kept)
    try:
        yield workspace
    finally:
        workspace.save(kept)
