"""Amazon SES: the only place that sends mail."""

from collections.abc import Mapping
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError

from core.errors import DependencyError
from core.notifications.model import Mail
from core.suppression.model import Reason

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.type_defs import MessageHeaderTypeDef

_NEVER: Final = frozenset({"BadRequestException", "MessageRejected"})
"""What SES holds against this very mail. Everything else passes, or somebody can mend it while the queue repeats.

https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html#API_SendEmail_Errors
"""


SES_EVENTS: Final = "aws.ses"
"""The `source` of what SES puts on EventBridge's default bus."""


def refused_addresses(detail: Mapping[str, Any]) -> list[tuple[str, Reason]]:
    """List who is to get no more mail by an event of SES; nobody by most.

    https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
    """
    bounce, complaint = detail.get("bounce", {}), detail.get("complaint", {})
    if bounce.get("bounceType") == "Permanent":
        return [(parseaddr(each["emailAddress"])[1], Reason.BOUNCED) for each in bounce["bouncedRecipients"]]
    # "not-spam" takes an earlier complaint back.
    if complaint and complaint.get("complaintFeedbackType") != "not-spam":
        return [(parseaddr(each["emailAddress"])[1], Reason.COMPLAINED) for each in complaint["complainedRecipients"]]
    return []


class SesMailer:
    def __init__(self, client: "SESV2Client", *, sender: str, configuration_set: str) -> None:
        self._client = client
        self._sender = sender
        self._domain = sender.rpartition("@")[2].rstrip(">")
        self._configuration_set = configuration_set

    def send(self, address: str, mail: Mail) -> None:
        """Send to one address.

        Raises:
            DependencyError: SES refused it, for now or for good, or did not answer (`uncertain`).
        """
        try:
            self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [address]},
                ConfigurationSetName=self._configuration_set,
                Content={
                    "Simple": {
                        "Subject": {"Data": mail.subject, "Charset": "UTF-8"},
                        "Body": {
                            "Text": {"Data": mail.text, "Charset": "UTF-8"},
                            "Html": {"Data": mail.html, "Charset": "UTF-8"},
                        },
                        "Headers": self._headers(mail),
                    }
                },
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            # SES's own words name the address, which is nothing for the log.
            raise DependencyError("ses", code, retryable=code not in _NEVER) from None
        except (ConnectTimeoutError, EndpointConnectionError) as error:
            raise DependencyError("ses", type(error).__name__, retryable=True) from error
        except BotoCoreError as error:
            raise DependencyError("ses", type(error).__name__, retryable=True, uncertain=True) from error

    def _headers(self, mail: Mail) -> "list[MessageHeaderTypeDef]":
        # Absent people's programs answer no mail that says it was written by one: RFC 3834.
        headers = {"Auto-Submitted": "auto-generated"}
        if mail.thread is not None:
            # SES gives every mail a Message-ID of its own, so all of a thread refer to one that was never sent.
            # https://docs.aws.amazon.com/ses/latest/dg/header-fields.html
            parent = f"<{mail.thread}@{self._domain}>"
            headers |= {"References": parent, "In-Reply-To": parent}
        if mail.unsubscribe is not None:
            # RFC 8058: whoever posts this to the address is unsubscribed, without a page or a cookie.
            headers |= {
                "List-Unsubscribe": f"<{mail.unsubscribe}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            }
        return [{"Name": name, "Value": value} for name, value in headers.items()]
