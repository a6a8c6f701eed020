"""Puts the synthesized template and this checkout's code into the AWS emulator, as `cdk deploy` does into AWS."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from core.storage import schema
from infra.app import STACK_NAME
from infra.local.aws import ACCOUNT, REGION, LocalAws
from infra.local.errors import LocalError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient

ASSETS_BUCKET = f"cdk-hnb659fds-assets-{ACCOUNT}-{REGION}"
"""Where the CDK's templates expect code to lie."""
DEPLOY_SECONDS = 120
WAYS_OUT = "(Mend infra/, or start over with `make run RESET=1`.)"

Outputs = Mapping[str, str]


def deploy(aws: LocalAws, template: Path, parameters: Mapping[str, str], bundle: Path) -> Outputs:
    """Create or update the stack, and give its functions the code of `bundle`.

    Raises:
        LocalError: naming the resource that failed and why.
    """
    body = template.read_bytes()
    code_keys = set(_code_keys(json.loads(body)))
    template_url = _upload(aws, body, bundle.read_bytes(), code_keys)
    outputs = _Stack(aws).apply(template_url, parameters)
    _update_code(aws.client("lambda"), outputs, bundle.read_bytes(), min(code_keys))
    return outputs


def replace_code(aws: LocalAws, outputs: Outputs, code: bytes) -> None:
    """Give every function other code."""
    functions: LambdaClient = aws.client("lambda")
    for name in _function_names(outputs):
        functions.update_function_code(FunctionName=name, ZipFile=code)


def set_slack_secret(aws: LocalAws, outputs: Outputs, *, signing_secret: str, bot_token: str) -> None:
    """Write what the template leaves to be filled in by hand, as one does in AWS after the first deploy."""
    secrets: SecretsManagerClient = aws.client("secretsmanager")
    value = json.dumps({"signing_secret": signing_secret, "bot_token": bot_token})
    secrets.put_secret_value(SecretId=outputs["SlackSecretArn"], SecretString=value)


def switch_on_expiry(aws: LocalAws, outputs: Outputs) -> None:
    """Switch the table's TTL on: the emulator does not take it from the template."""
    dynamodb: DynamoDBClient = aws.client("dynamodb")
    table = outputs["TableName"]
    described = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    if described.get("TimeToLiveStatus") != "ENABLED":
        dynamodb.update_time_to_live(
            TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": schema.EXPIRES_AT}
        )


def _code_keys(template: Mapping[str, Any]) -> Iterator[str]:
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Lambda::Function":
            yield resource["Properties"]["Code"]["S3Key"]


def _upload(aws: LocalAws, template: bytes, code: bytes, code_keys: set[str]) -> str:
    s3: S3Client = aws.client("s3")
    s3.create_bucket(Bucket=ASSETS_BUCKET)
    for key in code_keys:
        s3.put_object(Bucket=ASSETS_BUCKET, Key=key, Body=code)
    # CloudFormation takes a template of more than 51,200 bytes only from S3.
    name = f"{hashlib.sha256(template).hexdigest()}.json"
    s3.put_object(Bucket=ASSETS_BUCKET, Key=name, Body=template)
    return f"{aws.endpoint}/{ASSETS_BUCKET}/{name}"


def _update_code(functions: "LambdaClient", outputs: Outputs, code: bytes, key: str) -> None:
    digest = base64.b64encode(hashlib.sha256(code).digest()).decode()
    for name in _function_names(outputs):
        deployed = functions.get_function_configuration(FunctionName=name)["CodeSha256"]
        if deployed != digest:
            functions.update_function_code(FunctionName=name, S3Bucket=ASSETS_BUCKET, S3Key=key)


def _function_names(outputs: Outputs) -> list[str]:
    return [value for name, value in outputs.items() if name.startswith("Function")]


class _Stack:
    """The one CloudFormation stack."""

    def __init__(self, aws: LocalAws) -> None:
        self._cloudformation = aws.client("cloudformation")

    def apply(self, template_url: str, parameters: Mapping[str, str]) -> Outputs:
        arguments = {
            "StackName": STACK_NAME,
            "TemplateURL": template_url,
            "Parameters": [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
            "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
        }
        try:
            if self._status() in {"absent", "ROLLBACK_COMPLETE"}:
                self._create(arguments)
            else:
                self._update(arguments)
        except ClientError as refused:
            message = refused.response["Error"]["Message"]
            raise LocalError(f"The stack was refused: {message}. {WAYS_OUT}") from refused
        return {each["OutputKey"]: each["OutputValue"] for each in self._describe()["Outputs"]}

    def _create(self, arguments: Mapping[str, Any]) -> None:
        if self._status() != "absent":
            # What is left of a first deploy that failed cannot be updated.
            self._cloudformation.delete_stack(StackName=STACK_NAME)
            self._wait()
        stack = self._cloudformation.create_stack(**arguments)
        self._check(self._wait(), stack["StackId"], since=0)

    def _update(self, arguments: Mapping[str, Any]) -> None:
        stack = self._describe()["StackId"]
        seen = len(self._events(stack))
        try:
            self._cloudformation.update_stack(**arguments)
        except ClientError as refused:
            if "No updates are to be performed" in refused.response["Error"]["Message"]:
                return
            raise
        self._check(self._wait(), stack, since=seen)

    def _check(self, status: str, stack: str, *, since: int) -> None:
        if status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
            return
        for event in self._events(stack)[since:]:
            if event["ResourceStatus"].endswith("FAILED"):
                name, reason = event["LogicalResourceId"], event.get("ResourceStatusReason", "no reason given")
                raise LocalError(f"The stack cannot be deployed: {name} failed: {reason} {WAYS_OUT}")
        raise LocalError(f"The stack cannot be deployed: it ended as {status}. {WAYS_OUT}")

    def _wait(self) -> str:
        deadline = time.monotonic() + DEPLOY_SECONDS
        while (status := self._status()).endswith("IN_PROGRESS"):
            if time.monotonic() > deadline:
                raise LocalError(f"The stack was not deployed within {DEPLOY_SECONDS} seconds: it is {status}.")
            time.sleep(0.1)
        return status

    def _status(self) -> str:
        try:
            status = str(self._describe()["StackStatus"])
        except ClientError as refused:
            if "does not exist" in refused.response["Error"]["Message"]:
                return "absent"
            raise
        return "absent" if status == "DELETE_COMPLETE" else status

    def _describe(self) -> Any:
        return self._cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"][0]

    def _events(self, stack: str) -> list[Any]:
        """List what happened to the stack, oldest first."""
        pages = self._cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack)
        return [event for page in pages for event in page["StackEvents"]][::-1]
