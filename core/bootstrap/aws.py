"""What every door has from AWS: the session, how long its clients wait, the table and the secrets."""

import json
import logging
from collections.abc import Iterable, Mapping
from types import MappingProxyType

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


class Secrets:
    """What Secrets Manager holds, each as it was when it was first asked for."""

    def __init__(self, session: Session, read: Mapping[str, str] = MappingProxyType({})) -> None:
        self._session = session
        self._read = dict(read)

    def value(self, arn: str) -> str:
        if arn not in self._read:
            self._read |= self._as_now([arn], patient())
        return self._read[arn]

    def slack(self, settings: Settings) -> dict[str, str]:
        """The bot token and the signing secret, under these names."""
        secret: dict[str, str] = json.loads(self.value(settings.slack_secret_arn))
        return secret

    def changed(self) -> "Secrets | None":
        """Read again all that was read: what holds now, or None where nothing changed."""
        newest = self._as_now(self._read, quick(attempts=1))
        return None if newest == self._read else Secrets(self._session, newest)

    def _as_now(self, arns: Iterable[str], limits: Config) -> dict[str, str]:
        client = self._session.client("secretsmanager", config=limits)
        return {arn: client.get_secret_value(SecretId=arn)["SecretString"] for arn in arns}


def secrets_of(settings: Settings) -> Secrets:
    return Secrets(session_of(settings))
