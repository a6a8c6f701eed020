"""The workspace as a whole: https://docs.slack.dev/reference/methods/team.info"""

from typing import Final

from infra.local.slack.errors import SlackError
from infra.local.slack.model import Json
from infra.local.slack.web_api.method import Invocation, Method


def _info(call: Invocation) -> Json:
    workspace = call.workspace
    if call.args.text("team") not in {"", workspace.team_id}:
        raise SlackError("team_not_found")
    team: Json = {
        "id": workspace.team_id, "name": workspace.team_name, "domain": workspace.team_domain,
        "url": workspace.address, "email_domain": "", "icon": {"image_default": True},
    }  # fmt: skip
    return {"team": team}


METHODS: Final = (Method("team.info", _info, scopes=("team:read",)),)
