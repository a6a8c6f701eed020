"""The demo workspace as its people use it, through the simulator's control API."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from infra.local.local_stack import LocalStack


class DemoWorkspace:
    """What happens from now on: what was written before this visit began is not seen."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        self._began = max((each["ts"] for each in self._all()), default="")
        self._mailed = {each["MessageId"] for each in self._mails()}

    def command(self, user: str, text: str, command: str = "/task") -> dict[str, Any]:
        """Type a command; returns Slack's view: `status`, `ms`, `failure`, `shown` and the `answer`."""
        return self._post("command", user=user, text=text, command=command)

    def press(self, user: str, message: dict[str, Any], action_id: str, value: str | None = None) -> dict[str, Any]:
        """Press a button on a message that the person sees; `value` tells buttons of one action apart."""
        return self._post(
            "press", user=user, channel=message["channel"], ts=message["ts"], action_id=action_id, value=value
        )

    def press_in_modal(self, user: str, action_id: str) -> dict[str, Any]:
        """Press a button in the modal in front."""
        return self._post("press_in_modal", user=user, action_id=action_id)

    @contextmanager
    def bot_out_of(self, channel: str) -> Iterator[None]:
        """Have the bot out of a channel, in which it is otherwise, while the block runs."""
        self._post("membership", channel=channel, member=False)
        try:
            yield
        finally:
            self._post("membership", channel=channel, member=True)

    def modals(self, user: str) -> list[dict[str, Any]]:
        """The modals that a person has open, the one in front last."""
        found: list[dict[str, Any]] = self._http.get("/_local/slack/views", params={"user": user}).json()["modals"]
        return found

    def close(self, user: str) -> None:
        """Close the modal in front."""
        self._post("close", user=user)

    def messages(self, user: str, *, naming: str) -> list[dict[str, Any]]:
        """What a person sees that names `naming`, ephemeral answers left out."""
        return [each for each in self._seen(user, naming) if not each.get("visible_to")]

    def whispers(self, user: str, *, naming: str) -> list[dict[str, Any]]:
        """The ephemeral messages to a person that name `naming`."""
        return [each for each in self._seen(user, naming) if each.get("visible_to")]

    def emails(self, address: str, *, naming: str) -> list[dict[str, Any]]:
        """The mails to an address that name `naming`."""
        found = [each for each in self._mails() if each["MessageId"] not in self._mailed]
        return [each for each in found if address in each["To"] and naming in str(each)]

    def everything(self, *, naming: str) -> list[dict[str, Any]]:
        """What was said anywhere that names `naming`."""
        return [each for each in self._all() if naming in str(each) and each["ts"] > self._began]

    def every_email(self, *, naming: str) -> list[dict[str, Any]]:
        """The mails to anybody that name `naming`."""
        return [each for each in self._mails() if each["MessageId"] not in self._mailed and naming in str(each)]

    def _mails(self) -> list[dict[str, Any]]:
        accounts = self._http.get("/_local/emails").json()["messages"]
        return [each for mails in accounts.values() for each in mails]

    def _seen(self, user: str, naming: str) -> list[dict[str, Any]]:
        return [each for each in self._all(user=user) if naming in str(each) and each["ts"] > self._began]

    def _all(self, **whose: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._http.get("/_local/slack/messages", params=whose).json()["messages"]
        return found

    def _post(self, what: str, **body: Any) -> dict[str, Any]:
        answer = self._http.post(f"/_local/slack/{what}", json=body)
        assert answer.status_code == 200, answer.text
        done: dict[str, Any] = answer.json()
        return done


@contextmanager
def visiting(stack: LocalStack) -> Iterator[DemoWorkspace]:
    """The workspace of a running stack."""
    with httpx.Client(base_url=stack.url, timeout=30, trust_env=False) as http:
        yield DemoWorkspace(http)
