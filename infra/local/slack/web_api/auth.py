"""Who is calling: https://docs.slack.dev/reference/methods/auth.test"""

from typing import Final

from infra.local.slack.model import Json
from infra.local.slack.web_api.method import Invocation, Method


def _test(call: Invocation) -> Json:
    workspace = call.workspace
    user = workspace.person(workspace.app.bot_user_id)
    return {
        "url": workspace.address,
        "team": workspace.team_name,
        "user": user.name if user else "",
        "team_id": workspace.team_id,
        "user_id": workspace.app.bot_user_id,
        "bot_id": workspace.app.bot_id,
        "is_enterprise_install": False,
    }


METHODS: Final = (Method("auth.test", _test, takes_json=True),)
