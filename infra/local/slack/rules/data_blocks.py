"""The blocks that show data: tables and charts. https://docs.slack.dev/reference/block-kit/blocks"""

from collections.abc import Mapping
from typing import Any, Final

from infra.local.slack.rules.composition import BLOCK_ID
from infra.local.slack.rules.rich_text import RICH_TEXT
from infra.local.slack.rules.shapes import (
    Complaints,
    Place,
    Shape,
    Surface,
    among,
    fields,
    flag,
    items,
    need,
    number,
    one_of,
    text,
    whole,
)

PAGES: Final = "https://docs.slack.dev/reference/block-kit/blocks"
TABLE: Final = f"{PAGES}/table-block"
DATA_TABLE: Final = f"{PAGES}/data-table-block"
CHART: Final = f"{PAGES}/data-visualization-block"

RAW_TEXT: Final = Shape(TABLE, fields(text=text(at_least=1)), need("text"))
RAW_NUMBER: Final = Shape(TABLE, fields(value=number, text=text(at_least=1)), need("value", "text"))
CELL: Final = one_of({"raw_text": RAW_TEXT, "raw_number": RAW_NUMBER, "rich_text": RICH_TEXT})
HEADER_CELL: Final = one_of({"raw_text": RAW_TEXT, "raw_number": RAW_NUMBER})


def _header_row(value: Mapping[str, Any], place: Place) -> Complaints:
    """The first row of a data table names the columns, and every other row is as wide."""
    rows = value.get("rows")
    if not isinstance(rows, list) or not rows or not all(isinstance(each, list) for each in rows):
        return
    for index, cell in enumerate(rows[0]):
        yield from HEADER_CELL(cell, place / "rows" / 0 / index)
    if any(len(each) != len(rows[0]) for each in rows):
        yield (place / "rows").wrong("every row must have the same number of cells")


def _above_zero(value: Any, place: Place) -> Complaints:
    yield from number(value, place)
    if isinstance(value, int | float) and value <= 0:
        yield place.wrong("must be greater than 0")


def _series_fit(value: Mapping[str, Any], place: Place) -> Complaints:
    """Series have names of their own, and one point for every category of the axis."""
    series, axis = value.get("series"), value.get("axis_config")
    if not isinstance(series, list) or not isinstance(axis, dict):
        return
    named = [each for each in series if isinstance(each, dict)]
    names = [str(each.get("name")) for each in named]
    if len(names) != len(set(names)):
        yield (place / "series").wrong("`name` must be unique")
    categories = axis.get("categories")
    for index, each in enumerate(named):
        data = each.get("data")
        labels = [point.get("label") for point in data if isinstance(point, dict)] if isinstance(data, list) else []
        if isinstance(categories, list) and sorted(map(str, labels)) != sorted(map(str, categories)):
            yield (place / "series" / index / "data").wrong("must provide one data point for every category")


_LABEL: Final = text(20, at_least=1)
_SERIES: Final = Shape(
    CHART,
    fields(
        name=_LABEL,
        data=items(Shape(CHART, fields(label=_LABEL, value=number), need("label", "value")), 20, at_least=1),
    ),
    need("name", "data"),
)
_AXIS: Final = Shape(
    CHART,
    fields(categories=items(_LABEL, 20, at_least=1), x_label=text(50), y_label=text(50)),
    need("categories"),
)
_PIE: Final = Shape(
    CHART,
    fields(
        segments=items(Shape(CHART, fields(label=_LABEL, value=_above_zero), need("label", "value")), 12, at_least=1)
    ),
    need("segments"),
)
_PLOT: Final = Shape(
    CHART,
    fields(series=items(_SERIES, 12, at_least=1), axis_config=_AXIS),
    need("series", "axis_config"),
    (_series_fit,),
)

BLOCKS: Final[Mapping[str, Shape]] = {
    "table": Shape(
        TABLE,
        fields(
            block_id=BLOCK_ID,
            rows=items(items(CELL, 20, at_least=1), 100, at_least=1),
            column_settings=items(
                Shape(TABLE, fields(align=among("left", "center", "right"), is_wrapped=flag)), 20
            ),
        ),
        need("rows"),
        surfaces=frozenset({Surface.MESSAGE, Surface.HOME}),
    ),
    "data_table": Shape(
        DATA_TABLE,
        fields(
            block_id=BLOCK_ID,
            caption=text(at_least=1),
            rows=items(items(CELL, 20, at_least=1), 201, at_least=2),
            page_size=whole(1, 100),
            row_header_column_index=whole(0),
        ),
        need("caption", "rows"),
        (_header_row,),
        surfaces=frozenset({Surface.MESSAGE, Surface.HOME}),
    ),
    "data_visualization": Shape(
        CHART,
        fields(
            block_id=BLOCK_ID,
            title=text(50, at_least=1),
            chart=one_of({"pie": _PIE, "bar": _PLOT, "area": _PLOT, "line": _PLOT}),
        ),
        need("title", "chart"),
        surfaces=frozenset({Surface.MESSAGE}),
    ),
}  # fmt: skip
