"""Every request both ways, as one list: what Slack sent to the app, and what the app asked of the Web API."""

from itertools import islice
from typing import Final

from infra.local.slack.model import Call, Json, Sent
from infra.local.slack.workspace import Workspace

NEWEST: Final = 200


def summary(workspace: Workspace) -> Json:
    """Tell which is the newest, and when those of the newest were that failed."""
    newest = newest_first(workspace)
    return {
        "newest": newest[0]["id"] if newest else None,
        "failures": [each["at"] for each in newest if each["failure"]],
    }


def newest_first(workspace: Workspace) -> list[Json]:
    """List the newest requests, each with its verdict and time."""
    sent = [_sent(each) for each in islice(reversed(workspace.sent), NEWEST)]
    calls = [_call(each) for each in islice(reversed(workspace.calls), NEWEST)]
    return sorted([*sent, *calls], key=lambda each: str(each["at"]), reverse=True)[:NEWEST]


def _sent(sent: Sent) -> Json:
    return {
        "id": f"to_app {sent.at}", "way": "to_app", "at": sent.at, "user": sent.user, "what": _named(sent),
        "status": sent.status, "failure": sent.failure, "ms": sent.ms, "request": sent.body, "answer": sent.answer,
        "remarks": [],
    }  # fmt: skip


def _named(sent: Sent) -> str:
    """Name a request by what the person did."""
    body = sent.body
    if sent.kind == "slash_command":
        return f"{body['command']} {body['text']}".strip()
    if "actions" in body:
        return f"{sent.kind} {body['actions'][0]['action_id']}"
    named = body.get("callback_id") or body.get("view", {}).get("callback_id") or body.get("action_id")
    return f"{sent.kind} {named}" if named else sent.kind


def _call(call: Call) -> Json:
    return {
        "id": f"from_app {call.at}", "way": "from_app", "at": call.at, "user": None, "what": call.method,
        "status": call.status, "failure": call.error, "ms": call.ms, "request": call.args, "answer": "",
        "remarks": call.remarks,
    }  # fmt: skip
