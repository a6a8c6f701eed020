"""A mail on the running system: what its buttons do, how its kind is stopped, and what happens when it comes back."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.ids import Action
from core.clock import system_clock
from core.ids import SlackUserId, TaskId, WorkspaceId
from core.mail_links import MailLinks
from core.notifications.model import Channel, Kind
from core.people.model import Person
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.preferences import DynamoPreferenceRepository
from core.storage.dynamodb.suppressions import DynamoSuppressionRepository
from core.storage.dynamodb.table import Partition, Table
from core.storage.schema import ACTIVITY_PREFIX, PARTITION_KEY, Keys
from infra.local.local_stack import LocalStack
from tests.support.patience import eventually
from tests.support.ses_events import bounce
from tests.support.workspace import DemoWorkspace

pytestmark = pytest.mark.stack

ADA, ANA, BEN = "U0ADA", "U0ANA", "U0BEN"


@pytest.fixture
def browser() -> Iterator[httpx.Client]:
    """A browser that knows nobody."""
    with httpx.Client(timeout=30, trust_env=False, follow_redirects=True) as client:
        yield client


@pytest.fixture
def workspace_id(stack: LocalStack) -> WorkspaceId:
    return WorkspaceId(stack.info["slack"]["team_id"])


def person(stack: LocalStack, slack_user: str) -> Person:
    table = Table(stack.aws.client("dynamodb"), stack.info["table"])
    people = DynamoPersonRepository(table, WorkspaceId(stack.info["slack"]["team_id"]))
    return people.linked_to(SlackUserId(slack_user))


def assigned(workspace: DemoWorkspace, stack: LocalStack, to: str, title: str) -> tuple[TaskId, dict[str, Any]]:
    """Ada gives somebody a task; its number, and the mail."""
    answer = workspace.command(ADA, f"new {title} <@{to}|x> by fri 5pm")
    found = re.search(r"T-\d+", str(answer["answer"]))
    assert found, answer
    [mail] = eventually(lambda: workspace.emails(person(stack, to).email, naming=f"[{found[0]}]"))
    return TaskId(found[0]), mail


def link(mail: dict[str, Any], label: str) -> str:
    found = re.search(rf"^{label}: (http\S+)$", mail["BodyText"], re.MULTILINE)
    assert found, mail["BodyText"]
    assert found[1].replace("&", "&amp;") in mail["BodyHtml"]
    return found[1]


def history(table: Table, workspace_id: WorkspaceId, task_id: TaskId) -> list[dict[str, Any]]:
    partition = Keys(workspace_id).task(task_id)[PARTITION_KEY]
    return table.page(Partition(partition, prefix=ACTIVITY_PREFIX), limit=20)[0]


def test_mark_done_in_a_mail_marks_it_done_and_its_creator_is_told(
    stack: LocalStack, workspace: DemoWorkspace, table: Table, workspace_id: WorkspaceId, browser: httpx.Client
) -> None:
    task_id, mail = assigned(workspace, stack, ANA, "Water the <b>plants</b>")
    done = link(mail, "Mark done")
    for address in (done, link(mail, "View"), link(mail, "Stop emails like this")):
        assert browser.get(address).status_code == 200
        assert browser.head(address).status_code == 200
    before = history(table, workspace_id, task_id)
    assert [each["detail_type"] for each in before] == ["TaskCreated", "TaskAssigned"]

    page = browser.get(done)
    assert "Mark this task done?" in page.text
    assert "Water the &lt;b&gt;plants&lt;/b&gt;" in page.text
    form = {"version": str(before[-1]["task"]["version"])}
    answers = [browser.post(done, data=form, headers={"Sec-Fetch-Site": "same-origin"}) for _ in range(2)]

    assert [(each.status_code, "This task is done" in each.text) for each in answers] == [(200, True)] * 2
    entry = history(table, workspace_id, task_id)[-1]
    assert (entry["detail_type"], entry["actor"]["name"], entry["actor"]["entry"]) == (
        "TaskStatusChanged",
        "Ana Silva",
        "email",
    )
    assert len(history(table, workspace_id, task_id)) == 3
    [told] = eventually(lambda: workspace.messages(ADA, naming=f"{task_id}:"))
    assert "done" in told["text"]


def test_a_key_that_is_not_the_stacks_opens_nothing(stack: LocalStack, browser: httpx.Client) -> None:
    links = MailLinks("a key of somebody else", stack.url, system_clock)

    answer = browser.get(links.view(person(stack, ANA).person_id, TaskId("T-1")))
    assert (answer.status_code, "This link no longer works" in answer.text) == (410, True)


def test_a_mail_program_stops_mails_of_a_kind_with_one_post_and_the_person_takes_it_back(
    stack: LocalStack, workspace: DemoWorkspace, table: Table, workspace_id: WorkspaceId, browser: httpx.Client
) -> None:
    _, mail = assigned(workspace, stack, BEN, "Read the minutes")
    stop = link(mail, "Stop emails like this")
    kept = DynamoPreferenceRepository(table, workspace_id)
    ben = person(stack, BEN).person_id

    # RFC 8058: no page, no cookie, exactly this body.
    answer = httpx.post(stop, data={"List-Unsubscribe": "One-Click"}, trust_env=False, timeout=30)

    assert (answer.status_code, "These emails are stopped" in answer.text) == (200, True)
    assert kept.get(ben).channels(Kind.ASSIGNED, in_slack=True) == {Channel.SLACK}
    back = browser.post(stop.replace("/unsubscribe/", "/subscribe/"), headers={"Sec-Fetch-Site": "same-origin"})
    assert (back.status_code, "Stop these emails?" in back.text) == (200, True)
    assert kept.get(ben).channels(Kind.ASSIGNED, in_slack=True) == set(Channel)


def test_a_mail_that_comes_back_is_the_last_until_an_admin_lifts_it_and_slack_tells_instead(
    stack: LocalStack, workspace: DemoWorkspace, table: Table, workspace_id: WorkspaceId
) -> None:
    """SES's event is put where the rule on the default bus puts it: nobody but SES may put it onto that bus."""
    address = person(stack, BEN).email
    suppressions = DynamoSuppressionRepository(table, workspace_id)
    sqs = stack.aws.client("sqs")
    for _ in range(2):
        sqs.send_message(QueueUrl=stack.outputs["EmailQueueUrl"], MessageBody=json.dumps(bounce(address)))
    [news] = eventually(lambda: workspace.messages(ADA, naming="no longer gets my emails"))
    assert suppressions.get(address) is not None
    try:
        answer = workspace.command(ADA, f"new Call the printer <@{BEN}|ben>")
        task_id = re.findall(r"T-\d+", str(answer["answer"]))[0]
        eventually(lambda: workspace.messages(BEN, naming=f"{task_id}:"))
        assigned_event = history(table, workspace_id, TaskId(task_id))[-1]["event_id"]
        record_key = Keys(workspace_id).delivery(assigned_event, Channel.EMAIL, person(stack, BEN).person_id)
        record = eventually(lambda: [each for each in [table.get(record_key)] if each and each["state"] != "sending"])
        assert record[0]["state"] == "suppressed"
        assert workspace.emails(address, naming=f"[{task_id}]") == []
        assert len(workspace.messages(BEN, naming=f"{task_id}:")) == 1
        assert len(workspace.messages(ADA, naming="no longer gets my emails")) == 1
    finally:
        pressed = workspace.press(ADA, news, Action.MAIL_LIFT)
    assert (pressed["status"], pressed["failure"]) == (200, None)
    assert suppressions.get(address) is None
    assigned(workspace, stack, BEN, "Call the printer again")


def test_links_of_the_running_system_end_with_their_time(stack: LocalStack, browser: httpx.Client) -> None:
    secrets = stack.aws.client("secretsmanager")
    name = next(each["ARN"] for each in secrets.list_secrets()["SecretList"] if "LinkSecret" in each["Name"])
    key = secrets.get_secret_value(SecretId=name)["SecretString"]
    ana = person(stack, ANA).person_id
    week_ago = MailLinks(key, stack.url, lambda: system_clock() - timedelta(days=7, seconds=1))
    yesterday = MailLinks(key, stack.url, lambda: system_clock() - timedelta(days=1))

    assert browser.get(week_ago.view(ana, TaskId("T-1"))).status_code == 410
    assert browser.get(yesterday.view(ana, TaskId("T-1"))).status_code == 200
