"""The Cognito pool: who may sign in, through which client, and the pages where they do."""

from typing import Final

from aws_cdk import Aws, CfnCondition, Duration, Fn, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.constructs.accepted import accept
from infra.constructs.alarms import alarm_when
from infra.constructs.encryption import Encryption
from infra.constructs.functions import DoorFunction
from infra.constructs.mail import Mail
from infra.constructs.parameters import Parameters
from infra.stage import Stage

GROUPS: Final = ("Admins", "TeamMembers")
LINK_CALLBACK: Final = "/web/link/callback"
_ADMINISTRATION: Final = (
    "cognito-idp:AdminAddUserToGroup",
    "cognito-idp:AdminCreateUser",
    "cognito-idp:AdminDeleteUser",
    "cognito-idp:AdminDisableUser",
    "cognito-idp:AdminEnableUser",
    "cognito-idp:AdminRemoveUserFromGroup",
    "cognito-idp:AdminSetUserPassword",
    "cognito-idp:AdminUpdateUserAttributes",
    "cognito-idp:AdminUserGlobalSignOut",
    "cognito-idp:DescribeUserPool",
)
_THREAT_PROTECTION: Final = {
    "audit": cognito.StandardThreatProtectionMode.AUDIT_ONLY,
    "enforced": cognito.StandardThreatProtectionMode.FULL_FUNCTION,
}
_LOOK_UP: Final = ("cognito-idp:AdminGetUser", "cognito-idp:AdminListGroupsForUser")


class People(Construct):
    """The user pool with its groups, three clients and managed login."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        parameters: Parameters,
        public_url: str,
        mail: Mail,
        stage: Stage,
        encryption: Encryption,
    ) -> None:
        super().__init__(scope, construct_id)
        self.pool = self._pool(stage)
        self._lie_under(encryption)
        if stage.threat_protection == "off":
            accept(self.pool, "COG8", because="The plus plan is paid for each person and month; a stage can choose it.")
        accept(
            self.pool, "COG2", because="Each person decides: a team may have a second factor at Slack's own sign-in."
        )
        self._send_through(mail, parameters)
        for group in GROUPS:
            cognito.CfnUserPoolGroup(self, group, user_pool_id=self.pool.user_pool_id, group_name=group)
        self.admin_client = self._password_client("AdminClient")
        self.user_client = self._password_client("UserClient")
        self.link_client = self._link_client(public_url + LINK_CALLBACK)
        self.login_url = parameters.or_else("LoginUrl", self._managed_login(parameters))
        cognito_url = parameters.or_else("CognitoUrl", f"https://cognito-idp.{Aws.REGION}.{Aws.URL_SUFFIX}")
        for client, metric in self.throttles.items():
            alarm_when(
                self,
                f"{client.capitalize()}ThrottlesAlarm",
                name=f"throttled-sign-in-{client}",
                what="Cognito turns people away who sign in",
                metric=metric,
                threshold=1,
            )
        self.jwks_url = f"{cognito_url}/{self.pool.user_pool_id}/.well-known/jwks.json"

    def _pool(self, stage: Stage) -> cognito.UserPool:
        is_watched = stage.threat_protection != "off"
        return cognito.UserPool(
            self,
            "Pool",
            # Threat protection is part of the dearer plan. https://aws.amazon.com/cognito/pricing/
            feature_plan=cognito.FeaturePlan.PLUS if is_watched else cognito.FeaturePlan.ESSENTIALS,
            standard_threat_protection_mode=_THREAT_PROTECTION[stage.threat_protection] if is_watched else None,
            self_sign_up_enabled=False,
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            # Nobody can type in the code that Cognito would mail to an address that an admin has changed.
            auto_verify=cognito.AutoVerifiedAttrs(email=False),
            standard_attributes=cognito.StandardAttributes(
                email=cognito.StandardAttribute(required=True, mutable=True)
            ),
            # These can be added to, but never changed or taken away.
            custom_attributes={
                "title": cognito.StringAttribute(max_len=100, mutable=True),
                "time_zone": cognito.StringAttribute(max_len=64, mutable=True),
            },
            mfa=cognito.Mfa.OPTIONAL,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            password_policy=cognito.PasswordPolicy(
                min_length=12,
                require_lowercase=True,
                require_uppercase=True,
                require_digits=True,
                require_symbols=True,
                temp_password_validity=Duration.days(7),
            ),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            deletion_protection=stage.protects_data,
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )

    def _lie_under(self, encryption: Encryption) -> None:
        """Encrypt the pool with the stage's key, to which Cognito gives itself a grant as whoever deploys."""
        if encryption.key_arn is not None:
            self._made.key_configuration = cognito.CfnUserPool.KeyConfigurationProperty(
                key_type="CUSTOMER_MANAGED_KEY", kms_key_arn=encryption.key_arn
            )

    @property
    def _made(self) -> cognito.CfnUserPool:
        pool = self.pool.node.default_child
        assert isinstance(pool, cognito.CfnUserPool)  # noqa: S101 (what a UserPool is made of)
        return pool

    def _send_through(self, mail: Mail, parameters: Parameters) -> None:
        """Where a deployment says so, send the pool's mails as the product sends its own: Cognito's sender soon stops.

        SES lets Cognito use the domain only once it is verified, so this cannot be so from the first deploy on.
        https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-email.html
        """
        by_ses = CfnCondition(self, "MailsBySes", expression=Fn.condition_equals(parameters["SignInMail"], "ses"))
        self._made.email_configuration = Fn.condition_if(
            by_ses.logical_id,
            {
                "EmailSendingAccount": "DEVELOPER",
                "From": parameters["MailSender"],
                "SourceArn": mail.identity.email_identity_arn,
                "ConfigurationSet": mail.configuration_set.configuration_set_name,
            },
            {"EmailSendingAccount": "COGNITO_DEFAULT"},
        )

    @property
    def throttles(self) -> dict[str, cloudwatch.Metric]:
        """Attempts to sign in that Cognito turned away, by client.

        Source: https://docs.aws.amazon.com/cognito/latest/developerguide/metrics-for-cognito-user-pools.html
        """
        clients = {"admin": self.admin_client, "user": self.user_client, "link": self.link_client}
        return {
            name: cloudwatch.Metric(
                namespace="AWS/Cognito",
                metric_name="SignInThrottles",
                dimensions_map={"UserPool": self.pool.user_pool_id, "UserPoolClient": client.user_pool_client_id},
                statistic=cloudwatch.Stats.SUM,
                period=Duration.minutes(5),
            )
            for name, client in clients.items()
        }

    def _password_client(self, name: str) -> cognito.UserPoolClient:
        return self.pool.add_client(
            name,
            generate_secret=True,
            auth_flows=cognito.AuthFlow(admin_user_password=True),
            disable_o_auth=True,
            prevent_user_existence_errors=True,
            enable_token_revocation=True,
            # Names are what admins gave. Cognito takes no list without what the pool requires, which is the address;
            # one that its owner changes is unverified, and nothing is built on it.
            write_attributes=cognito.ClientAttributes().with_standard_attributes(email=True),
            access_token_validity=Duration.hours(1),
            id_token_validity=Duration.hours(1),
            refresh_token_validity=Duration.days(30),
        )

    def _link_client(self, callback_url: str) -> cognito.UserPoolClient:
        """Make the client of the linking page, which learns who signed in and keeps no session."""
        return self.pool.add_client(
            "LinkClient",
            generate_secret=True,
            # Naming a flow keeps out those that Cognito allows where none is named; refreshing is always in.
            auth_flows=cognito.AuthFlow(user_srp=False),
            o_auth=cognito.OAuthSettings(
                flows=cognito.OAuthFlows(authorization_code_grant=True),
                scopes=[cognito.OAuthScope.OPENID, cognito.OAuthScope.EMAIL],
                callback_urls=[callback_url],
            ),
            supported_identity_providers=[cognito.UserPoolClientIdentityProvider.COGNITO],
            prevent_user_existence_errors=True,
            enable_token_revocation=True,
        )

    def _managed_login(self, parameters: Parameters) -> str:
        # A domain prefix must be unique in its region, so it carries the last part of the stack's own id.
        stack_uuid = Fn.select(2, Fn.split("/", Aws.STACK_ID))
        domain = cognito.CfnUserPoolDomain(
            self,
            "Domain",
            user_pool_id=self.pool.user_pool_id,
            domain=f"taskbot-{Fn.select(4, Fn.split('-', stack_uuid))}",
            managed_login_version=2,
        )
        # Where the pages are elsewhere, this look is nobody's.
        branding = cognito.CfnManagedLoginBranding(
            self,
            "LoginPages",
            user_pool_id=self.pool.user_pool_id,
            client_id=self.link_client.user_pool_client_id,
            use_cognito_provided_values=True,
        )
        branding.cfn_options.condition = parameters.is_empty("LoginUrl")
        return f"https://{domain.ref}.auth.{Aws.REGION}.amazoncognito.com"

    def allow_look_up(self, door: DoorFunction) -> None:
        """Let a door ask whether a person is enabled, and in which groups."""
        door.allow(_LOOK_UP, [self.pool.user_pool_arn])

    def allow_administration(self, door: DoorFunction) -> None:
        """Let a door change people, and read what the pool asks of a password."""
        door.allow(_ADMINISTRATION, [self.pool.user_pool_arn])

    def allow_reading_everybody(self, door: DoorFunction) -> None:
        """Let a door read the whole pool."""
        door.allow(["cognito-idp:ListUsers", "cognito-idp:ListUsersInGroup"], [self.pool.user_pool_arn])

    def allow_client_secrets(self, door: DoorFunction) -> None:
        """Let a door read the secrets of the pool's clients, which no environment carries."""
        door.allow(["cognito-idp:DescribeUserPoolClient"], [self.pool.user_pool_arn])

    def allow_sign_in(self, door: DoorFunction) -> None:
        """Let a door sign people in with their password."""
        actions = ["cognito-idp:AdminInitiateAuth", "cognito-idp:AdminRespondToAuthChallenge"]
        door.allow(actions, [self.pool.user_pool_arn])
