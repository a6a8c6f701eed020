"""Linking as it is deployed: the real pages, sign-in, tokens and table, with the rights of the function's own role."""

from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import httpx
import pytest

from core.clock import system_clock
from core.ids import PersonId, SlackUserId, WorkspaceId
from core.links.model import SlackProfile
from core.links.service import LinkOffers
from core.people.model import Person
from core.storage.dynamodb.links import DynamoLinkRepository
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.table import Table
from infra.local.local_stack import LocalStack
from tests.support.links import make_profile
from tests.support.world import PlayedProfiles, make_person

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

pytestmark = pytest.mark.stack

PASSWORD = "Dee-for-tests-2026!"
DEE = SlackUserId("U0DEE")


class Form(HTMLParser):
    """What a form would send if nobody filled in more."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("name"):
            self.fields[str(given["name"])] = given.get("value") or ""


class Linking:
    """Somebody with an account whom Slack knows too, and their browser."""

    def __init__(self, stack: LocalStack, browser: httpx.Client) -> None:
        self.stack = stack
        self.browser = browser
        self.workspace = WorkspaceId(stack.info["slack"]["team_id"])
        table = Table(stack.aws.client("dynamodb"), stack.outputs["TableName"])
        self.people = DynamoPersonRepository(table, self.workspace)
        self._links = DynamoLinkRepository(table, self.workspace)

    def add(self, email: str) -> Person:
        """Take somebody who is not linked into the pool and the directory."""
        pool = self.stack.outputs["UserPoolId"]
        cognito: CognitoIdentityProviderClient = self.stack.aws.client("cognito-idp")
        facts = {"email": email, "email_verified": "true"}
        created = cognito.admin_create_user(
            UserPoolId=pool,
            Username=email,
            UserAttributes=[{"Name": name, "Value": value} for name, value in facts.items()],
            MessageAction="SUPPRESS",
        )
        name = created["User"]["Username"]
        cognito.admin_set_user_password(UserPoolId=pool, Username=name, Password=PASSWORD, Permanent=True)
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName="TeamMembers")
        # So long ago that Cognito has to be asked again.
        checked_at = system_clock() - timedelta(days=1)
        person = make_person("Dee", person_id=PersonId(name), email=email, slack_user_id=None, checked_at=checked_at)
        self.people.add(person)
        return person

    def sign_in(self, profile: SlackProfile, email: str, password: str) -> httpx.Response:
        """Go from the link in Slack to the last page."""
        profiles = PlayedProfiles()
        profiles.known[profile.slack_user_id] = profile
        offers = LinkOffers(profiles, self._links, self.stack.url, self.workspace, system_clock)
        url = offers.start(profile.slack_user_id, "demo.slack.com")
        page = self.browser.get(url)
        assert profile.name in page.text
        form = self.browser.post(url)
        fields = Form(form.text).fields | {"username": email, "password": password}
        return self.browser.post(f"{self.stack.aws.endpoint}/login", data=fields)


@pytest.fixture
def linking(stack: LocalStack) -> Iterator[Linking]:
    with httpx.Client(follow_redirects=True, trust_env=False, timeout=60) as browser:
        yield Linking(stack, browser)


def test_somebody_with_the_same_address_on_both_sides_is_linked(linking: Linking) -> None:
    dee = linking.add("dee@example.com")
    profile = make_profile(DEE, name="Dee", email="Dee@example.com", team_id=linking.workspace)

    done = linking.sign_in(profile, dee.email, PASSWORD)

    assert (done.status_code, "You are linked" in done.text) == (200, True)
    assert linking.people.linked_to(DEE).person_id == dee.person_id


def test_somebody_elses_sign_in_on_a_forwarded_link_links_nobody(linking: Linking) -> None:
    victim = linking.stack.info["people"][0]
    mallory = SlackUserId("U0MALLORY")
    profile = make_profile(mallory, name="Mallory", email="mallory@example.com", team_id=linking.workspace)

    answer = linking.sign_in(profile, victim["email"], victim["password"])

    assert (answer.status_code, "The two addresses differ" in answer.text) == (403, True)
    assert linking.people.with_email(victim["email"]).slack_user_id == victim["slack_user_id"]
