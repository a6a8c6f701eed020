"""What tools and people are told of the running system."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from core.settings import Door
from infra.local import demo
from infra.local.aws import REGION, LocalAws
from infra.local.demo import Demo
from infra.local.deploy import Outputs

SIGNING_SECRET: Final = "local-signing-secret"  # noqa: S105 - of a workspace that exists on this machine only
BOT_TOKEN: Final = "xoxb-local-bot-token"  # noqa: S105


class Facts(Mapping[str, Any]):
    """Addresses, names and keys, which last; and who is who, with whether they are linked at this moment."""

    def __init__(self, url: str, aws: LocalAws, outputs: Outputs, team: Demo) -> None:
        self._lasting = _lasting(url, aws, outputs)
        self._team = team

    def __getitem__(self, name: str) -> Any:
        return demo.people_facts(self._team.linked()) if name == "people" else self._lasting[name]

    def __iter__(self) -> Iterator[str]:
        return iter([*self._lasting, "people"])

    def __len__(self) -> int:
        return len(self._lasting) + 1


def _lasting(url: str, aws: LocalAws, outputs: Outputs) -> dict[str, Any]:
    return {
        "url": url,
        "aws_endpoint": aws.endpoint,
        "region": REGION,
        "table": outputs["TableName"],
        "bus": outputs["EventBusName"],
        "queues": {
            "slack": outputs["SlackQueueUrl"],
            "slack_dlq": outputs["SlackDlqUrl"],
            "email": outputs["EmailQueueUrl"],
            "email_dlq": outputs["EmailDlqUrl"],
        },
        "user_pool_id": outputs["UserPoolId"],
        "clients": {
            "admin": outputs["AdminClientId"],
            "user": outputs["UserClientId"],
            "link": outputs["LinkClientId"],
        },
        "functions": {door.value: outputs[f"Function{door.title().replace('_', '')}Name"] for door in Door},
        "slack": {
            "api_url": f"{url}/slack/api/",
            "signing_secret": SIGNING_SECRET,
            "bot_token": BOT_TOKEN,
            "team_id": demo.TEAM_ID,
        },
    }
