"""The template with every setting away from its default can be deployed too, and answers."""

import json
import urllib.request
from pathlib import Path
from typing import Any

from infra.app import STACK_NAME
from infra.local.aws import LocalAws
from infra.local.deploy import deploy, set_slack_secret
from infra.local.emulator import Emulator
from infra.package import build_bundle


def invoked(aws: LocalAws, function: str, event: dict[str, Any]) -> dict[str, Any]:
    """What a function's live version answers."""
    functions = aws.client("lambda")
    snapshot_taken = functions.get_waiter("published_version_active")
    snapshot_taken.wait(FunctionName=function, Qualifier="live", WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    answer = functions.invoke(FunctionName=function, Qualifier="live", Payload=json.dumps(event).encode())
    done: dict[str, Any] = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, done
    return done


def test_the_fullest_stage_is_deployed_and_its_live_versions_answer(synthesized_full: Path, tmp_path: Path) -> None:
    template = synthesized_full / f"{STACK_NAME}.template.json"
    bundle = build_bundle(tmp_path / "bundle.zip", platform=None)
    emulator = Emulator(tmp_path / "emulator", 0)
    with emulator.running():
        aws = LocalAws(emulator.endpoint)
        told = {
            "SlackTeamId": "T0TEAM",
            "MailSender": "bot@example.com",
            "AlarmEmail": "ops@example.com",
            "SignInMail": "ses",
            "CognitoUrl": emulator.endpoint,
            "LoginUrl": emulator.endpoint,
            "SendEmailResource": "*",
        }
        outputs = deploy(aws, template, told, bundle)
        set_slack_secret(aws, outputs, signing_secret="signing", bot_token="xoxb-token")

        table = aws.client("dynamodb").describe_table(TableName=outputs["TableName"])["Table"]
        assert table["DeletionProtectionEnabled"] is True
        assert invoked(aws, outputs["FunctionSlackName"], {"headers": {}, "body": "unsigned"})["statusCode"] == 401
        api = f"{aws.endpoint}/_aws/execute-api/{outputs['HttpApiId']}/$default"
        with urllib.request.urlopen(f"{api}/healthz", timeout=30) as answer:  # noqa: S310 - our own emulator
            assert answer.status == 200
