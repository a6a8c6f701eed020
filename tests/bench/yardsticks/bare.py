"""A bare Bolt app with one DynamoDB client, begun as the documentation of both begins."""

import json
import os

import boto3
from slack_bolt import Ack, App
from slack_bolt.adapter.aws_lambda import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult

CALLS = json.loads(os.environ.get("CALLS", "[]"))

app = App(
    signing_secret=os.environ["SIGNING_SECRET"],
    process_before_response=True,
    authorize=lambda: AuthorizeResult(enterprise_id=None, team_id="T0TEAM", bot_token="xoxb-played"),
)
dynamodb = boto3.client("dynamodb", region_name=os.environ["MY_AWS_REGION"])


@app.command("/task")
def answer(ack: Ack) -> None:
    found = [getattr(dynamodb, name)(**arguments) for name, arguments in CALLS]
    ack(f"{len(found)} answers")


handler = SlackRequestHandler(app).handle
