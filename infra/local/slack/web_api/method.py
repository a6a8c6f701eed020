"""What every Web API method states about itself."""

from collections.abc import Callable
from dataclasses import dataclass, field

from infra.local.slack.model import Json
from infra.local.slack.web_api.arguments import Arguments
from infra.local.slack.workspace import Workspace


@dataclass(slots=True)
class Invocation:
    """One call in progress. A method adds a remark for what Slack accepts but a careful app avoids, and the events
    that the app is to hear of what it did itself.
    """

    workspace: Workspace
    args: Arguments
    remarks: list[str] = field(default_factory=list)
    events: list[Json] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Method:
    """A method: https://docs.slack.dev/reference/methods/NAME. Any one of `scopes` will do; none needed where empty.

    `takes_json` is what https://docs.slack.dev/apis/web-api/#methods_supporting_json lists; elsewhere Slack does not
    look into a JSON body.
    """

    name: str
    run: Callable[[Invocation], Json]
    scopes: tuple[str, ...] = ()
    takes_json: bool = False
