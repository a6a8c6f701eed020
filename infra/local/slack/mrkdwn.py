"""Slack's markup as HTML, the way one reader sees it: names for mentions, dates in their own zone.

https://docs.slack.dev/messaging/formatting-message-text
"""

import html
import re
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from markupsafe import Markup

from infra.local.slack.workspace import Workspace

_TOKEN: Final = re.compile(r"<([^<>\n]+)>")
_CODE: Final = re.compile(r"```(.+?)```|`([^`\n]+)`", re.DOTALL)
_EMPHASIS: Final = (
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])"), r"<strong>\1</strong>"),
    (re.compile(r"(?<![\w_])_(?=\S)([^_\n]+?)(?<=\S)_(?![\w_])"), r"<em>\1</em>"),
    (re.compile(r"(?<![\w~])~(?=\S)([^~\n]+?)(?<=\S)~(?![\w~])"), r"<s>\1</s>"),
)
_MARK: Final = re.compile("\ue000(\\d+)\ue001")
"""Stands for a finished piece, so that emphasis may go around it and never into it."""

DATE_FORMATS: Final = {
    "{date_num}": "%Y-%m-%d",
    "{date}": "%B %-d, %Y",
    "{date_short}": "%b %-d, %Y",
    "{date_long}": "%A, %B %-d, %Y",
    "{date_pretty}": "%B %-d, %Y",
    "{date_short_pretty}": "%b %-d, %Y",
    "{date_long_pretty}": "%A, %B %-d, %Y",
    "{day_divider_pretty}": "%A, %B %-d",
    "{time}": "%-I:%M %p",
    "{time_secs}": "%-I:%M:%S %p",
    "{ago}": "%B %-d, %Y",
}
"""https://docs.slack.dev/messaging/formatting-message-text#date-formatting"""


class Reader:
    """Reads markup for somebody in a time zone."""

    def __init__(self, workspace: Workspace, zone: str) -> None:
        self._workspace = workspace
        self._zone = ZoneInfo(zone)

    def read(self, text: str) -> Markup:
        """Turn mrkdwn into HTML that is safe to show."""
        pieces: list[str] = []

        def keep(piece: str) -> str:
            pieces.append(piece)
            return f"\ue000{len(pieces) - 1}\ue001"

        def code(match: re.Match[str]) -> str:
            block, inline = match[1], match[2]
            return keep(f"<pre>{_plain(block)}</pre>" if block else f"<code>{_plain(inline)}</code>")

        text = re.sub("[\ue000\ue001]", "", text)
        marked = _TOKEN.sub(lambda match: keep(self._token(match[1])), _CODE.sub(code, text))
        written = _plain(marked).replace("\n", "<br>")
        for pattern, replacement in _EMPHASIS:
            written = pattern.sub(replacement, written)
        return Markup(_MARK.sub(lambda match: pieces[int(match[1])], written))  # noqa: S704 - every piece is escaped

    def _token(self, token: str) -> str:
        target, _, label = token.partition("|")
        if target.startswith("@"):
            person = self._workspace.person(target[1:])
            return f'<span class="mention">@{_plain(person.name if person else label or target[1:])}</span>'
        if target.startswith("#"):
            channel = self._workspace.conversations.get(target[1:])
            return f'<span class="mention">#{_plain(label or (channel.name if channel else target[1:]))}</span>'
        if target.startswith("!date^"):
            return self._date(target, label)
        if target.startswith("!"):
            return f'<span class="mention">@{_plain(target[1:].partition("^")[0])}</span>'
        if target.startswith(("https://", "http://", "mailto:", "tel:")):
            return f'<a href="{_plain(target)}" rel="noreferrer">{_plain(label or target)}</a>'
        return _plain(f"<{token}>")

    def _date(self, target: str, fallback: str) -> str:
        _, _, rest = target.partition("^")
        seconds, _, form = rest.partition("^")
        form = form.partition("^")[0]
        if not seconds.isdecimal() or len(seconds) > 10:
            return _plain(fallback)
        when = datetime.fromtimestamp(int(seconds), self._zone)
        for name, written in DATE_FORMATS.items():
            form = form.replace(name, when.strftime(written))
        return f'<time datetime="{when.isoformat()}">{_plain(form)}</time>'


def _plain(text: str) -> str:
    return html.escape(html.unescape(text))
