"""The checks that the Web API runs on what an app wants to show."""

from collections.abc import Mapping
from typing import Any, Final

from infra.local.slack.errors import SlackError
from infra.local.slack.rules.blocks import BLOCK
from infra.local.slack.rules.layout import MAX_BLOCKS, whole_layout
from infra.local.slack.rules.shapes import Complaints, Place, Surface, items
from infra.local.slack.rules.views import VIEWS

MAX_ATTACHMENTS: Final = 100
MAX_MARKDOWN_TEXT: Final = 12_000
"""https://docs.slack.dev/reference/methods/chat.postMessage"""


def check_message(content: Mapping[str, Any]) -> None:
    """Hold a message against https://docs.slack.dev/reference/methods/chat.postMessage.

    Raises:
        SlackError: by the name that the method documents.
    """
    blocks, attachments = content.get("blocks") or [], content.get("attachments") or []
    markdown = content.get("markdown_text")
    if not _is_list_of_objects(blocks):
        raise SlackError("invalid_blocks_format")
    if not _is_list_of_objects(attachments):
        raise SlackError("invalid_attachments")
    if len(attachments) > MAX_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    if markdown and (blocks or content.get("text")):
        raise SlackError("markdown_text_conflict")
    if markdown and len(markdown) > MAX_MARKDOWN_TEXT:
        raise SlackError("msg_too_long")
    if not (blocks or attachments or markdown or content.get("text")):
        raise SlackError("no_text")
    place = Place(Surface.MESSAGE)
    problems = list(_blocks(blocks, place / "blocks"))
    for index, each in enumerate(attachments):
        problems += _blocks(each.get("blocks") or [], place / "attachments" / index / "blocks")
    if problems:
        raise SlackError("invalid_blocks", problems, errors=problems)


def check_view(view: Any, surface: Surface) -> None:
    """Hold a view against https://docs.slack.dev/reference/views.

    Raises:
        SlackError: `invalid_arguments`, pointing at each field.
    """
    place = Place(surface, "/view")
    if problems := list(_view(view, place)):
        raise SlackError("invalid_arguments", problems)


def check_metadata(metadata: Any) -> None:
    """Hold metadata against https://docs.slack.dev/messaging/message-metadata.

    Raises:
        SlackError: `invalid_metadata_format` or `invalid_metadata_schema`.
    """
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    if not metadata or "entities" in metadata:
        return
    if not isinstance(metadata.get("event_type"), str) or not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_schema")


def _view(view: Any, place: Place) -> Complaints:
    if not isinstance(view, dict):
        yield place.wrong("must provide an object")
        return
    if "type" not in view:
        yield place.wrong("missing required field: type")
        return
    if view["type"] != place.surface:
        yield (place / "type").wrong("must be a valid enum value")
        return
    yield from VIEWS[place.surface](view, place)
    if isinstance(view.get("blocks"), list):
        yield from _blocks(view["blocks"], place / "blocks")


def _blocks(blocks: Any, place: Place) -> Complaints:
    yield from items(BLOCK, MAX_BLOCKS[place.surface])(blocks, place)
    if _is_list_of_objects(blocks):
        yield from whole_layout(blocks, place)


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)
