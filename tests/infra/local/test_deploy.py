"""The emulator by itself, and what deploying to it does, on a stack of three resources."""

import io
import json
import os
import sys
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from infra.app import STACK_NAME
from infra.local.aws import LocalAws
from infra.local.deploy import Outputs, deploy
from infra.local.emulator import Emulator
from infra.local.errors import LocalError

ROLE = {
    "Type": "AWS::IAM::Role",
    "Properties": {
        "AssumeRolePolicyDocument": {
            "Statement": [
                {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
            ]
        }
    },
}
FUNCTION = {
    "Type": "AWS::Lambda::Function",
    "Properties": {
        "Runtime": "python3.13",
        "Handler": "answer.handler",
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Environment": {"Variables": {"GREETING": {"Ref": "Greeting"}}},
        "Code": {"S3Bucket": "cdk-hnb659fds-assets-000000000000-us-east-1", "S3Key": "code.zip"},
    },
}
TEMPLATE: dict[str, Any] = {
    "Parameters": {"Greeting": {"Type": "String"}},
    "Resources": {"Role": ROLE, "Function": FUNCTION},
    "Outputs": {"FunctionAnswerName": {"Value": {"Ref": "Function"}}},
}
SECRET_OF_THE_SHELL = "TASK_BOT_TEST_SHELL_SECRET"


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    os.environ[SECRET_OF_THE_SHELL] = "set where `make run` was typed"
    emulator = Emulator(tmp_path_factory.mktemp("emulator"), 0)
    try:
        with emulator.running():
            yield LocalAws(emulator.endpoint)
    finally:
        del os.environ[SECRET_OF_THE_SHELL]


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return pack(tmp_path, "import os\n\ndef handler(event, context):\n    return dict(os.environ)\n")


def pack(folder: Path, source: str) -> Path:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("answer.py", source)
    (folder / "bundle.zip").write_bytes(packed.getvalue())
    return folder / "bundle.zip"


def apply(aws: LocalAws, bundle: Path, *, greeting: str = "hello", template: dict[str, Any] | None = None) -> Outputs:
    written = bundle.with_name("template.json")
    written.write_text(json.dumps(template or TEMPLATE))
    return deploy(aws, written, {"Greeting": greeting}, bundle)


def answer(aws: LocalAws, outputs: Outputs) -> Any:
    return json.load(aws.client("lambda").invoke(FunctionName=outputs["FunctionAnswerName"])["Payload"])


def with_resource(resource_type: str, **properties: Any) -> dict[str, Any]:
    template = deepcopy(TEMPLATE)
    template["Resources"]["Added"] = {"Type": resource_type, "Properties": properties}
    return template


def test_the_same_template_and_code_again_change_nothing(aws: LocalAws, bundle: Path) -> None:
    first = apply(aws, bundle)
    function = aws.client("lambda").get_function_configuration(FunctionName=first["FunctionAnswerName"])
    assert apply(aws, bundle) == first
    again = aws.client("lambda").get_function_configuration(FunctionName=first["FunctionAnswerName"])
    assert again["RevisionId"] == function["RevisionId"]


def test_a_changed_parameter_reaches_the_function(aws: LocalAws, bundle: Path) -> None:
    apply(aws, bundle, greeting="hello")
    outputs = apply(aws, bundle, greeting="good evening")
    assert answer(aws, outputs)["GREETING"] == "good evening"


def test_changed_code_runs_at_the_next_call(aws: LocalAws, bundle: Path, tmp_path: Path) -> None:
    answer(aws, apply(aws, bundle))
    outputs = apply(aws, pack(tmp_path, "def handler(event, context):\n    return 'new code'\n"))
    assert answer(aws, outputs) == "new code"


def test_functions_see_nothing_of_the_shell_that_started_the_emulator(aws: LocalAws, bundle: Path) -> None:
    seen = answer(aws, apply(aws, bundle))
    assert seen["GREETING"] == "hello"
    assert SECRET_OF_THE_SHELL not in seen
    assert seen["TZ"] == "UTC"


def test_a_resource_that_fails_is_named_with_its_reason(aws: LocalAws, bundle: Path) -> None:
    apply(aws, bundle)
    with pytest.raises(LocalError, match=r"^The stack cannot be deployed: Added failed: .*VisibilityTimeout"):
        apply(aws, bundle, template=with_resource("AWS::SQS::Queue", VisibilityTimeout=999_999))


def test_after_a_first_deploy_that_failed_a_mended_template_goes_in(aws: LocalAws, bundle: Path) -> None:
    aws.client("cloudformation").delete_stack(StackName=STACK_NAME)
    with pytest.raises(LocalError, match="Added failed"):
        apply(aws, bundle, template=with_resource("AWS::SQS::Queue", VisibilityTimeout=999_999))
    assert answer(aws, apply(aws, bundle))["GREETING"] == "hello"


def test_a_template_that_is_refused_is_quoted(aws: LocalAws, bundle: Path) -> None:
    with pytest.raises(LocalError, match=r"^The stack was refused: .*AWS::Made::Up"):
        apply(aws, bundle, template=with_resource("AWS::Made::Up"))


def test_an_emulator_that_ends_at_once_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing = tmp_path / "python"
    failing.write_text("#!/bin/sh\necho no module named ministack >&2\nexit 1\n")
    failing.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(failing))
    with (
        pytest.raises(LocalError, match=r"^The AWS emulator ended while starting \(no module named ministack\); see "),
        Emulator(tmp_path / "emulator", 0).running(),
    ):
        pass
