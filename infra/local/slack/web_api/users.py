"""Reading people: https://docs.slack.dev/reference/methods/users.info"""

from typing import Final

from infra.local.slack.errors import SlackError
from infra.local.slack.model import Json
from infra.local.slack.web_api.method import Invocation, Method


def _info(call: Invocation) -> Json:
    workspace = call.workspace
    person = workspace.person(call.args.text("user"))
    if person is None:
        raise SlackError("user_not_found")
    with_email = "users:read.email" in workspace.app.manifest.scopes
    user = person.to_slack(workspace.now(), with_email=with_email, with_locale=call.args.flag("include_locale"))
    return {"user": user}


METHODS: Final = (Method("users.info", _info, scopes=("users:read",)),)
