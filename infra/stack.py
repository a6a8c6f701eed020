"""The whole stack in one place: which capabilities there are, and which door may use which."""

from collections.abc import Mapping, Sequence

from aws_cdk import CfnOutput, Duration, Stack, Tags
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from core.settings import Door
from infra.constructs.alarms import AlarmTopic, alarm_when
from infra.constructs.clock import Nights, QuarterHours
from infra.constructs.dashboard import Dashboard
from infra.constructs.encryption import Encryption
from infra.constructs.events import TO_EMAIL, TO_SLACK, TO_WORK, ActivityRelay, EventBus, Notifications
from infra.constructs.functions import DoorFunction, construct_id
from infra.constructs.http import HttpApi
from infra.constructs.mail import Mail
from infra.constructs.measured import measured
from infra.constructs.parameters import Parameters
from infra.constructs.people import People
from infra.constructs.slack_secret import SlackSecret
from infra.constructs.table import TaskTable
from infra.stage import BEHIND_HTTP, Stage


class TaskBotStack(Stack):
    """Task Bot for one Slack workspace."""

    def __init__(self, scope: Construct, name: str, *, code: lambda_.Code, stage: Stage) -> None:
        super().__init__(
            scope,
            name,
            description="Task Bot: task work inside Slack",
            termination_protection=stage.protects_data,
        )
        Tags.of(self).add("app", "task-bot")
        Tags.of(self).add("stage", stage.name)
        self._parameters = parameters = Parameters(self)
        self._stage = stage
        self._encryption = Encryption(self, "Encryption", stage=stage)
        self._table = TaskTable(self, "Tasks", stage=stage, encryption=self._encryption)
        self._bus = EventBus(self, "Events", encryption=self._encryption)
        self._queues()
        self._relay = ActivityRelay(self, "Activity", encryption=self._encryption)
        self._http = HttpApi(self, "Http", parameters=parameters, stage=stage, encryption=self._encryption)
        self._public_url = parameters.or_else("PublicUrl", self._http.api.api_endpoint)
        self._mail = Mail(self, "Mail", parameters=parameters, encryption=self._encryption)
        self._people = People(
            self,
            "People",
            parameters=parameters,
            public_url=self._public_url,
            mail=self._mail,
            stage=stage,
            encryption=self._encryption,
        )
        self._secret = SlackSecret(self, "SlackSecret", encryption=self._encryption)
        self._doors = self._functions(code, self._settings(parameters))
        self._permit()
        self._connect()
        self._watch()
        self._put_out()

    def _queues(self) -> None:
        self._slack_queue = self._queue("SlackNotifications", TO_SLACK, Door.NOTIFY_SLACK, name="slack")
        self._slack_queue.hear_of_new_tasks(self._bus)
        self._email_queue = self._queue("EmailNotifications", TO_EMAIL, Door.NOTIFY_EMAIL, name="email")
        self._work_queue = self._queue(
            "Jobs",
            TO_WORK,
            Door.WORK,
            name="jobs",
            # A job whose function died goes on when its message comes back: that shall not take six timeouts.
            visibility=Duration.seconds(90),
            # Most jobs are finished by then by the door that began them.
            delay=Duration.seconds(3),
        )

    def _queue(
        self,
        construct_id: str,
        detail_types: Sequence[str],
        door: Door,
        *,
        name: str,
        visibility: Duration | None = None,
        delay: Duration | None = None,
    ) -> Notifications:
        return Notifications(
            self,
            construct_id,
            bus=self._bus,
            detail_types=detail_types,
            door=door,
            name=name,
            stage=self._stage,
            encryption=self._encryption,
            visibility=visibility,
            delay=delay,
        )

    def _settings(self, parameters: Parameters) -> Mapping[str, str]:
        """Every environment variable that any door needs; each door gets its own share."""
        return {
            "MY_AWS_REGION": self.region,
            "DYNAMODB_TABLE_NAME": self._table.table.table_name,
            "SLACK_TEAM_ID": parameters["SlackTeamId"],
            "SLACK_SECRET_ARN": self._secret.arn,
            "SLACK_API_URL": parameters["SlackApiUrl"],
            "COGNITO_USER_POOL_ID": self._people.pool.user_pool_id,
            "COGNITO_ADMIN_CLIENT_ID": self._people.admin_client.user_pool_client_id,
            "COGNITO_APP_CLIENT_ID": self._people.user_client.user_pool_client_id,
            "COGNITO_LINK_CLIENT_ID": self._people.link_client.user_pool_client_id,
            "JWKS_URL": self._people.jwks_url,
            "LOGIN_URL": self._people.login_url,
            "PUBLIC_URL": self._public_url,
            "COOKIE_PREFIX": parameters["CookiePrefix"],
            "GUESTS": parameters["Guests"],
            "EVENT_BUS_NAME": self._bus.bus.event_bus_name,
            "UNPUBLISHED_BUCKET_NAME": self._relay.unpublished.bucket_name,
            "SLACK_QUEUE_URL": self._slack_queue.queue.queue_url,
            "EMAIL_QUEUE_URL": self._email_queue.queue.queue_url,
            "NEWS_WAIT_SECONDS": parameters["NewsWaitSeconds"],
            "WORK_QUEUE_URL": self._work_queue.queue.queue_url,
            "MAIL_SENDER": parameters["MailSender"],
            "MAIL_CONFIGURATION_SET": self._mail.configuration_set.configuration_set_name,
            "MAIL_LINK_SECRET_ARN": self._mail.link_secret_arn,
            "SLACK_APP_URL": parameters.or_else(
                "SlackAppUrl", f"https://app.slack.com/client/{parameters['SlackTeamId']}"
            ),
        }

    def _functions(self, code: lambda_.Code, settings: Mapping[str, str]) -> Mapping[Door, DoorFunction]:
        return {
            door: DoorFunction(self, door, code=code, settings=settings, stage=self._stage, encryption=self._encryption)
            for door in Door
        }

    def _permit(self) -> None:
        for door in (Door.SLACK, Door.WEB, Door.API, Door.WORK):
            self._table.allow_services(self._doors[door])
            self._people.allow_look_up(self._doors[door])
        for door in (Door.SLACK, Door.API, Door.WORK):
            self._people.allow_administration(self._doors[door])
            self._mail.allow_sending(self._doors[door])
        self._people.allow_reading_everybody(self._doors[Door.WORK])
        self._table.allow_indexing(self._doors[Door.RELAY])
        for door in (Door.NOTIFY_SLACK, Door.NOTIFY_EMAIL):
            self._table.allow_delivery(self._doors[door])
        self._table.allow_homes(self._doors[Door.NOTIFY_SLACK])
        self._table.allow_reminding(self._doors[Door.REMIND])
        for door in (Door.SLACK, Door.NOTIFY_SLACK):
            self._secret.allow_reading(self._doors[door])
        for door in (Door.WEB, Door.API):
            self._people.allow_client_secrets(self._doors[door])
        self._people.allow_sign_in(self._doors[Door.API])
        self._mail.allow_sending(self._doors[Door.NOTIFY_EMAIL])
        for door in (Door.WEB, Door.NOTIFY_EMAIL):
            self._mail.allow_links(self._doors[door])

    def _connect(self) -> None:
        self._http.lead_to(self._doors, self._people)
        self._relay.connect(self._table, self._doors[Door.RELAY], self._bus)
        self._slack_queue.deliver_through(self._doors[Door.NOTIFY_SLACK])
        self._email_queue.deliver_through(self._doors[Door.NOTIFY_EMAIL])
        self._email_queue.hear("FeedbackRule", self._mail.feedback)
        self._slack_queue.take_from(self._doors[Door.NOTIFY_EMAIL])
        self._email_queue.take_from(self._doors[Door.NOTIFY_SLACK])
        self._work_queue.deliver_through(self._doors[Door.WORK], batch=1)
        QuarterHours(self, "QuarterHours", wakes=self._doors[Door.REMIND])
        Nights(self, "Nights", wakes=self._doors[Door.WORK])

    def _watch(self) -> None:
        alarm_when(
            self,
            "ThrottlesAlarm",
            name="throttled-functions",
            what="Lambda turns calls away, because too many functions run at once",
            # Of the whole account, which shares what may run at once.
            # https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
            metric=cloudwatch.Metric(
                namespace="AWS/Lambda",
                metric_name="Throttles",
                statistic=cloudwatch.Stats.SUM,
                period=Duration.minutes(5),
            ),
            threshold=1,
        )
        for door in sorted(BEHIND_HTTP):
            alarm_when(
                self,
                f"{construct_id(door)}FailuresAlarm",
                name=f"failures-{door}",
                what=f"handlers.{door} told somebody that it failed",
                metric=measured("Failures", door=door),
                threshold=1,
            )
        Dashboard(
            self,
            "Dashboard",
            doors=self._doors,
            http=self._http,
            people=self._people,
            queues=(self._slack_queue, self._email_queue, self._work_queue),
            table=self._table,
        )
        AlarmTopic(self, "Alarms", parameters=self._parameters, encryption=self._encryption).hear_all(self)

    def _put_out(self) -> None:
        """Name what a person or a tool needs after deploying."""
        outputs = {
            "TableName": self._table.table.table_name,
            "EventBusName": self._bus.bus.event_bus_name,
            "SlackQueueUrl": self._slack_queue.queue.queue_url,
            "SlackDlqUrl": self._slack_queue.dead_letters.queue_url,
            "SlackUndeliveredUrl": self._slack_queue.undelivered.queue_url,
            "EmailQueueUrl": self._email_queue.queue.queue_url,
            "EmailDlqUrl": self._email_queue.dead_letters.queue_url,
            "EmailUndeliveredUrl": self._email_queue.undelivered.queue_url,
            "WorkQueueUrl": self._work_queue.queue.queue_url,
            "WorkDlqUrl": self._work_queue.dead_letters.queue_url,
            "WorkUndeliveredUrl": self._work_queue.undelivered.queue_url,
            "UserPoolId": self._people.pool.user_pool_id,
            "AdminClientId": self._people.admin_client.user_pool_client_id,
            "UserClientId": self._people.user_client.user_pool_client_id,
            "LinkClientId": self._people.link_client.user_pool_client_id,
            "HttpApiUrl": self._http.api.api_endpoint,
            "HttpApiId": self._http.api.api_id,
            "SlackSecretArn": self._secret.arn,
            "UnpublishedBucketName": self._relay.unpublished.bucket_name,
            "MailConfigurationSet": self._mail.configuration_set.configuration_set_name,
        }
        functions = {f"Function{construct_id(door)}Name": self._doors[door].function.function_name for door in Door}
        for name, value in (outputs | functions).items():
            CfnOutput(self, name, value=value)
        for name, (description, value) in self._next_steps().items():
            CfnOutput(self, name, value=value, description=description)
        for number, (name, value) in enumerate(self._mail.dkim_records, start=1):
            CfnOutput(
                self,
                f"Step1DnsRecord{number}",
                value=f"{name} CNAME {value}",
                description="Into the DNS of the sender's domain: name, type, value",
                # The emulator has no such records.
                condition=self._parameters.is_empty("SendEmailResource"),
            )

    def _next_steps(self) -> Mapping[str, tuple[str, str]]:
        """What is left to do by hand after the first deploy, in this order: why, and what to paste."""
        shape = '{"signing_secret": "…", "bot_token": "xoxb-…"}'
        return {
            "Step2Manifest": (
                "Prints the manifest: at api.slack.com/apps, Create New App, From a manifest",
                f"make manifest URL={self._public_url}",
            ),
            "Step3SlackSecret": (
                "Puts in, once, what the app's pages Basic Information and OAuth & Permissions show;"
                " then press Retry on its page Event Subscriptions",
                f"aws secretsmanager put-secret-value --secret-id {self._secret.arn} --secret-string '{shape}'",
            ),
            "Step4FirstAdmin": (
                "Invites the first admin",
                f".venv/bin/python -m infra.first_admin --stack {self.stack_name} you@example.com Given Family",
            ),
        }
