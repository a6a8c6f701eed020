"""Composition objects: https://docs.slack.dev/reference/block-kit/composition-objects"""

from collections.abc import Mapping
from typing import Any, Final

from infra.local.slack.rules.shapes import (
    Between,
    Complaints,
    Place,
    Rule,
    Shape,
    among,
    either,
    fields,
    flag,
    items,
    matching,
    need,
    not_both,
    one_of,
    text,
)

PAGES: Final = "https://docs.slack.dev/reference/block-kit/composition-objects"

MAX_TEXT: Final = 3000
MAX_ID: Final = 255
MAX_URL: Final = 3000

ACTION_ID: Final = text(MAX_ID, at_least=1)
BLOCK_ID: Final = text(MAX_ID)
URL: Final = text(MAX_URL)


def plain(at_most: int = MAX_TEXT) -> Rule:
    """A plain_text object of at most so many characters."""
    return _text_object(at_most, "plain_text")


def plain_or_mrkdwn(at_most: int = MAX_TEXT) -> Rule:
    """A text object of either kind."""
    return _text_object(at_most, "plain_text", "mrkdwn")


def _text_object(at_most: int, *kinds: str) -> Rule:
    content = text(at_most, at_least=1)
    shapes = {
        "plain_text": Shape(f"{PAGES}/text-object", fields(text=content, emoji=flag), need("text")),
        "mrkdwn": Shape(f"{PAGES}/text-object", fields(text=content, verbatim=flag), need("text")),
    }

    def rule(value: Any, place: Place) -> Complaints:
        if not isinstance(value, dict):
            yield place.wrong("must provide an object")
        elif "type" not in value:
            yield place.wrong("missing required field: type")
        elif value["type"] not in kinds:
            yield (place / "type").wrong("must be a valid enum value")
        else:
            yield from shapes[value["type"]](value, place)

    return rule


CONFIRM: Final = Shape(
    f"{PAGES}/confirmation-dialog-object",
    fields(
        title=plain(100), text=plain_or_mrkdwn(300), confirm=plain(30), deny=plain(30),
        style=among("primary", "danger"),
    ),
    need("title", "text", "confirm", "deny"),
)  # fmt: skip

DISPATCH: Final = Shape(
    f"{PAGES}/dispatch-action-configuration-object",
    fields(trigger_actions_on=items(among("on_enter_pressed", "on_character_entered"), 2, at_least=1)),
    need("trigger_actions_on"),
)

FILTER: Final = Shape(
    f"{PAGES}/conversation-filter-object",
    fields(
        include=items(among("im", "mpim", "private", "public"), at_least=1),
        exclude_external_shared_channels=flag,
        exclude_bot_users=flag,
    ),
    between=(either("include", "exclude_external_shared_channels", "exclude_bot_users"),),
)

SLACK_FILE: Final = Shape(
    f"{PAGES}/slack-file-object",
    fields(id=matching(r"F[A-Z0-9]{8,}", "must be a valid file id"), url=URL),
    between=(either("id", "url"), not_both("id", "url")),
)

WORKFLOW: Final = Shape(
    f"{PAGES}/workflow-object",
    fields(
        trigger=Shape(
            f"{PAGES}/trigger-object",
            fields(
                url=URL,
                customizable_input_parameters=items(
                    Shape(f"{PAGES}/trigger-object", fields(name=text(), value=text()), need("name", "value"))
                ),
            ),
            need("url"),
        )
    ),
    need("trigger"),
)


def _option(*, mrkdwn: bool = False, url: bool = False) -> Shape:
    words = plain_or_mrkdwn if mrkdwn else plain
    table = fields(text=words(75), value=text(150, at_least=1), description=words(75))
    return Shape(f"{PAGES}/option-object", table | (fields(url=URL) if url else {}), need("text", "value"))


MENU_OPTION: Final = _option()
LIST_OPTION: Final = _option(mrkdwn=True)
OVERFLOW_OPTION: Final = _option(url=True)

OPTION_GROUP: Final = Shape(
    f"{PAGES}/option-group-object",
    fields(label=plain(75), options=items(MENU_OPTION, 100, at_least=1)),
    need("label", "options"),
)


def initial_among_options(name: str) -> Between:
    """What is chosen at first must be among the options."""

    def rule(value: Mapping[str, Any], place: Place) -> Complaints:
        offered = _offered(value)
        initial = value.get(name)
        chosen = initial if isinstance(initial, list) else [initial]
        if initial is not None and offered and not all(each in offered for each in chosen):
            yield (place / name).wrong(f"`{name}` must match one of the options")

    return rule


def _offered(value: Mapping[str, Any]) -> list[Any]:
    options = value.get("options")
    if isinstance(options, list):
        return options
    groups = value.get("option_groups")
    if not isinstance(groups, list):
        return []
    return [
        each
        for group in groups
        if isinstance(group, dict) and isinstance(group.get("options"), list)
        for each in group["options"]
    ]


IMAGE_SOURCE: Final = (either("image_url", "slack_file"), not_both("image_url", "slack_file"))

IMAGE_ELEMENT: Final = Shape(
    "https://docs.slack.dev/reference/block-kit/block-elements/image-element",
    fields(image_url=text(MAX_URL, at_least=1), slack_file=SLACK_FILE, alt_text=text(2000)),
    need("alt_text"),
    IMAGE_SOURCE,
)
IMAGE: Final = one_of({"image": IMAGE_ELEMENT})
