"""Which failures of Slack's pass by themselves, and which are faults of what was sent."""

import http.client
from typing import Any
from urllib.error import URLError

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.replies import is_trouble_of_slack


def answered(error: str, status: int = 200) -> SlackApiError:
    said: dict[str, Any] = {"ok": False, "error": error}
    response = SlackResponse(
        client=None, http_verb="POST", api_url="views.open", req_args={}, data=said, headers={}, status_code=status
    )
    return SlackApiError("refused", response)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (answered("expired_trigger_id"), True),
        (answered("exchanged_trigger_id"), True),
        (answered("ratelimited", 429), True),
        (answered("internal_error"), True),
        (answered("anything", 503), True),
        (URLError("refused"), True),
        (TimeoutError(), True),
        (http.client.RemoteDisconnected("gone"), True),
        (answered("invalid_arguments"), False),
        (answered("missing_scope"), False),
        (FileNotFoundError(), False),
        (ValueError(), False),
    ],
)
def test_what_passes_by_itself_is_told_from_what_does_not(error: Exception, *, passes: bool) -> None:
    assert is_trouble_of_slack(error) is passes
