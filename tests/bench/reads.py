"""What is asked of DynamoDB, as botocore's own events tell."""

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Read:
    """Requests and items read since the last look."""

    def __init__(self, client: "DynamoDBClient") -> None:
        self.requests: Counter[str] = Counter()
        self.items = 0
        client.meta.events.register("after-call.dynamodb", self._keep)

    def _keep(self, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        self.requests[model.name] += 1
        responses = parsed.get("Responses")
        batch = sum(map(len, responses.values())) if isinstance(responses, dict) else 0
        self.items += parsed.get("ScannedCount", 1 if "Item" in parsed else batch)

    def taken(self) -> tuple[dict[str, int], int]:
        seen = dict(sorted(self.requests.items())), self.items
        self.requests, self.items = Counter(), 0
        return seen
