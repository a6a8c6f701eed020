"""Linking as it is deployed: the real pages, sign-in, tokens and table, with the rights of the function's own role."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from core.ids import SlackUserId
from infra.local.local_stack import LocalStack
from tests.support.linking import PASSWORD, Browser, Linking
from tests.support.links import make_profile

pytestmark = pytest.mark.stack

DEE = SlackUserId("U0DEE")
AT_ONCE = 4


@pytest.fixture
def linking(stack: LocalStack) -> Linking:
    return Linking(stack)


@pytest.fixture
def browsers() -> Iterator[list[Browser]]:
    clients = [httpx.Client(follow_redirects=True, trust_env=False, timeout=60) for _ in range(AT_ONCE)]
    yield [Browser(client) for client in clients]
    for client in clients:
        client.close()


def test_somebody_with_the_same_address_on_both_sides_is_linked(linking: Linking, browsers: list[Browser]) -> None:
    dee = linking.add("dee@example.com")
    url = linking.start(make_profile(DEE, name="Dee", email="Dee@example.com", team_id=linking.workspace))

    done = linking.follow(browsers[0], url, dee.email, PASSWORD)

    assert (done.status_code, "You are linked" in done.text) == (200, True)
    assert linking.people.linked_to(DEE).person_id == dee.person_id


def test_somebody_elses_sign_in_on_a_forwarded_link_links_nobody(linking: Linking, browsers: list[Browser]) -> None:
    victim = linking.add("vic@example.com")
    mallory = make_profile(SlackUserId("U0MALLORY"), name="Mallory", email="m@example.com", team_id=linking.workspace)

    answer = linking.follow(browsers[0], linking.start(mallory), victim.email, PASSWORD)

    assert (answer.status_code, "An admin is asked" in answer.text) == (200, True)
    assert linking.people.get(victim.person_id).slack_user_id is None
    again = browsers[0].http.get(str(answer.url))
    assert (again.status_code, "This link was used before" in again.text) == (410, True)


def test_of_several_who_link_one_account_at_the_same_moment_one_is_linked(
    linking: Linking, browsers: list[Browser]
) -> None:
    eve = linking.add("eve@example.com")
    slack_users = [SlackUserId(f"U0EVE{number}") for number in range(AT_ONCE)]
    callbacks = []
    for slack_user, browser in zip(slack_users, browsers, strict=True):
        url = linking.start(make_profile(slack_user, name="Eve", email=eve.email, team_id=linking.workspace))
        callbacks.append(browser.sign_in(url, linking.stack.aws.endpoint, eve.email, PASSWORD))

    with ThreadPoolExecutor(AT_ONCE) as threads:
        pages = list(threads.map(lambda browser, url: browser.http.get(url), browsers, callbacks))

    outcomes = sorted("You are linked" in page.text for page in pages)
    assert outcomes == [False] * (AT_ONCE - 1) + [True]
    refused = [page for page in pages if "You are linked" not in page.text]
    assert all(page.status_code in {409, 503} for page in refused)
    linked = linking.people.get(eve.person_id)
    found = [linking.table.get(linking.people._keys.link(each)) for each in slack_users]
    assert [item["person_id"] for item in found if item] == [eve.person_id]
    assert linked.slack_user_id in slack_users
