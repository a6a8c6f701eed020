"""Views: modals and App Home. https://docs.slack.dev/reference/views"""

from collections.abc import Mapping
from typing import Any, Final

from infra.local.slack.rules.composition import plain
from infra.local.slack.rules.shapes import Complaints, Place, Shape, Surface, fields, flag, items, need, text

MODAL_PAGE: Final = "https://docs.slack.dev/reference/views/modal-views"
HOME_PAGE: Final = "https://docs.slack.dev/reference/views/home-tab-views"

MAX_STACK: Final = 3
"""Views in one modal stack. https://docs.slack.dev/reference/methods/views.push"""
MAX_VIEW_BYTES: Final = 250_000
"""https://docs.slack.dev/reference/methods/views.open"""


def _at_least_one(value: Any, place: Place) -> Complaints:
    """Blocks are checked apart, against their surface; here only that there are some."""
    yield from items(lambda *_: iter(()), at_least=1)(value, place)


def _input_needs_submit(view: Mapping[str, Any], place: Place) -> Complaints:
    blocks = view.get("blocks")
    if view.get("submit") or not isinstance(blocks, list):
        return
    for index, block in enumerate(blocks):
        if isinstance(block, dict) and block.get("type") == "input":
            yield (place / "blocks" / index / "input").wrong("must define `submit` to use an `input` block in modals")


_BOTH: Final = fields(blocks=_at_least_one, private_metadata=text(3000), callback_id=text(255), external_id=text(255))

VIEWS: Final[Mapping[Surface, Shape]] = {
    Surface.MODAL: Shape(
        MODAL_PAGE,
        _BOTH | fields(title=plain(24), close=plain(24), submit=plain(24), clear_on_close=flag, notify_on_close=flag),
        need("title", "blocks"),
        (_input_needs_submit,),
    ),
    Surface.HOME: Shape(HOME_PAGE, _BOTH, need("blocks")),
}  # fmt: skip
