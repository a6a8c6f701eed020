"""The commit before is deployed and used; this checkout is deployed over it, and everything goes on.

`UPGRADE_FROM` names another commit to begin with.
"""

import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from bot.ids import Action
from infra.app import STACK_NAME
from infra.local.aws import LocalAws
from infra.local.local_stack import CHECKOUT, running
from tests.support.command import Run, run
from tests.support.figures import Figures
from tests.support.patience import eventually
from tests.support.stack import silently
from tests.support.workspace import visiting

pytestmark = pytest.mark.stack

ADA, ANA = "U0ADA", "U0ANA"
POSTED, QUEUED = "Posted before the upgrade", "Queued before the upgrade"
DATA: Final = ("AWS::DynamoDB::Table", "AWS::Cognito::UserPool", "AWS::S3::Bucket", "AWS::SQS::Queue")
"""What an upgrade that replaces it would lose."""


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=CHECKOUT, capture_output=True, text=True, check=False)  # noqa: S603, S607
    return done.stdout.strip()


@pytest.fixture
def before(tmp_path: Path) -> tuple[str, Path]:
    """The commit to begin with and a checkout of it; the first of all commits begins with itself."""
    commit = _git("rev-parse", "--verify", "--quiet", os.environ.get("UPGRADE_FROM", "HEAD^")) or _git(
        "rev-parse", "HEAD"
    )
    checkout = tmp_path / "before"
    checkout.mkdir()
    archive = tmp_path / "before.tar"
    _git("archive", "--output", str(archive), commit)
    subprocess.run(["tar", "-xf", str(archive), "-C", str(checkout)], check=True)  # noqa: S603, S607
    return commit, checkout


def _holding_data(aws: LocalAws) -> dict[str, str]:
    """The names that AWS gave to what holds data, by logical id."""
    found = aws.client("cloudformation").describe_stack_resources(StackName=STACK_NAME)["StackResources"]
    return {
        each["LogicalResourceId"]: _name(each["PhysicalResourceId"]) for each in found if each["ResourceType"] in DATA
    }


def _name(physical_id: str) -> str:
    """Without the address of the emulator, which bears the port of the day."""
    return physical_id.rpartition("/")[2]


def _switch_notifier(aws: LocalAws, info: Mapping[str, Any], *, on: bool) -> None:
    functions, name = aws.client("lambda"), info["functions"]["notify_slack"]
    [mapping] = functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=on)


def _waiting(aws: LocalAws, info: Mapping[str, Any]) -> int:
    asked = {"QueueUrl": info["queues"]["slack"], "AttributeNames": ["ApproximateNumberOfMessages"]}
    return int(aws.client("sqs").get_queue_attributes(**asked)["Attributes"]["ApproximateNumberOfMessages"])


def _posted_to(old: Run, user: str, title: str) -> dict[str, Any]:
    seen = old.ask("GET", f"/_local/slack/messages?user={user}")["messages"]
    return next((each for each in seen if title in str(each) and not each.get("visible_to")), {})


def _used(old: Run) -> tuple[dict[str, Any], dict[str, str]]:
    """Have a posted card and an event that nobody has read yet; give the card, and what holds data."""
    old.wait_until_up()
    info = old.ask("GET", "/_local/info")
    aws = LocalAws(info["aws_endpoint"])
    old.type(ADA, f"new {POSTED} <@{ANA}|ana> by fri 5pm !high #web -- as it was")
    card = eventually(lambda: _posted_to(old, ANA, POSTED), within=60)
    _switch_notifier(aws, info, on=False)
    old.type(ADA, f"new {QUEUED} <@{ANA}|ana>")
    eventually(lambda: _waiting(aws, info), within=60)
    holding = _holding_data(aws)
    assert old.end(signal.SIGINT) == 0
    return card, holding


def test_this_version_takes_over_from_the_one_before(
    before: tuple[str, Path], tmp_path: Path, figures: Figures
) -> None:
    commit, checkout = before
    with run(tmp_path / "state", checkout=checkout) as old:
        card, holding = _used(old)
    with running(tmp_path / "state", port=0, aws_port=0, progress=silently) as stack, visiting(stack) as workspace:
        assert holding.items() <= _holding_data(stack.aws).items()

        _switch_notifier(stack.aws, stack.info, on=True)
        eventually(lambda: workspace.messages(ANA, naming=QUEUED), within=60)
        assert "as it was" in str(workspace.command(ANA, "show T-13"))
        assert workspace.press(ANA, card, Action.TASK_DONE)["failure"] is None
        eventually(lambda: workspace.messages(ADA, naming="T-13"), within=60)
        assert POSTED in str(workspace.command(ADA, "find posted upgrade"))
        assert ANA in str(workspace.command(ADA, "history T-13")["answer"])
    figures.say(f"upgraded from {commit[:7]}: {len(holding)} resources that hold data are the same")
