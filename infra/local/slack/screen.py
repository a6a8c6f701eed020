"""What one person has on their screen, in pieces that each have a name, so that a page can be told which changed."""

from dataclasses import asdict
from typing import Final

from infra.local.slack import traffic, view_stacks
from infra.local.slack.model import Conversation, Json, Person, View
from infra.local.slack.workspace import Workspace

NEWEST_MESSAGES: Final = 500


def seen_by(workspace: Workspace, person: Person) -> Json:
    """List every piece of a person's screen by its name."""
    home = view_stacks.home(workspace, person.id)
    modals = [workspace.views[each] for each in workspace.stacks.get(person.id, [])]
    places = [each for each in workspace.conversations.values() if person.id in each.members]
    messages = sorted(workspace.messages_seen_by(person.id), key=lambda each: each.ts)[-NEWEST_MESSAGES:]
    return {
        "me": person.facts(workspace.now()),
        "people": _people(workspace),
        "app": _app(workspace),
        "traffic": traffic.summary(workspace),
        "modals": [_view(each) for each in modals],
        "home": home and _view(home),
        **{f"place:{each.id}": _place(each, person) for each in places},
        **{f"message:{each.channel}:{each.ts}": each.facts() for each in messages},
    }


def _people(workspace: Workspace) -> Json:
    app = workspace.app
    people = {each.id: _known(each.name, each.real_name, is_here=not each.deleted) for each in workspace.people()}
    return people | {app.bot_user_id: _known(app.bot_name, app.manifest.app_name, is_app=True)}


def _known(name: str, real_name: str, *, is_app: bool = False, is_here: bool = True) -> Json:
    return {"name": name, "real_name": real_name, "is_app": is_app, "is_here": is_here}


def _app(workspace: Workspace) -> Json:
    manifest = workspace.app.manifest
    return {
        "team": workspace.team_name,
        "name": manifest.app_name,
        "user": workspace.app.bot_user_id,
        "commands": [asdict(each) for each in manifest.commands.values()],
        "shortcuts": [asdict(each) for each in manifest.shortcuts.values()],
        "home_tab_enabled": manifest.home_tab_enabled,
        "messages_tab_read_only": manifest.messages_tab_read_only,
    }


def _place(place: Conversation, person: Person) -> Json:
    other = next((each for each in place.members if each != person.id), None) if place.is_im else None
    return {"id": place.id, "name": place.name, "is_im": place.is_im, "is_private": place.is_private, "with": other}


def _view(view: View) -> Json:
    return {name: value for name, value in asdict(view).items() if name != "offered"}
