"""What the API's function is made of."""

from dataclasses import dataclass

from core.bootstrap.aws import quick, session_of, table_of, trusting, unhurried, warm_up
from core.bootstrap.services import Services, services_of, workspace_settings_of
from core.bootstrap.team import TeamServices, mailer_of, team_services
from core.clock import system_clock
from core.cognito import AppClient, CognitoDirectory
from core.cognito_accounts import CognitoAccounts
from core.people.model import Group
from core.settings import Settings
from core.tokens import TokenVerifier, keys_at


@dataclass(frozen=True, slots=True)
class ApiDoor:
    services: Services
    team: TeamServices
    tokens: TokenVerifier
    accounts: CognitoDirectory
    admin_app: AppClient
    member_app: AppClient


def for_api(settings: Settings) -> ApiDoor:
    session = session_of(settings)
    table = table_of(session, settings, unhurried())
    client = trusting(session.client("cognito-idp", config=unhurried()))
    cognito = CognitoDirectory(client, settings.user_pool_id, system_clock)
    services = services_of(table, cognito, settings)
    team = team_services(
        table,
        CognitoAccounts(client, settings.user_pool_id, cognito),
        mailer_of(session, settings, quick(attempts=1)),
        workspace_settings_of(table, settings),
        services.tasks,
        services.people,
    )
    warm_up(table, settings)
    clients = {settings.admin_client_id, settings.app_client_id}
    return ApiDoor(
        services=services,
        team=team,
        tokens=TokenVerifier(settings.issuer, clients, keys_at(settings.jwks_url), system_clock),
        accounts=cognito,
        admin_app=AppClient(settings.admin_client_id, Group.ADMINS),
        member_app=AppClient(settings.app_client_id, Group.TEAM_MEMBERS),
    )
