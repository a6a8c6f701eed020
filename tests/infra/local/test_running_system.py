"""The running system as a whole: where it listens, who is in it, what tools are told."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote

import httpx
import psutil
import pytest

from core.settings import Door
from infra.local.demo import TASKS, Demo
from infra.local.local_stack import LocalStack

pytestmark = pytest.mark.stack


def ask(stack: LocalStack, method: str, path: str, **arguments: Any) -> httpx.Response:
    return httpx.request(method, stack.url + path, trust_env=False, timeout=30, **arguments)


def sign_in(stack: LocalStack, person: dict[str, Any]) -> httpx.Response:
    door = "admin" if "Admins" in person["groups"] else "user"
    login = {"email": person["email"], "password": person["password"]}
    return ask(stack, "POST", f"/api/v1/{door}/auth/login", json=login)


def test_every_listening_socket_is_on_loopback(stack: LocalStack) -> None:
    for path in ("/healthz", "/web/link"):
        ask(stack, "GET", path)  # so that functions are running too
    ours = psutil.Process()
    processes = [ours, *ours.children(recursive=True)]
    assert any("_worker.py" in " ".join(each.cmdline()) for each in processes)
    open_sockets = [each for process in processes for each in process.net_connections("inet")]
    listening = [each.laddr for each in open_sockets if each.status == psutil.CONN_LISTEN or not each.raddr]
    assert {str(address.port) for address in listening} >= {stack.url.split(":")[-1], stack.aws.endpoint.split(":")[-1]}
    assert [address for address in listening if not ip_address(address.ip).is_loopback] == []


def test_tools_are_told_everything_they_need(stack: LocalStack) -> None:
    info = ask(stack, "GET", "/_local/info").json()
    assert info == stack.info
    assert set(info) >= {"aws_endpoint", "region", "table", "bus", "queues", "user_pool_id", "clients", "functions"}
    assert set(info["queues"]) == {"slack", "slack_dlq", "email", "email_dlq"}
    assert set(info["clients"]) == {"admin", "user", "link"}
    assert set(info["functions"]) == set(Door)
    assert set(info["slack"]) == {"api_url", "signing_secret", "bot_token", "team_id"}
    assert stack.aws.client("dynamodb").describe_table(TableName=info["table"])["Table"]["TableStatus"] == "ACTIVE"


def test_there_are_two_admins_and_three_members_of_whom_one_is_not_linked(stack: LocalStack) -> None:
    groups = [person["groups"] for person in stack.info["people"]]
    assert groups == [["Admins"]] * 2 + [["TeamMembers"]] * 3
    assert [person["linked"] for person in stack.info["people"]] == [True, True, True, True, False]


def test_what_functions_log_stands_in_the_file_that_is_named_once(stack: LocalStack) -> None:
    ask(stack, "POST", "/_local/slack/command", json={"user": "U0ADA", "text": "help"})
    function = stack.info["functions"][Door.SLACK]
    lines = stack.emulator_log.read_text().splitlines()
    logged = [line.removeprefix(f"{function}: ") for line in lines if line.startswith(f"{function}: ")]
    assert json.loads(logged[-1])["logger"] == "handlers.slack"
    assert len(logged) == len(set(logged))
    notified = stack.info["functions"][Door.NOTIFY_SLACK]
    told = [line for line in lines if "delivery sent" in line]
    assert told
    assert all(line.startswith((f"{notified}: ", stack.info["functions"][Door.NOTIFY_EMAIL])) for line in told)


def test_everyone_can_sign_in_with_the_password_that_is_shown(stack: LocalStack) -> None:
    answers = [sign_in(stack, person) for person in stack.info["people"]]
    assert [answer.status_code for answer in answers] == [200] * 5, [answer.text for answer in answers]


def test_the_one_who_is_not_linked_is_asked_to_link(stack: LocalStack) -> None:
    shown = {}
    for person in stack.info["people"]:
        command = {"user": person["slack_user_id"], "text": "help"}
        shown[person["name"]] = ask(stack, "POST", "/_local/slack/command", json=command).json()["answer"]["text"]
    assert "link" in shown.pop("Chi Nguyen").lower()
    assert len(set(shown.values())) == 1


def test_the_demo_tasks_are_there_and_some_are_overdue(stack: LocalStack) -> None:
    admin = sign_in(stack, stack.info["people"][0]).json()
    token = {"Authorization": f"Bearer {admin['access_token']}"}
    listed = ask(stack, "GET", "/api/v1/admin/task-mgmt/tasks", headers=token).json()
    tasks = {each["title"]: each for each in listed}
    assert len(TASKS) == 12
    assert {task.title for task in TASKS} <= set(tasks)
    now = datetime.now(UTC)
    late = [each for each in tasks.values() if each["deadline"] and datetime.fromisoformat(each["deadline"]) < now]
    assert len(late) >= 3


def test_filling_the_demo_again_doubles_nothing(stack: LocalStack) -> None:
    demo = Demo(stack.aws, stack.outputs)
    assert demo.is_there()

    demo.fill(datetime.now(UTC))

    wanted = sorted(task.title for task in TASKS)
    assert sorted(title for title in titles(stack) if title in wanted) == wanted


def titles(stack: LocalStack) -> Iterator[str]:
    token = sign_in(stack, stack.info["people"][0]).json()["access_token"]
    cursor: str | None = ""
    while cursor is not None:
        query = f"?cursor={quote(cursor)}" if cursor else ""
        answer = ask(
            stack, "GET", f"/api/v1/admin/task-mgmt/tasks{query}", headers={"Authorization": f"Bearer {token}"}
        )
        yield from (each["title"] for each in answer.json())
        cursor = answer.headers.get("x-next-cursor")


def test_demo_members_were_told_of_their_tasks(stack: LocalStack) -> None:
    messages = ask(stack, "GET", "/_local/slack/messages?user=U0ANA").text
    mails = ask(stack, "GET", "/_local/emails").text
    title = "Renew the certificate of the booking page"
    assert title in messages
    assert title in mails


def test_expiry_is_switched_on(stack: LocalStack) -> None:
    described = stack.aws.client("dynamodb").describe_time_to_live(TableName=stack.info["table"])
    assert described["TimeToLiveDescription"] == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}
