"""Reading people: https://docs.slack.dev/reference/methods/users.info and its neighbours"""

from typing import Final

from infra.local.slack.errors import SlackError
from infra.local.slack.model import Json, Person
from infra.local.slack.web_api.method import Invocation, Method
from infra.local.slack.web_api.paging import page_of

MAX_PEOPLE: Final = 1000
"""On one page. https://docs.slack.dev/reference/methods/users.list"""


def _info(call: Invocation) -> Json:
    person = call.workspace.person(call.args.text("user"))
    if person is None:
        raise SlackError("user_not_found")
    return {"user": _written(call, person)}


def _list(call: Invocation) -> Json:
    """Deactivated people and bots are listed too; those of other workspaces are not."""
    workspace = call.workspace
    own = [each for each in workspace.everybody() if each.team_id == workspace.team_id]
    shown, cursor = page_of(own, call.args, default=MAX_PEOPLE, most=MAX_PEOPLE, zero_is_default=True)
    return {
        "members": [_written(call, each) for each in shown],
        "cache_ts": int(workspace.now().timestamp()),
        "response_metadata": {"next_cursor": cursor},
    }


def _lookup_by_email(call: Invocation) -> Json:
    """Somebody who was deactivated is not found."""
    call.args.required("email")
    wanted = call.args.text("email").lower()
    for person in call.workspace.everybody():
        if person.email.lower() == wanted and not person.deleted and not person.is_bot:
            return {"user": _written(call, person)}
    raise SlackError("users_not_found")


def _written(call: Invocation, person: Person) -> Json:
    workspace = call.workspace
    with_email = "users:read.email" in workspace.app.manifest.scopes
    return person.to_slack(workspace.now(), with_email=with_email, with_locale=call.args.flag("include_locale"))


METHODS: Final = (
    Method("users.info", _info, scopes=("users:read",)),
    Method("users.list", _list, scopes=("users:read",)),
    Method("users.lookupByEmail", _lookup_by_email, scopes=("users:read.email",)),
)
