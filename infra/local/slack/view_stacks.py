"""The modals that a person has open, one upon another, and their App Home.

https://docs.slack.dev/surfaces/modals#view_stack
"""

import json
from typing import Any

from infra.local.slack import rules
from infra.local.slack.block_tree import as_kept, interactive_elements, with_defaults
from infra.local.slack.choices import initial_state
from infra.local.slack.errors import SlackError
from infra.local.slack.model import Json, View
from infra.local.slack.rules.shapes import Surface
from infra.local.slack.rules.views import MAX_STACK, MAX_VIEW_BYTES
from infra.local.slack.workspace import Workspace


def checked(view: Any, surface: Surface) -> Json:
    """Hold a view against Slack's rules and give every block its id.

    Raises:
        SlackError: when Slack refuses it.
    """
    if len(json.dumps(view)) > MAX_VIEW_BYTES:
        raise SlackError("view_too_large")
    rules.check_view(view, surface)
    texts = {name: with_defaults(view[name]) for name in ("title", "submit", "close") if name in view}
    return dict(view) | texts | {"blocks": as_kept(view["blocks"])}


def written(workspace: Workspace, view: View) -> Json:
    """Write a view as answers and payloads carry it."""
    return view.to_slack(workspace.team_id, workspace.app.app_id, workspace.app.bot_id)


def top(workspace: Workspace, user: str) -> View | None:
    """Find the modal in front of a person."""
    stack = workspace.stacks.get(user)
    return workspace.views[stack[-1]] if stack else None


def home(workspace: Workspace, user: str) -> View | None:
    """Find what was published to a person's App Home."""
    return workspace.views.get(workspace.homes.get(user, ""))


def open_modal(workspace: Workspace, user: str, content: Json) -> View:
    """Put a modal in front of a person; what stood there goes."""
    _claim_external_id(workspace, content)
    clear(workspace, user)
    view = _new(workspace, user, content)
    workspace.stacks[user] = [view.id]
    return view


def push(workspace: Workspace, user: str, content: Json) -> View:
    """Put a modal upon the one in front.

    Raises:
        SlackError: `not_found` without one, `push_limit_reached` upon the third.
    """
    below = top(workspace, user)
    if below is None:
        raise SlackError("not_found")
    if len(workspace.stacks[user]) >= MAX_STACK:
        raise SlackError("push_limit_reached")
    _claim_external_id(workspace, content)
    view = _new(workspace, user, content, below=below)
    workspace.stacks[user].append(view.id)
    return view


def replace(workspace: Workspace, view: View, content: Json) -> View:
    """Show other content in a view; inputs of the same block and action keep what was typed."""
    _claim_external_id(workspace, content, replaced=view)
    kept = view.values
    view.content, view.hash, view.errors = content, workspace.tick(), {}
    view.values = initial_values(content["blocks"])
    for block_id, inputs in view.values.items():
        for action_id, state in inputs.items():
            before = kept.get(block_id, {}).get(action_id)
            if before is not None and before["type"] == state["type"]:
                inputs[action_id] = before
    return view


def publish(workspace: Workspace, user: str, content: Json) -> View:
    """Show content in a person's App Home."""
    if known := home(workspace, user):
        return replace(workspace, known, content)
    _claim_external_id(workspace, content)
    view = _new(workspace, user, content)
    workspace.homes[user] = view.id
    return view


def close(workspace: Workspace, user: str) -> View | None:
    """Take the modal in front away; the one below it shows."""
    stack = workspace.stacks.get(user)
    return workspace.views.pop(stack.pop()) if stack else None


def clear(workspace: Workspace, user: str) -> None:
    """Take every modal away."""
    while close(workspace, user):
        pass


def _new(workspace: Workspace, user: str, content: Json, *, below: View | None = None) -> View:
    view_id = workspace.new_view_id()
    view = View(
        view_id,
        user,
        content,
        hash=workspace.tick(),
        root_view_id=below.root_view_id if below else view_id,
        previous_view_id=below.id if below else None,
        values=initial_values(content["blocks"]),
    )
    workspace.views[view_id] = view
    return view


def initial_values(blocks: list[Json]) -> Json:
    """Build what the elements of blocks hold before anybody touches them, by block and action."""
    values: Json = {}
    for block_id, element in interactive_elements(blocks):
        if (state := initial_state(element)) is not None:
            values.setdefault(block_id, {})[element["action_id"]] = state
    return values


def _claim_external_id(workspace: Workspace, content: Json, *, replaced: View | None = None) -> None:
    """Refuse an external id that another view of the workspace has."""
    external_id = content.get("external_id")
    others = (each for each in workspace.views.values() if each is not replaced)
    if external_id and any(each.content.get("external_id") == external_id for each in others):
        raise SlackError("duplicate_external_id")
