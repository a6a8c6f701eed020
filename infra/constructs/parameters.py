"""Everything that differs from one deployment to the next. A laptop and AWS differ in nothing else."""

from typing import Final, NamedTuple

import aws_cdk as cdk

_URL: Final = r"(https?://[^\s/]+(/[^\s/]+)*)?"


class Parameter(NamedTuple):
    name: str
    description: str
    pattern: str
    default: str | None = None


PARAMETERS: Final = (
    Parameter("SlackTeamId", "The Slack workspace that this deployment serves.", "[TE][A-Z0-9]+"),
    Parameter("MailSender", "The address that mails come from; SES sends for its domain.", r"[^@\s]+@[^@\s]+"),
    Parameter("PublicUrl", "Where Slack and browsers reach the bot. Empty: the HTTP API's own address.", _URL, ""),
    Parameter("SlackApiUrl", "The Slack Web API, with a final slash.", r"https?://\S+/", "https://slack.com/api/"),
    Parameter("SlackAppUrl", "What opens the bot in Slack, for mails. Empty: what opens the workspace.", _URL, ""),
    Parameter("CognitoUrl", "Where the user pool's public keys are served. Empty: AWS.", _URL, ""),
    Parameter("LoginUrl", "Where the login pages are. Empty: the user pool's managed login.", _URL, ""),
    Parameter("CookiePrefix", "The prefix of cookie names. __Host- needs https.", r"[A-Za-z_-]*", "__Host-"),
    Parameter(
        "Guests",
        "Whether guests of the Slack workspace may use the bot: allowed or refused.",
        "allowed|refused",
        "refused",
    ),
    Parameter(
        "NewsWaitSeconds",
        "How long news other than assignments waits for more, so that a burst becomes one message.",
        r"[1-9]?[0-9]|[1-8][0-9]{2}",
        "60",
    ),
    Parameter(
        "CorsOrigins",
        "Origins whose pages may call the HTTP API, with commas between them. Empty: none.",
        r"(https?://[^\s,/*]+(,https?://[^\s,/*]+)*)?",
        "",
    ),
    Parameter(
        "AlarmEmail", "Who is told of alarms; confirms it once by email. Empty: nobody.", r"([^@\s]+@[^@\s]+)?", ""
    ),
    Parameter(
        "SignInMail",
        "Who sends invitations and password mails: cognito (some dozens a day) or ses (once the domain is verified).",
        "cognito|ses",
        "cognito",
    ),
    Parameter("SendEmailResource", "What mails may be sent as. Empty: the sender's domain alone.", r"\S*", ""),
)


class Parameters:
    """The stack's parameters, and what stands in for the empty ones."""

    def __init__(self, stack: cdk.Stack) -> None:
        self._declared = {
            each.name: cdk.CfnParameter(
                stack, each.name, description=each.description, allowed_pattern=each.pattern, default=each.default
            )
            for each in PARAMETERS
        }
        self._empty = {
            each.name: cdk.CfnCondition(
                stack, f"{each.name}IsEmpty", expression=cdk.Fn.condition_equals(self[each.name], "")
            )
            for each in PARAMETERS
            if each.default == "" and each.name != "AlarmEmail"
        }

        self._given = {
            name: cdk.CfnCondition(
                stack, f"{name}IsGiven", expression=cdk.Fn.condition_not(cdk.Fn.condition_equals(self[name], ""))
            )
            for name in ("AlarmEmail",)
        }

    def __getitem__(self, name: str) -> str:
        return self._declared[name].value_as_string

    def is_empty(self, name: str) -> cdk.CfnCondition:
        return self._empty[name]

    def is_given(self, name: str) -> cdk.CfnCondition:
        return self._given[name]

    def or_else(self, name: str, stand_in: str) -> str:
        """The parameter's value, or `stand_in` where it is empty."""
        return cdk.Fn.condition_if(self._empty[name].logical_id, stand_in, self[name]).to_string()

    def or_nothing(self, name: str, value: object) -> cdk.IResolvable:
        """`value` where the parameter is given, and no such property at all where it is empty."""
        return cdk.Fn.condition_if(self._empty[name].logical_id, cdk.Aws.NO_VALUE, value)
