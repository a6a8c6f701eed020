"""What each door must be told from outside, named once for the code and for the stack that deploys it."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final


class Door(StrEnum):
    """The Lambda functions, by the name of their module in `handlers`."""

    SLACK = "slack"
    WEB = "web"
    API = "api"
    RELAY = "relay"
    NOTIFY_SLACK = "notify_slack"
    NOTIFY_EMAIL = "notify_email"
    REMIND = "remind"
    WORK = "work"


class MissingSettingsError(Exception):
    """Names every missing environment variable at once."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(sorted(names))
        super().__init__(f"missing environment variables: {', '.join(self.names)}")


_EVERYWHERE: Final = frozenset({"MY_AWS_REGION", "DYNAMODB_TABLE_NAME", "SLACK_TEAM_ID"})
_SLACK_CALLS: Final = frozenset({"SLACK_SECRET_ARN", "SLACK_API_URL"})
_DELIVERY: Final = frozenset({"SLACK_QUEUE_URL", "EMAIL_QUEUE_URL", "NEWS_WAIT_SECONDS", "PUBLIC_URL"})
_TOKENS: Final = frozenset({"COGNITO_USER_POOL_ID", "JWKS_URL"})
_MAIL: Final = frozenset({"MAIL_SENDER", "MAIL_CONFIGURATION_SET"})

NEEDED: Final[Mapping[Door, frozenset[str]]] = {
    Door.SLACK: _EVERYWHERE | _SLACK_CALLS | _MAIL | {"COGNITO_USER_POOL_ID", "PUBLIC_URL", "GUESTS"},
    Door.WEB: _EVERYWHERE
    | _TOKENS
    | {"COGNITO_LINK_CLIENT_ID", "LOGIN_URL", "PUBLIC_URL", "COOKIE_PREFIX", "GUESTS", "MAIL_LINK_SECRET_ARN"},
    Door.API: _EVERYWHERE | _TOKENS | _MAIL | {"COGNITO_ADMIN_CLIENT_ID", "COGNITO_APP_CLIENT_ID", "GUESTS"},
    Door.RELAY: _EVERYWHERE | {"EVENT_BUS_NAME", "UNPUBLISHED_BUCKET_NAME"},
    Door.NOTIFY_SLACK: _EVERYWHERE | _SLACK_CALLS | _DELIVERY,
    Door.NOTIFY_EMAIL: _EVERYWHERE | _DELIVERY | _MAIL | {"MAIL_LINK_SECRET_ARN", "SLACK_APP_URL"},
    Door.REMIND: _EVERYWHERE,
    Door.WORK: _EVERYWHERE | _MAIL | {"COGNITO_USER_POOL_ID", "GUESTS", "WORK_QUEUE_URL"},
}
"""Exactly the variables that the stack gives a door's function."""


class _Text:
    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, settings: "Settings", owner: type) -> str:
        try:
            return settings.values[self.name]
        except KeyError:
            raise MissingSettingsError([self.name]) from None


class Settings:
    """The settings of one door; asking for one that the door does not declare is an error."""

    region = _Text("MY_AWS_REGION")
    table_name = _Text("DYNAMODB_TABLE_NAME")
    team_id = _Text("SLACK_TEAM_ID")
    slack_secret_arn = _Text("SLACK_SECRET_ARN")
    slack_api_url = _Text("SLACK_API_URL")
    user_pool_id = _Text("COGNITO_USER_POOL_ID")
    admin_client_id = _Text("COGNITO_ADMIN_CLIENT_ID")
    app_client_id = _Text("COGNITO_APP_CLIENT_ID")
    link_client_id = _Text("COGNITO_LINK_CLIENT_ID")
    jwks_url = _Text("JWKS_URL")
    login_url = _Text("LOGIN_URL")
    public_url = _Text("PUBLIC_URL")
    cookie_prefix = _Text("COOKIE_PREFIX")
    event_bus_name = _Text("EVENT_BUS_NAME")
    unpublished_bucket_name = _Text("UNPUBLISHED_BUCKET_NAME")
    slack_queue_url = _Text("SLACK_QUEUE_URL")
    email_queue_url = _Text("EMAIL_QUEUE_URL")
    work_queue_url = _Text("WORK_QUEUE_URL")
    mail_sender = _Text("MAIL_SENDER")
    mail_configuration_set = _Text("MAIL_CONFIGURATION_SET")
    mail_link_secret_arn = _Text("MAIL_LINK_SECRET_ARN")
    slack_app_url = _Text("SLACK_APP_URL")

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = dict(values)

    @classmethod
    def from_env(cls, env: Mapping[str, str], door: Door) -> "Settings":
        """Read what `door` needs.

        Raises:
            MissingSettingsError: with every name that is missing.
        """
        needed = NEEDED[door]
        if missing := needed - env.keys():
            raise MissingSettingsError(missing)
        return cls({name: env[name] for name in needed})

    @property
    def guests(self) -> bool:
        """Whether guests of the Slack workspace may use the bot, until an admin says so in the workspace's settings."""
        return self.values.get("GUESTS") == "allowed"

    @property
    def news_wait(self) -> timedelta:
        """How long news that may wait is held back, so that a burst becomes one message."""
        return timedelta(seconds=float(self.values["NEWS_WAIT_SECONDS"]))

    @property
    def issuer(self) -> str:
        """The `iss` of the pool's tokens, also where the keys are served from elsewhere."""
        return f"https://cognito-idp.{self.region}.amazonaws.com/{self.user_pool_id}"
