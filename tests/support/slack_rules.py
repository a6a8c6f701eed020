"""What Slack says against blocks and views, asked of the rules themselves."""

from typing import Any

from infra.local.slack import rules
from infra.local.slack.errors import SlackError
from infra.local.slack.rules.shapes import Surface
from tests.support.slack_blocks import Json, Path, plain


def complaints(block: Any, surface: Surface = Surface.MESSAGE) -> list[str]:
    """What Slack says against one block on a surface; nothing when it takes it."""
    return against([block], surface)


def against(blocks: Any, surface: Surface = Surface.MESSAGE) -> list[str]:
    try:
        if surface is Surface.MESSAGE:
            rules.check_message({"text": "x", "blocks": blocks})
        else:
            rules.check_view(view(blocks, surface), surface)
    except SlackError as refusal:
        return refusal.messages or [refusal.error]
    return []


def view(blocks: Any, surface: Surface = Surface.MODAL) -> Json:
    if surface is Surface.HOME:
        return {"type": "home", "blocks": blocks}
    return {"type": "modal", "title": plain(), "submit": plain(), "blocks": blocks}


def element_path(payload: Json) -> Path:
    if "accessory" in payload:
        return ("accessory",)
    return ("element",) if "element" in payload else ("elements", 0)
