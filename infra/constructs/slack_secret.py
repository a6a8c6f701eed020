"""What Slack gave this workspace's app, as JSON: `{"signing_secret": …, "bot_token": …}`."""

from aws_cdk import CfnDeletionPolicy
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.constructs.accepted import accept
from infra.constructs.encryption import Encryption
from infra.constructs.functions import DoorFunction


class SlackSecret(Construct):
    """An empty secret: its value is put in once, by hand, and no template ever carries it."""

    def __init__(self, scope: Construct, construct_id: str, *, encryption: Encryption) -> None:
        super().__init__(scope, construct_id)
        secret = secretsmanager.CfnSecret(
            self,
            "Secret",
            description='Task Bot: {"signing_secret": "…", "bot_token": "xoxb-…"}',
            kms_key_id=encryption.key_arn,
        )
        secret.cfn_options.deletion_policy = CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE
        secret.cfn_options.update_replace_policy = CfnDeletionPolicy.RETAIN
        accept(secret, "SMG4", because="Slack makes its values, and shows them to people only.")
        self.arn = secret.attr_id

    def allow_reading(self, door: DoorFunction) -> None:
        door.allow(["secretsmanager:GetSecretValue"], [self.arn])
