"""What the function is made of that finishes jobs and looks at Cognito every night."""

from dataclasses import dataclass

from core.bootstrap.aws import patient, session_of, table_of, trusting
from core.bootstrap.services import services_of
from core.bootstrap.team import jobs_of, mailer_of
from core.clock import system_clock
from core.cognito import CognitoDirectory
from core.cognito_accounts import CognitoAccounts
from core.jobs.service import JobService
from core.people.reconciliation import Reconciliation
from core.settings import Settings
from core.sqs import Redelivery
from core.storage.dynamodb.people import DynamoPersonRepository


@dataclass(frozen=True, slots=True)
class WorkDoor:
    jobs: JobService
    reconciliation: Reconciliation
    redelivery: Redelivery


def for_work(settings: Settings) -> WorkDoor:
    session = session_of(settings)
    table = table_of(session, settings, patient())
    client = trusting(session.client("cognito-idp", config=patient()))
    cognito = CognitoDirectory(client, settings.user_pool_id, system_clock)
    accounts = CognitoAccounts(client, settings.user_pool_id, cognito)
    services = services_of(table, cognito, settings)
    people = DynamoPersonRepository(table, services.workspace)
    mailer = mailer_of(session, settings, patient(attempts=1))
    return WorkDoor(
        jobs=jobs_of(table, accounts, mailer, services.tasks, services.people),
        reconciliation=Reconciliation(accounts, accounts, people, system_clock),
        redelivery=Redelivery(trusting(session.client("sqs", config=patient())), settings.work_queue_url, system_clock),
    )
