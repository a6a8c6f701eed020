"""Rules of AWS that a construct does not follow, each with its reason; `make check` lists all the others."""

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct


def accept(construct: IConstruct, rule: str, *, because: str) -> None:
    """Let `construct`, and all below it, break a rule of cdk-nag's AwsSolutions."""
    Validations.of(construct).acknowledge(Acknowledgment(id=f"AwsSolutions::AwsSolutions-{rule}", reason=because))
