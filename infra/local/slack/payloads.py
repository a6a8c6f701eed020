"""The content of commands and interactions, field by field as their reference lists them.

https://docs.slack.dev/reference/interaction-payloads
"""

import html
import re
from collections.abc import Iterator

from infra.local.slack import view_stacks
from infra.local.slack.block_tree import interactive_elements
from infra.local.slack.choices import held_after
from infra.local.slack.model import Conversation, Json, Message, Person, View
from infra.local.slack.workspace import Workspace

_MENTION = re.compile(r"(?<![\w<])@([\w.-]+\w|\w)")
_CHANNEL = re.compile(r"(?<![\w<])#([\w-]+)")
_ALREADY_ESCAPED = re.compile(r"(<[@#!][^>]*>)")


def slash_command(workspace: Workspace, person: Person, channel: Conversation, command: str, text: str) -> Json:
    """Build the form of a slash command.

    https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling
    """
    now = workspace.now()
    app = workspace.app
    known = app.manifest.commands[command]
    return {
        "token": app.verification_token,
        "team_id": workspace.team_id,
        "team_domain": workspace.team_domain,
        "channel_id": channel.id,
        "channel_name": "directmessage" if channel.is_im else channel.name,
        "user_id": person.id,
        "user_name": person.name,
        "command": command,
        "text": escape_mentions(workspace, text) if known.should_escape else text,
        "api_app_id": app.app_id,
        "is_enterprise_install": "false",
        "response_url": response_url(workspace, channel.id, person.id),
        "trigger_id": workspace.triggers.issue(person.id, now),
    }


def escape_mentions(workspace: Workspace, text: str) -> str:
    """Write mentions as ids, the way a command with `should_escape` gets them; ids that are already written stay.

    https://docs.slack.dev/interactivity/implementing-slash-commands#creating_commands
    """
    return "".join(
        part if _ALREADY_ESCAPED.fullmatch(part) else _escape(workspace, part) for part in _ALREADY_ESCAPED.split(text)
    )


def _escape(workspace: Workspace, text: str) -> str:
    def mention(match: re.Match[str]) -> str:
        person = workspace.person_named(match[1])
        return f"<@{person.id}|{person.name}>" if person else match[0]

    def channel(match: re.Match[str]) -> str:
        known = workspace.channel_named(match[1])
        return f"<#{known.id}|{known.name}>" if known else match[0]

    return _CHANNEL.sub(channel, _MENTION.sub(mention, html.escape(text, quote=False)))


def response_url(workspace: Workspace, channel: str, user: str, message_ts: str | None = None) -> str:
    """Hand out the address for later answers."""
    url_id = workspace.response_urls.issue(channel, user, workspace.now(), message_ts)
    return f"{workspace.public_url}/slack/response/{url_id}"


def message_action(workspace: Workspace, person: Person, channel: Conversation, message: Message, action: Json) -> Json:
    """Build the `block_actions` payload of a press in a message."""
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.visible_to is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload = _interaction(workspace, person, "block_actions") | {
        "container": container,
        "trigger_id": workspace.triggers.issue(person.id, workspace.now()),
        "channel": {"id": channel.id, "name": "directmessage" if channel.is_im else channel.name},
        "state": {"values": held_after(view_stacks.initial_values(message.blocks), action)},
        "response_url": response_url(workspace, channel.id, person.id, message.ts),
        "actions": [action],
    }
    if message.visible_to is None:
        payload["message"] = message.to_slack(workspace.app.marks | {"team": workspace.team_id})
    return payload


def view_action(workspace: Workspace, person: Person, view: View, action: Json) -> Json:
    """Build the `block_actions` payload of a press in a modal or in App Home.

    https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
    """
    return _interaction(workspace, person, "block_actions") | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": workspace.triggers.issue(person.id, workspace.now()),
        "view": view_stacks.written(workspace, view),
        "actions": [action],
    }


def view_submission(workspace: Workspace, person: Person, view: View) -> Json:
    """Build the payload of a submitted modal.

    https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload#view_submission
    """
    return _interaction(workspace, person, "view_submission") | {
        "trigger_id": workspace.triggers.issue(person.id, workspace.now()),
        "view": view_stacks.written(workspace, view),
        "response_urls": list(_response_urls(workspace, person, view)),
    }


def _response_urls(workspace: Workspace, person: Person, view: View) -> Iterator[Json]:
    """Hand out an address for every conversation that was chosen where the view asked for one."""
    for block_id, element in interactive_elements(view.content["blocks"]):
        action_id = element["action_id"]
        state = view.values.get(block_id, {}).get(action_id, {})
        channel = state.get("selected_conversation") or state.get("selected_channel")
        if element.get("response_url_enabled") and channel:
            yield {
                "block_id": block_id, "action_id": action_id, "channel_id": channel,
                "response_url": response_url(workspace, channel, person.id),
            }  # fmt: skip


def view_closed(workspace: Workspace, person: Person, view: View, *, is_cleared: bool) -> Json:
    """Build the payload of a closed modal; `is_cleared` when the whole stack went.

    https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload#view_closed
    """
    written = view_stacks.written(workspace, view)
    return _interaction(workspace, person, "view_closed") | {"view": written, "is_cleared": is_cleared}


def block_suggestion(
    workspace: Workspace, person: Person, view: View, block_id: str, action_id: str, typed: str
) -> Json:
    """Build the payload that asks for the options of an external select.

    https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload
    """
    return _interaction(workspace, person, "block_suggestion") | {
        "container": {"type": "view", "view_id": view.id},
        "view": view_stacks.written(workspace, view),
        "block_id": block_id,
        "action_id": action_id,
        "value": typed,
    }


def global_shortcut(workspace: Workspace, person: Person, callback_id: str) -> Json:
    """Build the payload of a global shortcut.

    https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload
    """
    return {
        "type": "shortcut",
        "token": workspace.app.verification_token,
        "action_ts": workspace.tick(),
        "team": _team(workspace, person),
        "user": {"id": person.id, "username": person.name, "team_id": person.team_id},
        "is_enterprise_install": False,
        "enterprise": None,
        "callback_id": callback_id,
        "trigger_id": workspace.triggers.issue(person.id, workspace.now()),
    }


def message_shortcut(
    workspace: Workspace, person: Person, channel: Conversation, message: Message, callback_id: str
) -> Json:
    """Build the payload of a message shortcut.

    https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload#message_actions
    """
    return _interaction(workspace, person, "message_action") | {
        "action_ts": workspace.tick(),
        "callback_id": callback_id,
        "trigger_id": workspace.triggers.issue(person.id, workspace.now()),
        "response_url": response_url(workspace, channel.id, person.id, message.ts),
        "channel": {"id": channel.id, "name": "directmessage" if channel.is_im else channel.name},
        "message_ts": message.ts,
        "message": message.to_slack(workspace.app.marks | {"team": workspace.team_id}),
    }


def _team(workspace: Workspace, person: Person) -> Json:
    """In a shared channel an interaction names the workspace of whoever acts."""
    if person.team_id == workspace.team_id:
        return {"id": workspace.team_id, "domain": workspace.team_domain}
    return {"id": person.team_id, "domain": person.team_id.lower()}


def _interaction(workspace: Workspace, person: Person, kind: str) -> Json:
    return {
        "type": kind,
        "user": {"id": person.id, "username": person.name, "name": person.name, "team_id": person.team_id},
        "api_app_id": workspace.app.app_id,
        "token": workspace.app.verification_token,
        "team": _team(workspace, person),
        "enterprise": None,
        "is_enterprise_install": False,
    }
