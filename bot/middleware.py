"""What every request passes first: is it our workspace, and who is it?"""

import logging
from collections.abc import Callable

from slack_bolt import BoltContext, BoltResponse

from core.ids import SlackUserId, WorkspaceId
from core.people.service import PeopleService

_log = logging.getLogger(__name__)

Middleware = Callable[[BoltContext, Callable[[], BoltResponse]], BoltResponse]


def only_workspace(workspace: WorkspaceId) -> Middleware:
    """Refuse requests of other workspaces before anything is looked up: Bolt itself lets them in."""

    def check(context: BoltContext, next_: Callable[[], BoltResponse]) -> BoltResponse:
        if context.team_id != workspace:
            _log.warning("refused another workspace", extra={"team_id": context.team_id})
            return BoltResponse(status=403, body={"error": "This app belongs to another workspace."})
        return next_()

    return check


def identify(people: PeopleService) -> Middleware:
    """Put the linked person into the context as `actor`; who is not one goes to the funnel as an error."""

    def look_up(context: BoltContext, next_: Callable[[], BoltResponse]) -> BoltResponse:
        context["actor"] = people.actor_from_slack(SlackUserId(context.user_id or ""))
        return next_()

    return look_up
