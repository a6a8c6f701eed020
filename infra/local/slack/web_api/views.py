"""Modals and App Home: https://docs.slack.dev/reference/methods/views.open and its neighbours"""

from typing import Final

from infra.local.slack import view_stacks
from infra.local.slack.errors import SlackError
from infra.local.slack.model import Json, View
from infra.local.slack.rules.shapes import Surface
from infra.local.slack.web_api.method import Invocation, Method


def _open(call: Invocation) -> Json:
    workspace = call.workspace
    call.args.required("trigger_id")
    content = _content(call, Surface.MODAL)
    user = workspace.triggers.spend(call.args.text("trigger_id"), workspace.now())
    return _answer(call, view_stacks.open_modal(workspace, user, content))


def _push(call: Invocation) -> Json:
    workspace = call.workspace
    call.args.required("trigger_id")
    content = _content(call, Surface.MODAL)
    user = workspace.triggers.spend(call.args.text("trigger_id"), workspace.now())
    return _answer(call, view_stacks.push(workspace, user, content))


def _update(call: Invocation) -> Json:
    known = _named(call)
    content = _content(call, Surface(known.type))
    _check_hash(call, known)
    return _answer(call, view_stacks.replace(call.workspace, known, content))


def _publish(call: Invocation) -> Json:
    workspace = call.workspace
    call.args.required("user_id")
    content = _content(call, Surface.HOME)
    if not workspace.app.manifest.home_tab_enabled:
        raise SlackError("not_enabled")
    user = workspace.person(call.args.text("user_id"))
    if user is None or user.is_bot or user.deleted:
        raise SlackError("invalid_arguments", ["no such user [json-pointer:/user_id]"])
    if known := view_stacks.home(workspace, user.id):
        _check_hash(call, known)
    return _answer(call, view_stacks.publish(workspace, user.id, content))


def _named(call: Invocation) -> View:
    """Find the view that the app names by one of its ids."""
    view_id, external_id = call.args.text("view_id"), call.args.text("external_id")
    if not view_id and not external_id:
        raise SlackError("invalid_arguments", ["must provide either `view_id` or `external_id`"])
    if view_id and external_id:
        raise SlackError("invalid_arguments", ["Cannot provide both `view_id` and `external_id`"])
    for view in call.workspace.views.values():
        if view.id == view_id or (external_id and view.content.get("external_id") == external_id):
            return view
    raise SlackError("not_found")


def _check_hash(call: Invocation, known: View) -> None:
    if call.args.text("hash") not in {"", known.hash}:
        raise SlackError("hash_conflict")


def _content(call: Invocation, surface: Surface) -> Json:
    """Read and check the view."""
    call.args.required("view")
    return view_stacks.checked(call.args.decoded("view", "invalid_arguments"), surface)


def _answer(call: Invocation, view: View) -> Json:
    return {"view": view_stacks.written(call.workspace, view)}


METHODS: Final = (
    Method("views.open", _open, takes_json=True),
    Method("views.push", _push, takes_json=True),
    Method("views.update", _update, takes_json=True),
    Method("views.publish", _publish, takes_json=True),
)
