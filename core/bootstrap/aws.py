"""What every door has from AWS: the session, how long its clients wait, the table and the secrets."""

import json
import logging

from boto3 import Session
from botocore.config import Config

from core.errors import DependencyError
from core.ids import WorkspaceId
from core.settings import Settings
from core.storage.dynamodb.table import Table
from core.storage.schema import Keys

_log = logging.getLogger(__name__)


def session_of(settings: Settings) -> Session:
    return Session(region_name=settings.region)


def quick(attempts: int = 2) -> Config:
    """Limits for whoever has three seconds to answer: two attempts, and time to say that both failed."""
    return Config(connect_timeout=0.5, read_timeout=0.9, retries={"mode": "standard", "total_max_attempts": attempts})


def unhurried() -> Config:
    """Limits for whoever's caller waits, but for no more than the gateway's thirty seconds in all."""
    return Config(connect_timeout=1, read_timeout=4, retries={"mode": "standard", "total_max_attempts": 3})


def patient(attempts: int = 4) -> Config:
    """Limits for whoever may wait and is repeated by a queue or a stream."""
    return Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": attempts})


def table_of(session: Session, settings: Settings, limits: Config) -> Table:
    return Table(session.client("dynamodb", config=limits), settings.table_name)


def warm_up(table: Table, settings: Settings) -> None:
    """Make the connection in init, where Lambda gives a whole core, so that the first command need not."""
    try:
        table.get(Keys(WorkspaceId(settings.team_id)).sequence())
    except DependencyError:
        _log.warning("warm-up failed; the first command will be slower")


def slack_secret_of(session: Session, settings: Settings) -> dict[str, str]:
    """The bot token and the signing secret, under these names."""
    secret: dict[str, str] = json.loads(secret_of(session, settings.slack_secret_arn))
    return secret


def secret_of(session: Session, arn: str) -> str:
    answer = session.client("secretsmanager", config=patient()).get_secret_value(SecretId=arn)
    return str(answer["SecretString"])
