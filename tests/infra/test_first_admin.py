"""The first admin of a fresh deployment: invited by one command, signs in with what the mail brought."""

import os
import re
import subprocess
import sys

import httpx
import pytest

from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.table import Table
from infra.local.aws import KEY, REGION
from infra.local.demo import TEAM_ID
from infra.local.local_stack import CHECKOUT, LocalStack
from tests.support.workspace import visiting

pytestmark = pytest.mark.stack

ADDRESS = "first.admin@example.com"


def invite(stack: LocalStack) -> str:
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "infra.first_admin", ADDRESS, "Grace", "Berg"],
        cwd=CHECKOUT,
        env={
            "PATH": os.environ["PATH"],
            "AWS_ENDPOINT_URL": stack.aws.endpoint,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": KEY,
            "AWS_DEFAULT_REGION": REGION,
            "NO_PROXY": "*",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_one_command_invites_the_first_admin_and_may_be_run_again(stack: LocalStack) -> None:
    with visiting(stack) as workspace:
        said = [invite(stack), invite(stack)]
        mails = workspace.emails(ADDRESS, naming="password")

    assert said == ["Grace Berg is invited as an admin: first.admin@example.com. Next, in Slack: /task link\n"] * 2
    assert len(mails) == 2
    people = DynamoPersonRepository(Table(stack.aws.client("dynamodb"), stack.outputs["TableName"]), TEAM_ID)
    person = people.with_email(ADDRESS)
    assert (person.name, person.is_admin, person.slack_user_id) == ("Grace Berg", True, None)
    assert person.person_id in people.admins()

    [password] = re.findall(r"temporary password is (\S+?)\.?$", mails[-1]["BodyText"] or mails[-1]["BodyHtml"])
    body = {"email": ADDRESS, "password": password}
    answer = httpx.post(f"{stack.url}/api/v1/admin/auth/login", json=body, trust_env=False, timeout=30)
    assert answer.json()["challenge"] == "NEW_PASSWORD_REQUIRED"
