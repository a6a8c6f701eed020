"""The parts of a rich_text block: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block"""

from typing import Final

from infra.local.slack.rules.composition import BLOCK_ID, URL
from infra.local.slack.rules.shapes import Shape, among, fields, flag, items, need, one_of, text, whole

PAGE: Final = "https://docs.slack.dev/reference/block-kit/blocks/rich-text-block"
ELEMENT_PAGES: Final = "https://docs.slack.dev/reference/block-kit/block-elements"

STYLE: Final = Shape(
    PAGE,
    fields(
        bold=flag, italic=flag, strike=flag, code=flag, underline=flag, highlight=flag, client_highlight=flag,
        unlink=flag,
    ),
)  # fmt: skip

PARTS: Final = one_of(
    {
        "text": Shape(PAGE, fields(text=text(at_least=1), style=STYLE), need("text")),
        "link": Shape(PAGE, fields(url=URL, text=text(), unsafe=flag, style=STYLE), need("url")),
        "user": Shape(PAGE, fields(user_id=text(), style=STYLE), need("user_id")),
        "usergroup": Shape(PAGE, fields(usergroup_id=text(), style=STYLE), need("usergroup_id")),
        "team": Shape(PAGE, fields(team_id=text(), style=STYLE), need("team_id")),
        "channel": Shape(PAGE, fields(channel_id=text(), style=STYLE), need("channel_id")),
        "emoji": Shape(PAGE, fields(name=text(), unicode=text(), skin_tone=whole(1, 6), style=STYLE), need("name")),
        "broadcast": Shape(PAGE, fields(range=among("here", "channel", "everyone"), style=STYLE), need("range")),
        "color": Shape(PAGE, fields(value=text(), style=STYLE), need("value")),
        "date": Shape(
            f"{ELEMENT_PAGES}/date-element",
            fields(timestamp=whole(), format=text(), url=URL, fallback=text(), style=STYLE),
            need("timestamp", "format"),
        ),
    }
)

BORDER: Final = whole(0, 1)
SECTION: Final = Shape(PAGE, fields(elements=items(PARTS)), need("elements"))

ELEMENTS: Final = one_of(
    {
        "rich_text_section": SECTION,
        "rich_text_list": Shape(
            PAGE,
            fields(
                style=among("bullet", "ordered"),
                elements=items(one_of({"rich_text_section": SECTION})),
                indent=whole(0, 8), offset=whole(0), border=BORDER,
            ),
            need("style", "elements"),
        ),
        "rich_text_preformatted": Shape(
            PAGE, fields(elements=items(PARTS), border=BORDER, language=text()), need("elements")
        ),
        "rich_text_quote": Shape(PAGE, fields(elements=items(PARTS), border=BORDER), need("elements")),
    }
)  # fmt: skip

RICH_TEXT: Final = Shape(PAGE, fields(elements=items(ELEMENTS), block_id=BLOCK_ID), need("elements"))
RICH_TEXT_VALUE: Final = one_of({"rich_text": RICH_TEXT})
