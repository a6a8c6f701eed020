"""Under which key data lies: AWS's own, or one of the account's (`-c kms=true`)."""

from collections.abc import Mapping, Sequence
from typing import Final

from aws_cdk import Aws, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.stage import Stage

USE: Final = ("kms:Decrypt", "kms:GenerateDataKey")
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
USE_OF_TABLE: Final = (*USE, "kms:DescribeKey", "kms:Encrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo")


class Encryption(Construct):
    """The key of a stage that has one; it outlives the stack, because what it encrypted does."""

    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage) -> None:
        super().__init__(scope, construct_id)
        self.key: kms.Key | None = None
        if stage.has_own_key:
            self.key = kms.Key(
                self,
                "Key",
                description="Task Bot: tasks, people, messages on their way, secrets and logs",
                enable_key_rotation=True,
                removal_policy=RemovalPolicy.RETAIN,
            )
            self._let_alarms_use(self.key)
            self._let_events_use(self.key)
            self._let_logs_use(self.key)

    def _let_alarms_use(self, key: kms.Key) -> None:
        # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
        _let(key, "cloudwatch.amazonaws.com", USE, {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}})

    def _let_events_use(self, key: kms.Key) -> None:
        """Let EventBridge look at the key, and put events into queues; for the bus CDK allows the rest.

        Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-cmkey.html
        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
        """
        _let(key, "events.amazonaws.com", ["kms:DescribeKey"], {})
        # The account that calls is no condition here: of topics AWS says that EventBridge does not support that, of
        # queues nothing. https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
        _let(key, "events.amazonaws.com", USE, _encrypting("sqs", "*"))

    def _let_logs_use(self, key: kms.Key) -> None:
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
        actions = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncrypt*"]
        _let(key, f"logs.{Aws.REGION}.amazonaws.com", actions, _encrypting("logs", "log-group:*"))

    @property
    def of_tables(self) -> dynamodb.TableEncryption | None:
        return dynamodb.TableEncryption.CUSTOMER_MANAGED if self.key else None

    @property
    def of_queues(self) -> sqs.QueueEncryption:
        return sqs.QueueEncryption.KMS if self.key else sqs.QueueEncryption.SQS_MANAGED

    @property
    def of_buckets(self) -> s3.BucketEncryption:
        return s3.BucketEncryption.KMS if self.key else s3.BucketEncryption.S3_MANAGED

    @property
    def key_arn(self) -> str | None:
        return self.key.key_arn if self.key else None


def _let(key: kms.Key, service: str, actions: Sequence[str], conditions: Mapping[str, Mapping[str, str]]) -> None:
    key.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[iam.ServicePrincipal(service)],
            actions=list(actions),
            resources=["*"],  # In a key's own policy, this key.
            conditions=conditions,
        )
    )


def _encrypting(service: str, name: str) -> dict[str, dict[str, str]]:
    """Only for what is called so in this account and region: its name is part of what the key encrypts."""
    arn = f"arn:{Aws.PARTITION}:{service}:{Aws.REGION}:{Aws.ACCOUNT_ID}:{name}"
    return {"ArnLike": {f"kms:EncryptionContext:aws:{service}:arn": arn}}
