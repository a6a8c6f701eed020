"""What apps and people write, as its reader sees it; and that none of it is ever more than text."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from infra.local.slack.model import Person
from tests.support.chromium import LOCALE, complaints_of
from tests.support.slack_blocks import BLOCKS, block
from tests.support.slack_workspace import ADA, ANA, Served, served

Read = Callable[..., Locator]

LINK = '<a href="https://a.example" target="_blank" rel="noreferrer" tabindex="-1">'
LATE = int(datetime(2026, 11, 22, 23, 30, tzinfo=UTC).timestamp())


@pytest.fixture(scope="module")
def slack() -> Iterator[Served]:
    with served(None) as each:
        yield each


@pytest.fixture(scope="module")
def read(slack: Served, browser: Browser) -> Iterator[Read]:
    """Have the app write to somebody, and give the message on their screen, which stays open."""
    context = browser.new_context(locale=LOCALE)
    pages = {reader.id: context.new_page() for reader in (ADA, ANA)}
    complaints = [complaints_of(page) for page in pages.values()]
    for user, page in pages.items():
        page.goto(f"{slack.url}/?as={user}#/app/messages")

    def written(text: str, blocks: Any = None, reader: Person = ANA) -> Locator:
        answer = slack.client.chat_postMessage(channel=reader.id, text=text, blocks=blocks)
        return pages[reader.id].locator(f"[data-ts='{answer['ts']}'] .body")

    yield written
    context.close()
    assert complaints == [[], []]


@pytest.mark.parametrize(
    ("markup", "html"),
    [
        ("*bold* _it_ ~no~", "<strong>bold</strong> <em>it</em> <s>no</s>"),
        ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
        ("\u2060*\u2060disarmed\u2060*\u2060", "\u2060*\u2060disarmed\u2060*\u2060"),
        ("`*code*`", "<code>*code*</code>"),
        ("a &amp; b &lt;i&gt;", "a &amp; b &lt;i&gt;"),
        ("*_both_*", "<strong><em>both</em></strong>"),
        ("> said\nanswer", "<blockquote>said</blockquote>answer"),
        ("```\nlet x;\n```", "<pre>let x;\n</pre>"),
        (":tada: :no_such_emoji:", "🎉 :no_such_emoji:"),
        ("<!here> <#C0GENERAL>", '<span class="mention">@here</span> <span class="mention">#general</span>'),
        ("<@U0ADA> <@U0NOBODY|nobody>", '<span class="mention">@Ada Lind</span> <span class="mention">@nobody</span>'),
        (
            "<https://team.slack.com/archives/C0GENERAL/p1700000000000200|it>",
            '<a href="#/place/C0GENERAL/thread/1700000000.000200" tabindex="-1">it</a>',
        ),
        ("<https://a.example|the *page*>", f"{LINK}the *page*</a>"),
        ("*<https://a.example|page>*", f"<strong>{LINK}page</a></strong>"),
        ("<javascript:alert(1)|click>", "<span>click</span>"),
    ],
)
def test_markup_reads_as_in_slack(read: Read, markup: str, html: str) -> None:
    words = read(markup).locator(".words")
    expect(words).to_be_visible()
    assert words.inner_html() == html


def test_text_is_never_read_as_html(read: Read) -> None:
    hostile = '<img src=x onerror="document.title=1"> &lt;script&gt;alert(1)&lt;/script&gt; <https://a.example/"x|ok>'
    rich = {"type": "rich_text_section", "elements": [{"type": "text", "text": "<b onclick=x>bold</b>"}]}
    message = read(hostile, [
        {"type": "section", "text": {"type": "mrkdwn", "text": hostile}},
        {"type": "rich_text", "elements": [rich]},
        {"type": "header", "text": {"type": "plain_text", "text": "<u>head</u>"}},
    ])  # fmt: skip
    expect(message).to_contain_text("<script>alert(1)</script>")
    expect(message).to_contain_text("<b onclick=x>bold</b>")
    expect(message).to_contain_text("<u>head</u>")
    expect(message.locator("img, script, b, u")).to_have_count(0)


@pytest.mark.parametrize(("reader", "shown"), [(ADA, "Nov 23, 2026 at 12:30 AM"), (ANA, "Nov 22, 2026 at 8:30 PM")])
def test_a_date_is_shown_in_the_readers_zone(read: Read, reader: Any, shown: str) -> None:
    message = read(f"due <!date^{LATE}^{{date_short}} at {{time}}|fallback>", reader=reader)
    expect(message.locator("time")).to_have_text(shown)


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("{date_num} {time_secs}", "2026-11-22 8:30:00 PM"),
        ("{date_long}", "Sunday, November 22, 2026"),
        ("{nothing_known}", "{nothing_known}"),
    ],
)
def test_dates_take_every_form(read: Read, form: str, shown: str) -> None:
    expect(read(f"<!date^{LATE}^{form}|fallback>").locator("time")).to_have_text(shown)


def test_a_near_date_is_said_in_a_word(read: Read) -> None:
    now = int(datetime.now(UTC).timestamp())
    expect(read(f"<!date^{now}^{{date_pretty}}|fallback>").locator("time")).to_have_text("today")


@pytest.mark.parametrize("kind", sorted(BLOCKS.keys() - {"input", "alert", "carousel", "container"}))
def test_every_block_is_shown_if_only_as_its_json(read: Read, kind: str) -> None:
    shown = read("fallback", [block(kind)]).locator("> .block")
    expect(shown).to_have_count(1)
    expect(shown).to_be_visible()
