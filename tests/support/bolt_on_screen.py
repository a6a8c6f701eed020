"""A plain Bolt app in the place of the bot, with a bit of everything that people see of an app."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient
from starlette.applications import Starlette

from infra.local.slack.manifest import Shortcut
from tests.support.slack_workspace import MANIFEST, Served, answering, bolt_app, served

Json = dict[str, Any]

REMIND = Shortcut("remind", "Remind me", "message", "About this message")
WITH_SHORTCUT = replace(MANIFEST, shortcuts={**MANIFEST.shortcuts, "remind": REMIND}, messages_tab_read_only=False)


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(label: str, **more: Any) -> Json:
    return {"type": "button", "action_id": label.lower(), "text": plain(label), "value": "v", **more}


def options(*names: str) -> list[Json]:
    return [{"text": plain(name), "value": name.lower()} for name in names]


def text_input(block_id: str, label: str, **more: Any) -> Json:
    return {"type": "input", "block_id": block_id, "label": plain(label),
            "element": {"type": "plain_text_input", "action_id": "typed"}, **more}  # fmt: skip


def modal(title: str, *blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain(title), "submit": plain("Go"), "callback_id": title.lower(),
            "blocks": list(blocks), **more}  # fmt: skip


FIRST = modal("First", text_input("name", "Name"), text_input("note", "Note", optional=True), notify_on_close=True)
SECOND = modal("Second", text_input("more", "More"), notify_on_close=True)
SURE = {"title": plain("Sure?"), "text": plain("It cannot be undone."), "confirm": plain("Yes"), "deny": plain("No")}
CARD = [
    {
        "type": "actions",
        "block_id": "card",
        "elements": [
            button("Slow"),
            button("Broken"),
            button("Delete", confirm=SURE),
            button("Vanish"),
            {"type": "static_select", "action_id": "pick", "placeholder": plain("Pick"), "options": options("A", "B")},
            {"type": "overflow", "action_id": "more", "options": options("Snooze", "Open")},
        ],
    }
]


@dataclass(slots=True)
class Bot:
    """What the app was sent, and what makes it answer slowly."""

    heard: list[Json] = field(default_factory=list)
    may_answer: threading.Event = field(default_factory=threading.Event)

    def last(self, kind: str) -> Json:
        return self.all(kind)[-1]

    def all(self, kind: str) -> list[Json]:
        return [each for each in self.heard if each.get("type") == kind]


def register(app: App, bot: Bot) -> None:
    @app.middleware
    def record(body: Json, next: Callable[[], None]) -> None:  # noqa: A002 - Bolt finds it by this name
        bot.heard.append(body)
        next()

    @app.command("/task")
    def task(ack: Ack, body: Json, client: WebClient) -> None:
        if body["text"] == "slow":
            bot.may_answer.wait(5)
        if body["text"] == "first":
            client.views_open(trigger_id=body["trigger_id"], view=FIRST)
        ack()

    @app.action("slow")
    def slow(ack: Ack) -> None:
        bot.may_answer.wait(5)
        ack()

    @app.action(re.compile("^(delete|pick|more)$"))
    def used(ack: Ack) -> None:
        ack()

    @app.action("vanish")
    def vanish(ack: Ack, respond: Respond) -> None:
        ack()
        respond(delete_original=True)

    @app.action("broken")
    def broken() -> None:
        raise RuntimeError("the app is broken")

    @app.shortcut("remind")
    def remind(ack: Ack) -> None:
        ack()

    app.view("first")(submit_first)
    app.view("second")(submit_second)
    app.view_closed(re.compile("first|second"))(lambda ack: ack())


def submit_first(ack: Ack, view: Json) -> None:
    match view["state"]["values"]["name"]["typed"]["value"]:
        case "wrong":
            ack(response_action="errors", errors={"name": "That name is taken."})
        case "change":
            ack(response_action="update", view={**FIRST, "title": plain("Changed")})
        case "unusable":
            ack(response_action="errors", errors={"elsewhere": "Nobody reads this."})
        case _:
            ack(response_action="push", view=SECOND)


def submit_second(ack: Ack, view: Json) -> None:
    value = view["state"]["values"]["more"]["typed"]["value"]
    if value == "all":
        ack(response_action="clear")
    else:
        ack()


@contextmanager
def playing() -> Iterator[tuple[Served, Bot]]:
    """Serve a workspace with it."""
    behind = Starlette()
    with served(behind, manifest=WITH_SHORTCUT, patience=1.5) as slack:
        app, bot = bolt_app(slack.url), Bot()
        register(app, bot)
        behind.router.routes.append(answering(app))
        yield slack, bot
