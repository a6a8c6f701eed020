"""What the function is made of that finishes jobs and looks at Cognito every night."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

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
from core.storage.dynamodb.tasks import DynamoTaskRepository
from core.tasks.naming import OwnerNames

RENAMING: Final = timedelta(seconds=10)
"""For so long one person's tasks keep the nightly look from everybody else."""


@dataclass(frozen=True, slots=True)
class WorkDoor:
    jobs: JobService
    names: OwnerNames
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
    tasks = DynamoTaskRepository(table, services.workspace, system_clock)
    names = OwnerNames(tasks, people, system_clock)
    mailer = mailer_of(session, settings, patient(attempts=1))
    return WorkDoor(
        jobs=jobs_of(table, accounts, mailer, services.tasks, services.people),
        names=names,
        reconciliation=Reconciliation(
            accounts, accounts, people, lambda person_id: names.bring_in_line(person_id, RENAMING), system_clock
        ),
        redelivery=Redelivery(trusting(session.client("sqs", config=patient())), settings.work_queue_url, system_clock),
    )
