"""What one person has on their screen, in pieces that each have a name: the page keeps them and is told which changed."""

from dataclasses import asdict
from typing import Final

from infra.local.slack import view_stacks
from infra.local.slack.control import shown
from infra.local.slack.model import Conversation, Json, Person, View
from infra.local.slack.workspace import Workspace

NEWEST_MESSAGES: Final = 500


def seen_by(workspace: Workspace, person: Person) -> Json:
    """List every piece of a person's screen by its name."""
    home = view_stacks.home(workspace, person.id)
    modals = [workspace.views[each] for each in workspace.stacks.get(person.id, [])]
    places = [each for each in workspace.conversations.values() if person.id in each.members]
    messages = list(workspace.messages_seen_by(person.id))[-NEWEST_MESSAGES:]
    return {
        "me": person.facts(workspace.now()),
        "people": _people(workspace),
        "app": _app(workspace),
        "traffic": {"calls": workspace.calls_made, "sent": workspace.sent_so_far},
        **{f"place:{each.id}": _place(workspace, each, person) for each in places},
        **{f"message:{each.channel}:{each.ts}": shown(each) for each in messages},
        "modals": [_view(each) for each in modals],
        "home": home and _view(home),
    }


def _people(workspace: Workspace) -> Json:
    return {
        each.id: {"name": each.name, "real_name": each.real_name, "is_app": each.id == workspace.app.bot_user_id}
        for each in [*workspace.people(), workspace.person(workspace.app.bot_user_id)]
        if each is not None
    }


def _app(workspace: Workspace) -> Json:
    manifest = workspace.app.manifest
    return {
        "team": workspace.team_name,
        "name": manifest.app_name,
        "user": workspace.app.bot_user_id,
        "commands": [asdict(each) for each in manifest.commands.values()],
        "shortcuts": [asdict(each) for each in manifest.shortcuts.values()],
        "home_tab_enabled": manifest.home_tab_enabled,
    }


def _place(workspace: Workspace, place: Conversation, person: Person) -> Json:
    other = next((each for each in place.members if each != person.id), None) if place.is_im else None
    return {"id": place.id, "name": place.name, "is_im": place.is_im, "is_private": place.is_private, "with": other}


def _view(view: View) -> Json:
    return {name: value for name, value in asdict(view).items() if name != "offered"}
