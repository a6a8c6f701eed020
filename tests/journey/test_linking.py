"""Linking on the running system, from `/task link` to the message about it, and what must never be written down."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from bot.ids import Action
from core.errors import NotLinkedError
from core.ids import SlackUserId
from infra.local.local_stack import LocalStack
from tests.support.bus import BusListener
from tests.support.linking import PASSWORD, Browser, Linking, link_in
from tests.support.patience import eventually
from tests.support.workspace import DemoWorkspace

pytestmark = pytest.mark.stack

ADA, OMAR, CHI = "U0ADA", "U0OMAR", SlackUserId("U0CHI")
CHIS_ADDRESS = "chi.nguyen@example.com"


@pytest.fixture
def linking(stack: LocalStack) -> Linking:
    return Linking(stack)


@pytest.fixture
def browser() -> Iterator[Browser]:
    with httpx.Client(follow_redirects=True, trust_env=False, timeout=60) as http:
        yield Browser(http)


@pytest.fixture
def chi_unlinked(workspace: DemoWorkspace, linking: Linking) -> Iterator[None]:
    """Chi is found unlinked, and left so."""
    yield
    try:
        linking.people.linked_to(CHI)
    except NotLinkedError:
        return
    workspace.command(CHI, "unlink")


def password_of(stack: LocalStack, address: str) -> str:
    return next(str(each["password"]) for each in stack.info["people"] if each["email"] == address)


def buttons(message: dict[str, Any]) -> dict[str, str]:
    return {
        each["action_id"]: each.get("url", "")
        for block in message["blocks"]
        if block["type"] == "actions"
        for each in block["elements"]
    }


@pytest.mark.usefixtures("chi_unlinked")
def test_chi_links_runs_what_was_typed_and_takes_the_link_back_by_mail(
    stack: LocalStack, workspace: DemoWorkspace, linking: Linking, browser: Browser
) -> None:
    url = link_in(workspace.command(CHI, "new Water the plants of chi"))
    done = linking.follow(browser, url, CHIS_ADDRESS, password_of(stack, CHIS_ADDRESS))

    assert "You are linked" in done.text
    [message] = eventually(lambda: workspace.messages(CHI, naming="You are linked to the team account"))
    [mail] = eventually(lambda: workspace.emails(CHIS_ADDRESS, naming="linked a Slack user"))
    assert set(buttons(message)) == {Action.RUN_TYPED, Action.LINK_DISPUTE}
    workspace.press(CHI, message, Action.RUN_TYPED)
    assert "Water the plants of chi" in str(workspace.command(CHI, "")["answer"])
    assert "Chi Nguyen" in str(workspace.command(CHI, "whoami")["answer"])

    [not_me] = re.findall(r"http\S+/web/not-me/\S+", mail["BodyText"])
    assert "Was this not you?" in browser.http.get(not_me).text
    assert "It is taken back" in browser.http.post(not_me).text

    assert "Link my account" in str(workspace.command(CHI, "whoami")["answer"])
    eventually(lambda: workspace.messages(ADA, naming="This was not me"))
    eventually(lambda: workspace.emails(CHIS_ADDRESS, naming="no longer acts"))
    eventually(lambda: workspace.messages(CHI, naming="You no longer act"))


@pytest.mark.usefixtures("chi_unlinked")
def test_for_another_address_an_admin_decides_and_every_admin_sees_it(
    workspace: DemoWorkspace, linking: Linking, browser: Browser
) -> None:
    account = linking.add("chi.at.home@example.com")
    url = link_in(workspace.command(CHI, "link"))
    page = linking.follow(browser, url, account.email, PASSWORD)

    assert "An admin is asked" in page.text
    [card] = eventually(lambda: workspace.messages(ADA, naming=account.email))
    eventually(lambda: workspace.messages(OMAR, naming=account.email))
    assert set(buttons(card)) == {Action.LINK_APPROVE, Action.LINK_DENY}
    eventually(lambda: workspace.emails(account.email, naming="asked that the Slack user"))

    pressed = workspace.press(ADA, card, Action.LINK_APPROVE)

    assert (pressed["status"], pressed["failure"]) == (200, None)
    for admin in (ADA, OMAR):
        [shown] = eventually(lambda admin=admin: workspace.messages(admin, naming="Approved by Ada Lind"))  # type: ignore[misc]
        assert buttons(shown) == {}
    eventually(lambda: workspace.messages(CHI, naming="Ada Lind linked you"))
    eventually(lambda: workspace.emails(account.email, naming="Ada Lind linked a Slack user"))
    assert linking.people.linked_to(CHI).person_id == account.person_id


@pytest.mark.usefixtures("chi_unlinked")
def test_no_secret_is_in_a_log_an_event_a_queue_or_a_history(
    stack: LocalStack, workspace: DemoWorkspace, linking: Linking, browser: Browser, bus: BusListener
) -> None:
    password = password_of(stack, CHIS_ADDRESS)
    url = link_in(workspace.command(CHI, "new Plant a tree"))
    linking.follow(browser, url, CHIS_ADDRESS, password)
    browser.http.get(url)  # a used link is refused, which is logged
    browser.http.get(f"{stack.url}/web/link/callback", params={"state": "wrong", "code": "wrong"})
    [message] = eventually(lambda: workspace.messages(CHI, naming="Plant a tree"))
    not_me = buttons(message)[Action.LINK_DISPUTE]
    browser.http.get(not_me)
    browser.http.post(not_me)
    eventually(lambda: [each for each in bus.everything() if each["detail-type"] == "LinkRemoved"])

    slack = stack.info["slack"]
    secrets = browser.secrets | {not_me.rpartition("/")[2], slack["bot_token"], slack["signing_secret"]}
    assert len(secrets) >= 9
    written = "\n".join([*logged(stack), json.dumps(bus.everything()), *histories(linking)])
    assert "LinkMade" in written
    assert '"logger": "handlers.web"' in written
    assert [each for each in secrets if each in written] == []


def logged(stack: LocalStack) -> list[str]:
    """Every line of every function so far."""
    logs = stack.aws.client("logs")
    groups = [each["logGroupName"] for page in logs.get_paginator("describe_log_groups").paginate()
              for each in page["logGroups"]]  # fmt: skip
    return [
        event["message"]
        for group in groups
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group)
        for event in page["events"]
    ]


def histories(linking: Linking) -> list[str]:
    """Every history entry, which no code of ours reads like this."""
    dynamodb = linking.stack.aws.client("dynamodb")
    pages = dynamodb.get_paginator("scan").paginate(TableName=linking.stack.outputs["TableName"])
    return [json.dumps(item) for page in pages for item in page["Items"] if item["type"]["S"] == "ACTIVITY"]
