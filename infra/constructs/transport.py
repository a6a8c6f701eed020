"""Nobody reads or writes anything without TLS."""

from typing import Final

from aws_cdk import aws_iam as iam

EMULATOR: Final = "000000000000"
"""The account of an emulator on one machine, which speaks plain HTTP; no account of AWS's has this number."""


def refuse_plain_http(service: str, *resources: str) -> iam.PolicyStatement:
    """Make the statement for the resource's own policy."""
    return iam.PolicyStatement(
        sid="OnlyByTls",
        effect=iam.Effect.DENY,
        principals=[iam.AnyPrincipal()],
        actions=[f"{service}:*"],
        resources=list(resources),
        conditions={
            "Bool": {"aws:SecureTransport": "false"},
            "StringNotEquals": {"aws:ResourceAccount": EMULATOR},
        },
    )
