"""SES: the domain that mails come from, and the set that counts what becomes of them."""

from aws_cdk import Arn, ArnComponents, Duration, Fn, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ses as ses
from constructs import Construct

from infra.constructs.accepted import accept
from infra.constructs.alarms import alarm_when
from infra.constructs.encryption import Encryption
from infra.constructs.functions import DoorFunction
from infra.constructs.parameters import Parameters


class Mail(Construct):
    """The sender's identity and configuration set, and the key that signs the links in mails."""

    def __init__(self, scope: Construct, construct_id: str, *, parameters: Parameters, encryption: Encryption) -> None:
        super().__init__(scope, construct_id)
        self._parameters = parameters
        self.configuration_set = ses.ConfigurationSet(
            self,
            "Set",
            reputation_metrics=True,
            tls_policy=ses.ConfigurationSetTlsPolicy.REQUIRE,
            # We keep our own list, which an admin can take an address from: the account's would hold mail up all the
            # same. https://docs.aws.amazon.com/ses/latest/dg/sending-email-suppression-list-config-level.html
            disable_suppression_list=True,
        )
        self.configuration_set.add_event_destination(
            "Feedback",
            # The only bus that SES writes to.
            destination=ses.EventDestination.event_bus(
                events.EventBus.from_event_bus_name(self, "DefaultBus", "default")
            ),
            events=[ses.EmailSendingEvent.BOUNCE, ses.EmailSendingEvent.COMPLAINT],
        )
        self.identity = ses.EmailIdentity(
            self,
            "Domain",
            identity=ses.Identity.domain(Fn.select(1, Fn.split("@", parameters["MailSender"]))),
            configuration_set=self.configuration_set,
        )

        link_secret = secretsmanager.CfnSecret(
            self,
            "LinkSecret",
            description="Task Bot: signs the links in mails. A new value ends every link that was mailed before.",
            generate_secret_string=secretsmanager.CfnSecret.GenerateSecretStringProperty(
                password_length=64, exclude_punctuation=True
            ),
            kms_key_id=encryption.key_arn,
        )
        accept(link_secret, "SMG4", because="A new value ends every link that was mailed: somebody has to want that.")
        self.link_secret_arn = link_secret.attr_id
        self._tell_before_ses_stops()

    def _tell_before_ses_stops(self) -> None:
        """Put alarms on the rates, of the whole account, at which SES begins to look into it.

        Sources: https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-bounce.html
        https://docs.aws.amazon.com/ses/latest/dg/reputation-dashboard-cloudwatch-alarm.html
        """
        for name, metric, rate in (("bounces", "BounceRate", 0.05), ("complaints", "ComplaintRate", 0.001)):
            alarm_when(
                self,
                f"{metric}Alarm",
                name=name,
                what=f"of the account's mails, too many end as {name}",
                metric=reputation(metric),
                threshold=rate,
            )

    @property
    def dkim_records(self) -> list[tuple[str, str]]:
        """The CNAME records, name and value, by which the sender's domain says that SES may sign for it."""
        identity = self.identity
        return [
            (identity.dkim_dns_token_name1, identity.dkim_dns_token_value1),
            (identity.dkim_dns_token_name2, identity.dkim_dns_token_value2),
            (identity.dkim_dns_token_name3, identity.dkim_dns_token_value3),
        ]

    @property
    def feedback(self) -> events.EventPattern:
        """What SES says of mails that were sent through the set and did not arrive, or were not wanted."""
        return events.EventPattern(
            source=["aws.ses"],
            detail_type=["Email Bounced", "Email Complaint Received"],
            detail={"mail": {"tags": {"ses:configuration-set": [self.configuration_set.configuration_set_name]}}},
        )

    def allow_links(self, door: DoorFunction) -> None:
        """Let a door sign and verify links."""
        door.allow(["secretsmanager:GetSecretValue"], [self.link_secret_arn])

    def allow_sending(self, door: DoorFunction) -> None:
        """Let a door send as the domain through the set.

        An emulator that asks about `*` for every mail gets its wider resource from the parameter.
        """
        sender = self._parameters.or_else("SendEmailResource", self.identity.email_identity_arn)
        configuration_set = Arn.format(
            ArnComponents(
                service="ses",
                resource="configuration-set",
                resource_name=self.configuration_set.configuration_set_name,
            ),
            Stack.of(self),
        )
        door.allow(["ses:SendEmail"], [sender, configuration_set])


def reputation(metric: str) -> cloudwatch.Metric:
    """One of the account's two rates, between 0 and 1."""
    return cloudwatch.Metric(
        namespace="AWS/SES",
        metric_name=f"Reputation.{metric}",
        statistic=cloudwatch.Stats.MAXIMUM,
        period=Duration.hours(1),
    )
