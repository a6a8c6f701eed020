"""What every door has from AWS: the session, how long its clients wait, the table and the secrets."""

import functools
import json
import logging
import socket
import ssl
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from boto3 import Session
from botocore.config import Config
from botocore.httpsession import URLLib3Session
from botocore.utils import get_environ_proxies

from core.clock import Hurry
from core.errors import DependencyError
from core.ids import WorkspaceId
from core.settings import Settings
from core.storage.dynamodb.table import Partition, Table
from core.storage.schema import BOARD, DIRECTORY_BY_NAME, OWNERS_AND_DIRECTORY, Keys

_log = logging.getLogger(__name__)
Client = TypeVar("Client")


def session_of(settings: Settings) -> Session:
    return Session(region_name=settings.region)


def quick(attempts: int = 2) -> Config:
    """Limits for whoever has three seconds to answer: two attempts, and time to say that both failed."""
    return _limits(connect=0.5, read=0.9, attempts=attempts)


def unhurried() -> Config:
    """Limits for whoever's caller waits, but for no more than the gateway's thirty seconds in all."""
    return _limits(connect=1, read=4, attempts=3)


def patient(attempts: int = 4) -> Config:
    """Limits for whoever may wait and is repeated by a queue or a stream."""
    return _limits(connect=3, read=10, attempts=attempts)


def _limits(*, connect: float, read: float, attempts: int) -> Config:
    return Config(
        connect_timeout=connect,
        read_timeout=read,
        retries={"mode": "standard", "total_max_attempts": attempts},
        # A fixed one: botocore puts its own together for every request, out of twenty parts.
        user_agent="task-bot",
    )


@functools.cache
def trust() -> ssl.SSLContext:
    """The certificates of all authorities, read once for every connection of the function, to whomever it goes."""
    return ssl.create_default_context()


class _TrustingSession(URLLib3Session):
    """Left to itself, botocore reads those certificates for each connection: 20 ms of CPU, 140 ms at 256 MB."""

    def _get_ssl_context(self) -> ssl.SSLContext:
        return trust()

    def _setup_ssl_cert(self, conn: Any, _url: str, _verify: Any) -> None:
        conn.cert_reqs = "CERT_REQUIRED"


def trusting(client: Client) -> Client:
    """Have a client of botocore's use `trust`, for which it has no setting."""
    config = client.meta.config  # type: ignore[attr-defined]
    client._endpoint.http_session = _TrustingSession(  # type: ignore[attr-defined]
        timeout=(config.connect_timeout, config.read_timeout),  # type: ignore[arg-type] # as botocore itself passes it
        max_pool_connections=config.max_pool_connections,
        socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],  # type: ignore[list-item] # the same
        proxies=get_environ_proxies(client.meta.endpoint_url),  # type: ignore[attr-defined]
    )
    return client


def hurried(client: Client, hurry: Hurry, name: str) -> Client:
    """Have a client begin nothing that comes too late, be it a call, the next page of one, or another attempt.

    It raises DependencyError instead, naming whom it did not ask.
    """

    def require_time(**_: Any) -> None:
        if hurry.is_over:
            raise DependencyError(name, "no time left", retryable=True)

    def give_up(caught_exception: Exception | None = None, **_: Any) -> None:
        # botocore would sleep for up to a second first.
        if caught_exception is not None and hurry.is_over:
            raise caught_exception

    client.meta.events.register_first("before-send", require_time)  # type: ignore[attr-defined]
    client.meta.events.register("needs-retry", give_up)  # type: ignore[attr-defined]
    return client


class _Later:
    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make

    def __getattr__(self, name: str) -> Any:
        if "_client" not in self.__dict__:
            self._client = self._make()
        return getattr(self._client, name)


def later(make: Callable[[], Client]) -> Client:
    """A client that is made when it is first used: for what happens so rarely that no cold start should pay for it."""
    return _Later(make)  # type: ignore[return-value] # stands for the client in everything


def table_of(session: Session, settings: Settings, limits: Config) -> Table:
    return Table(trusting(session.client("dynamodb", config=limits)), settings.table_name)


def warm_up(table: Table, settings: Settings, *, lists: bool = False) -> None:
    """Make the connection in init, where Lambda gives a whole core, so that the first command need not.

    With `lists`, ask also what commands ask, of items with as much in them: botocore takes longest over the first
    request of each kind, and over the first value inside of another.
    """
    keys = Keys(WorkspaceId(settings.team_id))
    everybody = Partition(keys.directory(), OWNERS_AND_DIRECTORY, prefix=DIRECTORY_BY_NAME)
    try:
        if not lists:
            table.get(keys.sequence())
            return
        table.page(Partition(keys.open_board(), BOARD), limit=1)
        people, _ = table.page(everybody, limit=1)
        somebody = keys.person(people[0]["person_id"]) if people else keys.sequence()
        table.get(somebody)
        table.get_all([somebody])
    except DependencyError:
        _log.warning("warm-up failed; the first command will be slower")


class Secrets:
    """What Secrets Manager holds, each as it was when it was first asked for."""

    def __init__(self, session: Session, read: Mapping[str, str] = MappingProxyType({})) -> None:
        self.session = session
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
        return None if newest == self._read else Secrets(self.session, newest)

    def _as_now(self, arns: Iterable[str], limits: Config) -> dict[str, str]:
        client = trusting(self.session.client("secretsmanager", config=limits))
        return {arn: client.get_secret_value(SecretId=arn)["SecretString"] for arn in arns}


def secrets_of(settings: Settings) -> Secrets:
    return Secrets(session_of(settings))
