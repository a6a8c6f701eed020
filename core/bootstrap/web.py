"""What the function behind the pages is made of."""

from dataclasses import dataclass

from core.bootstrap.aws import Secrets, quick, table_of, trusting, warm_up
from core.bootstrap.services import Services, services_of
from core.clock import fresh_event_id, system_clock
from core.cognito import CognitoDirectory
from core.ids import WorkspaceId
from core.links.disputes import DisputeService
from core.links.news import LinkNews
from core.links.service import LinkService
from core.mail_links import MailLinks
from core.managed_login import ManagedLogin
from core.notifications.mail_choices import MailChoices
from core.settings import Settings
from core.storage.dynamodb.links import DynamoLinkRepository
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.preferences import DynamoPreferenceRepository
from core.tokens import IdTokenVerifier, keys_at


@dataclass(frozen=True, slots=True)
class WebDoor:
    links: LinkService
    disputes: DisputeService
    services: Services
    mail_links: MailLinks
    mail_choices: MailChoices


def for_web(settings: Settings, secrets: Secrets) -> WebDoor:
    session, workspace = secrets.session, WorkspaceId(settings.team_id)
    table = table_of(session, settings, quick())
    cognito = CognitoDirectory(
        trusting(session.client("cognito-idp", config=quick())), settings.user_pool_id, system_clock
    )
    login = ManagedLogin(
        settings.login_url,
        f"{settings.public_url}/web/link/callback",
        settings.link_client_id,
        cognito.client_secret,
        IdTokenVerifier(settings.issuer, settings.link_client_id, keys_at(settings.jwks_url), system_clock),
    )
    warm_up(table, settings)
    links, news = DynamoLinkRepository(table, workspace), LinkNews(workspace, system_clock, fresh_event_id)
    services, people = services_of(table, cognito, settings), DynamoPersonRepository(table, workspace)
    return WebDoor(
        LinkService(links, services.people, login, news, workspace, system_clock),
        DisputeService(links, links, people, news, system_clock),
        services,
        MailLinks(secrets.value(settings.mail_link_secret_arn), settings.public_url, system_clock),
        MailChoices(people, DynamoPreferenceRepository(table, workspace)),
    )
