"""How Slack refuses: an error by its documented name, and messages that point at the field."""

from collections.abc import Sequence


class SlackError(Exception):
    """A refusal of the Web API; `facts` stand beside `error` in the answer."""

    def __init__(self, error: str, messages: Sequence[str] = (), *, status: int = 200, **facts: object) -> None:
        super().__init__(error)
        self.error = error
        self.messages = list(messages)
        self.status = status
        self.facts = facts

    def body(self) -> dict[str, object]:
        """Write the JSON that Slack answers."""
        body: dict[str, object] = {"ok": False, "error": self.error, **self.facts}
        if self.messages:
            body["response_metadata"] = {"messages": [f"[ERROR] {each}" for each in self.messages]}
        return body


class ImpossibleError(Exception):
    """A person cannot do this in Slack: no such button, no such channel, a deactivated account."""
