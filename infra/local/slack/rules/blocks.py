"""Blocks, and which surface takes which: https://docs.slack.dev/reference/block-kit/blocks

Limits that the pages do not state are those of Slack's own https://docs.slack.dev/reference/methods/blocks.validate
"""

from collections.abc import Mapping
from typing import Any, Final

from infra.local.slack.rules import data_blocks, elements
from infra.local.slack.rules.composition import (
    BLOCK_ID,
    IMAGE,
    IMAGE_SOURCE,
    MAX_URL,
    SLACK_FILE,
    URL,
    plain,
    plain_or_mrkdwn,
)
from infra.local.slack.rules.rich_text import RICH_TEXT, RICH_TEXT_VALUE
from infra.local.slack.rules.shapes import (
    Between,
    Complaints,
    Place,
    Rule,
    Shape,
    Surface,
    among,
    either,
    fields,
    flag,
    items,
    need,
    not_both,
    one_of,
    text,
    whole,
)

PAGES: Final = "https://docs.slack.dev/reference/block-kit/blocks"

MESSAGE_ONLY: Final = frozenset({Surface.MESSAGE})
MESSAGE_OR_HOME: Final = frozenset({Surface.MESSAGE, Surface.HOME})
NAMED: Final = fields(block_id=BLOCK_ID)

_CONTEXT_TEXT: Final = plain_or_mrkdwn()
_CONTEXT_PARTS: Final[Mapping[str, Rule]] = {"image": IMAGE, "plain_text": _CONTEXT_TEXT, "mrkdwn": _CONTEXT_TEXT}

SLACK_ICONS: Final = (
    "archive", "book", "bookmark", "bot", "bug", "calendar", "call", "caret-left", "caret-right", "check",
    "clipboard", "code", "comment", "compass", "copy", "cube", "download", "edit", "email", "eye-closed", "eye-open",
    "file", "flag", "folder", "gear", "globe", "heart", "help", "image", "info", "key", "lightbulb", "link", "map",
    "mobile", "new-window", "pin", "plus", "refine", "refresh", "rocket", "save", "screen", "share", "sparkle",
    "star", "star-filled", "tag", "thumbs-down", "thumbs-up", "trash", "upload", "user", "warning",
)  # fmt: skip


def _context_part(value: Any, place: Place) -> Complaints:
    if not isinstance(value, dict):
        yield place.wrong("must provide an object")
        return
    kind = value.get("type")
    rule = _CONTEXT_PARTS.get(kind) if isinstance(kind, str) else None
    if rule is None:
        yield (place / "type").wrong(f"unsupported type: {kind}")
    else:
        yield from rule(value, place)


def _needs(dependent: str, needed: str) -> Between:
    def rule(value: Mapping[str, Any], place: Place) -> Complaints:
        if value.get(dependent) and not value.get(needed):
            yield place.wrong(f"`{dependent}` requires `{needed}`")

    return rule


def _task(*statuses: str) -> Shape:
    return Shape(
        f"{PAGES}/task-card-block",
        NAMED | fields(
            task_id=text(at_least=1), title=text(at_least=1), details=RICH_TEXT_VALUE, output=RICH_TEXT_VALUE,
            sources=items(_URL_SOURCE), status=among(*statuses),
        ),
        need("task_id", "title", "status"),
        surfaces=MESSAGE_ONLY,
    )  # fmt: skip


def _distinct_tasks(value: Mapping[str, Any], place: Place) -> Complaints:
    tasks = value.get("tasks")
    ids = [each.get("task_id") for each in tasks if isinstance(each, dict)] if isinstance(tasks, list) else []
    if len(ids) != len({str(each) for each in ids}):
        yield (place / "tasks").wrong("`task_id` must be unique")


_URL_SOURCE: Final = one_of(
    {
        "url": Shape(
            f"{elements.PAGES}/url-source-element",
            fields(url=text(MAX_URL, at_least=1), text=text(at_least=1), icon_url=URL),
            need("url", "text"),
        )
    }
)

CARD: Final = Shape(
    f"{PAGES}/card-block",
    NAMED | fields(
        hero_image=IMAGE, icon=IMAGE, title=plain_or_mrkdwn(150), subtitle=plain_or_mrkdwn(150),
        body=plain_or_mrkdwn(200), subtext=plain_or_mrkdwn(200),
        actions=items(one_of(elements.only(frozenset({"button"}))), 3),
        slack_icon=Shape(
            "https://docs.slack.dev/reference/block-kit/composition-objects/slack-icon-object",
            fields(name=among(*SLACK_ICONS)), need("name"),
        ),
    ),
    between=(either("hero_image", "title", "actions", "body"), not_both("icon", "slack_icon")),
)  # fmt: skip

_SIMPLE: Final[Mapping[str, Shape]] = {
    "actions": Shape(
        f"{PAGES}/actions-block",
        NAMED | fields(elements=items(one_of(elements.only(elements.IN_ACTIONS)), 25, at_least=1)),
        need("elements"),
    ),
    "alert": Shape(
        f"{PAGES}/alert-block",
        NAMED | fields(text=plain_or_mrkdwn(200), level=among("default", "info", "warning", "error", "success")),
        need("text"),
        surfaces=frozenset({Surface.MODAL}),
    ),
    "card": CARD,
    "carousel": Shape(
        f"{PAGES}/carousel-block",
        NAMED | fields(elements=items(one_of({"card": CARD}), 10, at_least=1)),
        need("elements"),
        surfaces=MESSAGE_OR_HOME,
    ),
    "context": Shape(
        f"{PAGES}/context-block", NAMED | fields(elements=items(_context_part, 10, at_least=1)), need("elements")
    ),
    "context_actions": Shape(
        f"{PAGES}/context-actions-block",
        NAMED | fields(elements=items(one_of(elements.only(elements.IN_CONTEXT_ACTIONS)), 5, at_least=1)),
        need("elements"),
        surfaces=MESSAGE_ONLY,
    ),
    "divider": Shape(f"{PAGES}/divider-block", NAMED),
    "file": Shape(
        f"{PAGES}/file-block",
        NAMED | fields(external_id=text(), source=among("remote")),
        need("external_id", "source"),
        surfaces=MESSAGE_ONLY,
    ),
    "header": Shape(f"{PAGES}/header-block", NAMED | fields(text=plain(150), level=whole(1, 4)), need("text")),
    "image": Shape(
        f"{PAGES}/image-block",
        NAMED | fields(
            image_url=text(MAX_URL, at_least=1), slack_file=SLACK_FILE, alt_text=text(2000), title=plain(2000),
        ),
        need("alt_text"),
        IMAGE_SOURCE,
    ),
    "input": Shape(
        f"{PAGES}/input-block",
        NAMED | fields(
            label=plain(2000), hint=plain(2000), optional=flag, dispatch_action=flag,
            element=one_of(elements.only(elements.IN_INPUT)),
        ),
        need("label", "element"),
    ),
    "markdown": Shape(
        f"{PAGES}/markdown-block", NAMED | fields(text=text(12_000, at_least=1)), need("text"), surfaces=MESSAGE_ONLY
    ),
    "plan": Shape(
        f"{PAGES}/plan-block",
        NAMED | fields(
            title=text(at_least=1),
            tasks=items(_task("pending", "in_progress", "complete", "error"), 50),
        ),
        need("title", "tasks"),
        (_distinct_tasks,),
        surfaces=MESSAGE_ONLY,
    ),
    "rich_text": RICH_TEXT,
    "section": Shape(
        f"{PAGES}/section-block",
        NAMED | fields(
            text=plain_or_mrkdwn(3000), fields=items(plain_or_mrkdwn(2000), 10, at_least=1), expand=flag,
            accessory=one_of(elements.only(elements.IN_SECTION)),
        ),
        between=(either("text", "fields"),),
    ),
    "task_card": _task("in_progress", "complete", "error"),
    "video": Shape(
        f"{PAGES}/video-block",
        NAMED | fields(
            alt_text=text(2000), video_url=text(3000, at_least=1), thumbnail_url=text(3000, at_least=1),
            title=plain(200), title_url=text(2000), description=plain(200), provider_icon_url=text(2000),
            provider_name=text(50), author_name=text(50),
        ),
        need("alt_text", "video_url", "thumbnail_url", "title"),
    ),
    **data_blocks.BLOCKS,
}  # fmt: skip

IN_CONTAINER: Final = (
    "actions", "context", "divider", "file", "header", "image", "input", "rich_text", "section", "table", "video",
)  # fmt: skip

BLOCKS: Final[Mapping[str, Shape]] = {
    **_SIMPLE,
    "container": Shape(
        f"{PAGES}/container-block",
        NAMED | fields(
            title=plain(150), rich_text_title=RICH_TEXT_VALUE, subtitle=plain_or_mrkdwn(150), icon=IMAGE,
            child_blocks=items(one_of({each: _SIMPLE[each] for each in IN_CONTAINER}), 10, at_least=1),
            width=among("narrow", "standard", "wide", "full"), is_collapsible=flag, default_collapsed=flag,
            has_header_divider=flag,
        ),
        need("child_blocks"),
        (
            either("title", "rich_text_title"),
            _needs("default_collapsed", "is_collapsible"),
        ),
        surfaces=MESSAGE_OR_HOME,
    ),
}  # fmt: skip
"""Every block by its type. Slack has no other: what is not here is an unsupported type."""

BLOCK: Final = one_of(BLOCKS)
