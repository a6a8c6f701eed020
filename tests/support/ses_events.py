"""What SES puts on EventBridge, in the shape that AWS documents.

https://docs.aws.amazon.com/ses/latest/dg/monitoring-eventbridge.html
"""

from typing import Any


def bounce(*addresses: str, kind: str = "Permanent", sub_kind: str = "General") -> dict[str, Any]:
    """A mail came back."""
    recipients = [
        {
            "emailAddress": address,
            "action": "failed",
            "status": "5.1.1",
            "diagnosticCode": "smtp; 550 5.1.1 user unknown",
        }
        for address in addresses
    ]
    return _event(
        "Email Bounced",
        {
            "eventType": "Bounce",
            "bounce": {
                "feedbackId": "01000157c44f053b-61b59c11-9236-11e6-8f96-7be8aexample-000000",
                "bounceType": kind,
                "bounceSubType": sub_kind,
                "bouncedRecipients": recipients,
                "timestamp": "2026-11-18T09:31:02.669Z",
                "reportingMTA": "dsn; mta.example.com",
            },
        },
        addresses,
    )


def complaint(*addresses: str, feedback: str | None = "abuse") -> dict[str, Any]:
    """Somebody called a mail spam; not every provider says in which way."""
    said = {
        "feedbackId": "01000157c44f053b-61b59c11-9236-11e6-8f96-7be8aexample-000000",
        "complaintSubType": None,
        "complainedRecipients": [{"emailAddress": address} for address in addresses],
        "timestamp": "2026-11-18T09:31:02.669Z",
        "userAgent": "Amazon SES Mailbox Simulator",
        "arrivalDate": "2026-11-18T09:31:02.669Z",
    }
    if feedback is not None:
        said["complaintFeedbackType"] = feedback
    return _event("Email Complaint Received", {"eventType": "Complaint", "complaint": said}, addresses)


def delivery(*addresses: str) -> dict[str, Any]:
    """A mail arrived."""
    said = {
        "timestamp": "2026-11-18T09:30:35.180Z",
        "processingTimeMillis": 546,
        "recipients": list(addresses),
        "smtpResponse": "250 ok:  Message 64111812 accepted",
        "reportingMTA": "mta.example.com",
    }
    return _event("Email Delivered", {"eventType": "Delivery", "delivery": said}, addresses)


def _event(detail_type: str, detail: dict[str, Any], addresses: tuple[str, ...]) -> dict[str, Any]:
    return {
        "version": "0",
        "id": "12345678-1234-1234-1234-123456789012",
        "detail-type": detail_type,
        "source": "aws.ses",
        "account": "123456789012",
        "time": "2026-11-18T09:31:03Z",
        "region": "eu-north-1",
        "resources": ["arn:aws:ses:eu-north-1:123456789012:configuration-set/mails"],
        "detail": {
            **detail,
            "mail": {
                "timestamp": "2026-11-18T09:30:34.684Z",
                "source": "Task Bot <bot@example.com>",
                "sourceArn": "arn:aws:ses:eu-north-1:123456789012:identity/example.com",
                "sendingAccountId": "123456789012",
                "messageId": "EXAMPLE7c191be45-e9aedb9a-02f9-4d12-a87d-dd0099a07f8a-000000",
                "destination": list(addresses),
                "headersTruncated": False,
                "headers": [{"name": "Subject", "value": "[T-1] Fix login"}],
                "commonHeaders": {
                    "from": ["Task Bot <bot@example.com>"],
                    "to": list(addresses),
                    "messageId": "EXAMPLE7c191be45-e9aedb9a-02f9-4d12-a87d-dd0099a07f8a-000000",
                    "subject": "[T-1] Fix login",
                },
                "tags": {
                    "ses:configuration-set": ["mails"],
                    "ses:from-domain": ["example.com"],
                    "ses:caller-identity": ["notify-email"],
                },
            },
        },
    }
