"""Who somebody is to Slack, read over the wire from what its reference shows."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from core.errors import DependencyError
from core.ids import SlackUserId
from core.links.model import SlackProfile
from core.slack import SlackApi

USER: dict[str, Any] = {
    "id": "U0CHI",
    "team_id": "T0TEAM",
    "name": "chi",
    "deleted": False,
    "tz": "Asia/Ho_Chi_Minh",
    "profile": {"real_name": "Chi Nguyen", "display_name": "chi", "email": "chi@example.com", "team": "T0TEAM"},
    "is_bot": False,
    "is_restricted": False,
    "is_ultra_restricted": False,
    "is_email_confirmed": True,
}


class PlayedSlack:
    def __init__(self) -> None:
        self.answer: dict[str, Any] = {"ok": True, "user": USER}
        played = self

        class Ears(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("content-length", "0")))
                body = json.dumps(played.answer).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Ears)
        self.api = SlackApi("xoxb-for-tests", f"http://127.0.0.1:{self.server.server_port}/api/", timeout_seconds=1)

    def profile(self, **changed: Any) -> SlackProfile:
        self.answer = {"ok": True, "user": {**USER, **changed}}
        return self.api.profile(SlackUserId("U0CHI"))


@pytest.fixture
def slack() -> Iterator[PlayedSlack]:
    played = PlayedSlack()
    thread = threading.Thread(target=played.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield played
    played.server.shutdown()
    played.server.server_close()
    thread.join()


def test_a_full_member_comes_with_everything_that_linking_needs(slack: PlayedSlack) -> None:
    assert slack.profile() == SlackProfile(
        slack_user_id="U0CHI",
        team_id="T0TEAM",
        name="Chi Nguyen",
        email="chi@example.com",
        email_confirmed=True,
        time_zone="Asia/Ho_Chi_Minh",
    )


@pytest.mark.parametrize("confirmed", [False, None, "true"])
def test_an_address_that_slack_does_not_call_confirmed_is_not(slack: PlayedSlack, confirmed: object) -> None:
    assert slack.profile(is_email_confirmed=confirmed).confirmed_email is None


def test_without_the_right_to_see_addresses_there_is_none(slack: PlayedSlack) -> None:
    assert slack.profile(profile={"real_name": "Chi Nguyen"}).email is None


@pytest.mark.parametrize(
    ("mark", "kind"),
    [
        ("is_bot", "is_bot"),
        ("is_restricted", "is_guest"),
        ("is_ultra_restricted", "is_guest"),
        ("is_stranger", "is_stranger"),
    ],
)
def test_who_is_no_full_member_is_marked(slack: PlayedSlack, mark: str, kind: str) -> None:
    assert getattr(slack.profile(**{mark: True}), kind) is True


def test_a_user_without_a_real_name_or_zone_is_still_read(slack: PlayedSlack) -> None:
    profile = slack.profile(profile={"real_name": ""}, tz=None)

    assert (profile.name, profile.time_zone) == ("chi", "UTC")


def test_a_refusal_by_slack_is_a_failing_dependency(slack: PlayedSlack) -> None:
    slack.answer = {"ok": False, "error": "missing_scope"}

    with pytest.raises(DependencyError):
        slack.api.profile(SlackUserId("U0CHI"))
