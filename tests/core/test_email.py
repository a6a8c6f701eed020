"""The SES adapter: what it sends, and what it makes of a refusal."""

import logging
import re
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.stub import Stubber

from core.email import SesMailer
from core.errors import DependencyError
from core.ids import PersonId
from core.notifications.model import Mail
from handlers._runtime import JsonFormatter
from tests.support.loopback import Answer, answer, hang_up, keep_silent, listening, nobody_there, reset
from tests.support.mails import Mailbox, every_task_news, sender_to
from tests.support.news import ANA, make_task

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

MAIL = Mail(
    subject="[T-1] Fix login — éè",
    text="as text",
    html="<p>as HTML</p>",
    thread="T-1.T0TEAM",
    unsubscribe="https://bot.example/web/unsubscribe/token",
)


def client(endpoint_url: str | None = None) -> "SESV2Client":
    return boto3.client(
        "sesv2",
        region_name="eu-north-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
        endpoint_url=endpoint_url,
        config=Config(retries={"total_max_attempts": 1}, read_timeout=0.5),
    )


def send(ses: "SESV2Client", mail: Mail = MAIL) -> None:
    SesMailer(ses, sender="Task Bot <bot@example.com>", configuration_set="mails").send("ana@example.com", mail)


def refused(ses: "SESV2Client") -> DependencyError:
    with pytest.raises(DependencyError) as failure:
        send(ses)
    assert failure.value.dependency == "ses"
    return failure.value


HEADERS = [
    {"Name": "Auto-Submitted", "Value": "auto-generated"},
    {"Name": "References", "Value": "<T-1.T0TEAM@example.com>"},
    {"Name": "In-Reply-To", "Value": "<T-1.T0TEAM@example.com>"},
    {"Name": "List-Unsubscribe", "Value": "<https://bot.example/web/unsubscribe/token>"},
    {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
]


@pytest.mark.parametrize(
    ("left_out", "headers"),
    [
        ({}, HEADERS),
        ({"unsubscribe": None}, HEADERS[:3]),
        ({"thread": None}, [HEADERS[0], *HEADERS[3:]]),
        ({"thread": None, "unsubscribe": None}, HEADERS[:1]),
    ],
)
def test_one_mail_goes_to_one_address_in_both_forms_through_the_configuration_set(
    left_out: dict[str, Any], headers: list[dict[str, str]]
) -> None:
    ses = client()
    with Stubber(ses) as stub:
        stub.add_response(
            "send_email",
            {"MessageId": "1"},
            {
                "FromEmailAddress": "Task Bot <bot@example.com>",
                "Destination": {"ToAddresses": ["ana@example.com"]},
                "ConfigurationSetName": "mails",
                "Content": {
                    "Simple": {
                        "Subject": {"Data": "[T-1] Fix login — éè", "Charset": "UTF-8"},
                        "Body": {
                            "Text": {"Data": "as text", "Charset": "UTF-8"},
                            "Html": {"Data": "<p>as HTML</p>", "Charset": "UTF-8"},
                        },
                        "Headers": headers,
                    }
                },
            },
        )
        send(ses, MAIL._replace(**left_out))
        stub.assert_no_pending_responses()


def test_every_header_is_one_that_ses_takes() -> None:
    """Names and values of printable ASCII, together up to 996 characters: the longest mail has the longest tokens."""
    box = Mailbox()
    news = every_task_news(make_task(task_id="T-123456789012"))["several"]
    person = ANA.model_copy(update={"person_id": PersonId("a" * 128)})
    sender_to(box).send(news, person)

    ses = client()
    with Stubber(ses) as stub:
        stub.add_response("send_email", {"MessageId": "1"})
        sent: list[dict[str, str]] = []
        ses.meta.events.register(
            "provide-client-params.sesv2.SendEmail",
            lambda params, **_: sent.extend(params["Content"]["Simple"]["Headers"]),
        )
        send(ses, box.mails[0][1])

    assert len(sent) == 5
    for header in sent:
        assert re.fullmatch(r"[!-9;-~]{1,126}", header["Name"])
        assert re.fullmatch(r"[ -~]+", header["Value"])
        assert len(header["Name"] + header["Value"]) <= 996


@pytest.mark.parametrize("code", ["MessageRejected", "BadRequestException"])
def test_what_ses_holds_against_the_mail_itself_is_final(code: str) -> None:
    ses = client()
    with Stubber(ses) as stub:
        stub.add_client_error("send_email", code, http_status_code=400)
        failure = refused(ses)

    assert (failure.reason, failure.retryable, failure.uncertain) == (code, False, False)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("TooManyRequestsException", 429),
        ("LimitExceededException", 400),
        ("SendingPausedException", 400),
        ("AccountSuspendedException", 400),
        ("MailFromDomainNotVerifiedException", 400),
        ("NotFoundException", 404),
        ("AccessDeniedException", 403),
        ("InternalFailure", 500),
        ("ServiceUnavailable", 503),
    ],
)
def test_what_passes_or_can_be_mended_is_tried_again(code: str, status: int) -> None:
    ses = client()
    with Stubber(ses) as stub:
        stub.add_client_error("send_email", code, http_status_code=status)
        failure = refused(ses)

    assert (failure.reason, failure.retryable, failure.uncertain) == (code, True, False)


def test_a_gateway_between_us_and_ses_that_gives_up_is_tried_again() -> None:
    with listening(answer(502, "<html>Bad Gateway</html>", content_type="text/html")) as server:
        failure = refused(client(server.url))

    assert failure.retryable


def test_a_connection_that_is_refused_certainly_sent_nothing() -> None:
    failure = refused(client(nobody_there()))

    assert (failure.retryable, failure.uncertain) == (True, False)


@pytest.mark.parametrize("silence", [hang_up, reset, keep_silent])
def test_without_an_answer_the_mail_may_have_gone_out(silence: Answer) -> None:
    with listening(silence) as server:
        failure = refused(client(server.url))

    assert (failure.retryable, failure.uncertain) == (True, True)


def test_the_log_of_a_refusal_names_the_reason_and_not_the_address() -> None:
    ses = client()
    words = "Email address is not verified. The following identities failed the check: somebody@elsewhere.example"
    with Stubber(ses) as stub:
        stub.add_client_error("send_email", "MessageRejected", words, http_status_code=400)
        failure = refused(ses)

    record = logging.makeLogRecord(
        {"msg": "not delivered", "exc_info": (type(failure), failure, failure.__traceback__)}
    )
    line = JsonFormatter().format(record)
    assert "MessageRejected" in line
    assert "somebody@elsewhere.example" not in line
