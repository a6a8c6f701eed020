"""The fault matrix: what may go wrong, and what people then have. A row is the test of its name in this folder."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.support.faulty import Told

README: Final = Path(__file__).parents[2] / "README.md"
BEGIN: Final = "<!-- what goes wrong: written by `make faults` -->"
END: Final = "<!-- end of what goes wrong -->"


@dataclass(frozen=True, slots=True)
class Fault:
    """One row: what goes wrong, and what its person finally has."""

    what: str
    told: Told
    admins_know: bool = False
    """Nothing reaches the person, and the admins are told so."""


def _told(
    messages: int,
    emails: int,
    slack: str = "sent",
    email: str = "sent",
    *,
    slack_way: str = "sent",
    email_way: str = "sent",
    replies: int = 0,
) -> Told:
    return Told(messages, replies, emails, slack, email, slack_way, email_way)


FAULTS: Final = {
    "nothing": Fault("nothing", _told(1, 1)),
    "slack_is_out_of_reach": Fault("Slack is out of reach", _told(1, 1, slack_way="retried, sent")),
    "slack_refuses": Fault("Slack refuses for now", _told(1, 1, slack_way="retried, sent")),
    "slack_drops_before": Fault(
        "Slack ends the connection before it has taken the message", _told(1, 1, slack_way="ambiguous, sent")
    ),
    "slack_drops_after": Fault(
        "Slack ends the connection after it has taken the message", _told(1, 1, slack_way="ambiguous, settled")
    ),
    "slack_drops_after_and_cannot_be_asked": Fault(
        "the same, and Slack cannot be asked about it three times", _told(1, 1, slack_way="ambiguous, settled")
    ),
    "slack_asks_to_wait": Fault("Slack asks to wait (429)", _told(1, 1, slack_way="retried, sent")),
    "slack_has_an_error": Fault("Slack fails (503)", _told(1, 1, slack_way="ambiguous, sent")),
    "slack_has_an_error_after": Fault(
        "Slack fails (503) after it has taken the message", _told(1, 1, slack_way="ambiguous, settled")
    ),
    "slack_is_down_for_six_hours": Fault("Slack is down for six hours", _told(1, 1, slack_way="ambiguous, sent")),
    "slack_asks_to_wait_for_six_hours": Fault(
        "Slack asks to wait (429) for six hours", _told(1, 1, slack_way="retried, sent")
    ),
    "the_token_was_revoked": Fault("the bot's token was revoked", _told(0, 1, slack="failed", slack_way="failed")),
    "the_token_was_revoked_and_the_news_goes_to_slack_alone": Fault(
        "the same, with news that would go to Slack alone", _told(0, 1, slack="failed", slack_way="failed")
    ),
    "the_user_is_gone": Fault("Slack no longer knows the user", _told(0, 1, slack="failed", slack_way="failed")),
    "a_card_was_deleted": Fault("the card was deleted, and the status changes", _told(1, 1, email="", email_way="")),
    "the_function_dies_after_slack_took_it": Fault(
        "the function dies between the message and its record", _told(1, 1, slack_way="settled")
    ),
    "ses_asks_to_wait": Fault("SES throttles", _told(1, 1, email_way="retried, sent")),
    "ses_rejects": Fault("SES rejects the email", _told(1, 0, email="failed", email_way="failed")),
    "ses_rejects_and_there_is_no_slack": Fault(
        "the same, and the person is not in Slack",
        _told(0, 0, slack="failed", email="failed", slack_way="failed", email_way="failed"),
        admins_know=True,
    ),
    "ses_drops_before": Fault(
        "SES ends the connection before it has taken the email", _told(1, 1, email_way="ambiguous, sent")
    ),
    "ses_drops_after": Fault(
        "SES ends the connection after it has taken the email", _told(1, 2, email_way="ambiguous, sent")
    ),
    "the_function_dies_after_ses_took_it": Fault("the function dies between the email and its record", _told(1, 2)),
    "dynamodb_throttles_before_the_send": Fault("DynamoDB throttles before anything is sent", _told(1, 1)),
    "dynamodb_throttles_a_moment_after_the_send": Fault(
        "DynamoDB throttles for a moment after the sending", _told(1, 1)
    ),
    "dynamodb_throttles_for_long_after_the_send": Fault(
        "DynamoDB throttles for long after the sending", _told(1, 2, slack_way="settled")
    ),
    "the_same_event_comes_twice": Fault("the same event comes twice", _told(1, 1)),
    "events_come_out_of_order": Fault("a change comes before the assignment", _told(1, 1, replies=1)),
    "two_events_come_before_the_first_card": Fault(
        "two assignments of one task: the second comes while the first is posted",
        _told(1, 2, replies=1, slack_way="retried, sent"),
    ),
    "an_entry_fails_for_now": Fault("PutEvents fails for one entry, for now", _told(1, 1)),
    "an_entry_fails_for_good_and_is_replayed": Fault(
        "PutEvents fails for one entry, for good, and it is replayed", _told(1, 1)
    ),
}


def rendered(faults: Iterable[Fault]) -> str:
    """Write the rows as a table in Markdown."""
    head = ("what goes wrong", "in Slack", "by email", "record for Slack (attempts)", "record for email (attempts)")
    rows = [head, ("---",) * len(head), *(_cells(each) for each in faults)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def in_readme(readme: str) -> str:
    """Put the table in its place."""
    before, _, rest = readme.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{rendered(FAULTS.values())}\n\n{END}{rest.partition(END)[2]}"


def _cells(fault: Fault) -> tuple[str, ...]:
    told = fault.told
    replies = f", {_number(told.replies, 'reply', 'replies')} below it" if told.replies else ""
    return (
        fault.what,
        _number(told.messages, "message", "messages") + replies,
        _number(told.emails, "email", "emails") + ("; the admins are told" if fault.admins_know else ""),
        _record(told.slack, told.slack_way),
        _record(told.email, told.email_way),
    )


def _number(count: int, one: str, many: str) -> str:
    return f"{count or 'no'} {one if count == 1 else many}"


def _record(state: str, way: str) -> str:
    if not state:
        return "none is due"
    return state if way == state else f"{state} ({way})"
