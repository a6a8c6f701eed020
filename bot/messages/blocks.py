"""The few Block Kit shapes the bot is made of, as plain dicts.

Text from people goes only into `rich_text` and `plain_text`, where Slack interprets nothing.
Source: https://docs.slack.dev/reference/block-kit
"""

from collections.abc import Sequence
from typing import Any

from bot.ids import Action

Block = dict[str, Any]
Element = dict[str, Any]


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": True}


def section(mrkdwn: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": mrkdwn}}


def context(*mrkdwn: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text} for text in mrkdwn]}


def literal(text: str, *, bold: bool = False) -> Block:
    """People's text exactly as typed."""
    return rich_text(words(text, bold=bold))


def words(text: str, *, bold: bool = False) -> Element:
    """A part of a `rich_text`."""
    element: Element = {"type": "text", "text": text}
    return element | {"style": {"bold": True}} if bold else element


def rich_text(*elements: Element) -> Block:
    """Text in which some parts stand out or name somebody."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def quote(text: str) -> Block:
    """People's text exactly as typed, marked as theirs."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": [words(text)]}]}


def divider() -> Block:
    return {"type": "divider"}


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text)}


def verbatim(text: str) -> dict[str, Any]:
    """People's text where only plain text may stand: colons in it make no emoji."""
    return {"type": "plain_text", "text": text, "emoji": False}


def option(label: str, value: str) -> Element:
    return {"text": plain(label), "value": value}


def menu(action: Action, options: Sequence[Element]) -> Element:
    return {"type": "overflow", "action_id": action, "options": list(options)}


def actions(*elements: Element) -> Block:
    return {"type": "actions", "elements": list(elements)}


def confirm(title: str, text: str, yes: str) -> Element:
    """What is asked before a grave press counts, in 300 characters; `text` is shown as it stands."""
    return {
        "title": plain(title),
        "text": verbatim(text),
        "confirm": plain(yes),
        "deny": plain("Cancel"),
        "style": "danger",
    }


def button(label: str, action: Action, value: str, *, style: str | None = None, spoken: str | None = None) -> Element:
    """A button; `spoken` is what a screen reader says where the label alone would not do."""
    element: Element = {"type": "button", "text": plain(label), "action_id": action, "value": value}
    if style:
        element["style"] = style
    if spoken:
        element["accessibility_label"] = spoken
    return element


def link_button(label: str, action: Action, url: str) -> Element:
    return {"type": "button", "text": plain(label), "action_id": action, "url": url, "style": "primary"}
