"""What a deployment may set with `cdk deploy -c name=value`: a stage, and what differs from the stage's own choices."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from core.settings import Door

BEHIND_HTTP: Final = frozenset({Door.SLACK, Door.WEB, Door.API})
"""The doors whose answer somebody waits for."""
DEFAULT_MEMORY: Final = 512
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
_MEMORY: Final = range(128, 10_241)
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
_ANSWER_SECONDS: Final = range(3, 31)
_LOG_DAYS: Final = (7, 30, 90, 180, 365, 731)
THREAT_PROTECTION: Final = ("off", "audit", "enforced")
NAMES: Final = frozenset(
    {"stage", "kms", "trace", "log-days", "threat-protection", "memory", "timeout", "reserved-concurrency", "snapstart"}
)


class StageError(Exception):
    """A setting cannot be used; says which, and what can."""


@dataclass(frozen=True, slots=True)
class Stage:
    """How one deployment is to be run."""

    name: str
    protects_data: bool
    """Neither stack, table nor user pool can be deleted before this is switched off."""
    has_own_key: bool
    """Data lies under a KMS key of the account's own, and not under one of AWS's."""
    traces: bool
    """X-Ray follows the functions off the Slack path."""
    log_days: int
    threat_protection: str
    memory: Mapping[Door, int]
    answer_seconds: Mapping[Door, int]
    """The timeout of the doors behind the HTTP API; the others have what their code reckons with."""
    reserved: Mapping[Door, int]
    """How many may run at once, and are kept free for; of the doors that are not named, as many as the account has."""
    from_snapshot: frozenset[Door]
    """The doors that start from a snapshot of their initialized memory (SnapStart)."""

    @classmethod
    def read(cls, context: Callable[[str], object | None]) -> "Stage":
        """Read the settings of a deployment, asking `context` for each by its name.

        Raises:
            StageError: one of them cannot be used.
        """
        name = _one_of("stage", context("stage") or "dev", ("dev", "prod"))
        is_prod = name == "prod"
        return cls(
            name=name,
            protects_data=is_prod,
            has_own_key=_switch("kms", context("kms"), default=False),
            traces=_switch("trace", context("trace"), default=is_prod),
            log_days=int(_one_of("log-days", context("log-days") or (90 if is_prod else 30), map(str, _LOG_DAYS))),
            threat_protection=_one_of("threat-protection", context("threat-protection") or "off", THREAT_PROTECTION),
            memory=dict.fromkeys(Door, DEFAULT_MEMORY) | _by_door("memory", context("memory"), Door, _MEMORY),
            answer_seconds=dict.fromkeys(BEHIND_HTTP, 30)
            | _by_door("timeout", context("timeout"), BEHIND_HTTP, _ANSWER_SECONDS),
            reserved=_by_door("reserved-concurrency", context("reserved-concurrency"), Door, range(1, 1001)),
            from_snapshot=_doors("snapstart", context("snapstart")),
        )


def _one_of(name: str, value: object, known: Iterable[str]) -> str:
    choices = tuple(known)
    if str(value) not in choices:
        raise StageError(f"{name}={value} is none of {', '.join(choices)}")
    return str(value)


def _switch(name: str, value: object | None, *, default: bool) -> bool:
    if value is None:
        return default
    return _one_of(name, str(value).lower(), ("true", "false")) == "true"


def _by_door(name: str, value: object | None, doors: Iterable[Door], numbers: range) -> dict[Door, int]:
    """Read `512` as a number for each of `doors`, and `slack:1024,api:256` as numbers for these."""
    if value is None:
        return {}
    allowed = sorted(doors)
    if ":" not in str(value):
        return dict.fromkeys(allowed, _number(name, str(value), numbers))
    read = {}
    for part in str(value).split(","):
        door, _, number = part.partition(":")
        read[Door(_one_of(name, door, allowed))] = _number(name, number, numbers)
    return read


def _number(name: str, text: str, numbers: range) -> int:
    if not (text.isdecimal() and int(text) in numbers):
        raise StageError(f"{name}: {text} is no number from {numbers[0]} to {numbers[-1]}")
    return int(text)


def _doors(name: str, value: object | None) -> frozenset[Door]:
    """Read `slack,api`, or `all`."""
    if value is None:
        return frozenset()
    if value == "all":
        return frozenset(Door)
    return frozenset(Door(_one_of(name, each, Door)) for each in str(value).split(","))
