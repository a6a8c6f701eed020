"""No framework: checks the HMAC of a command and makes the calls that `CALLS` names."""

import base64
import hashlib
import hmac
import json
import os
import time
from typing import Any
from urllib.parse import parse_qs

import boto3

CALLS = json.loads(os.environ.get("CALLS", "[]"))
SIGNING_SECRET = os.environ["SIGNING_SECRET"].encode()
dynamodb = boto3.client("dynamodb", region_name=os.environ["MY_AWS_REGION"])


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    body = base64.b64decode(event["body"]).decode() if event.get("isBase64Encoded") else event["body"]
    sent = event["headers"]
    at = sent["x-slack-request-timestamp"]
    signed = "v0=" + hmac.new(SIGNING_SECRET, f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
    if abs(time.time() - int(at)) > 300 or not hmac.compare_digest(signed, sent["x-slack-signature"]):
        return {"statusCode": 401, "body": ""}
    typed = parse_qs(body).get("text", [""])[0]
    found = [getattr(dynamodb, name)(**arguments) for name, arguments in CALLS]
    return {"statusCode": 200, "body": json.dumps({"text": f"{typed}: {len(found)} answers"})}
