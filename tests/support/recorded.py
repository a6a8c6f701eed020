"""What a boto3 client was really asked, seen through botocore's own events."""

from typing import Any


class RecordedCalls:
    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def listen_to(self, client: Any) -> None:
        """Record from now on what this client is asked."""
        client.meta.events.register("before-parameter-build.*.*", self._record)

    @property
    def operations(self) -> list[str]:
        return [operation for operation, _ in self.calls]

    def _record(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.calls.append((model.name, dict(params)))
