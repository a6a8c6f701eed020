"""What a boto3 client was really asked, seen through botocore's own events."""

from typing import Any


class RecordedCalls:
    def __init__(self, client: Any) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        client.meta.events.register("before-parameter-build.*.*", self._record)

    @property
    def operations(self) -> list[str]:
        return [operation for operation, _ in self.calls]

    def _record(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.calls.append((model.name, dict(params)))
