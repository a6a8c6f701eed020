"""Linking on the running system: accounts in its pool, links of its Slack users, and a browser that follows them."""

from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httpx

from core.clock import system_clock
from core.ids import PersonId, WorkspaceId
from core.links.model import SlackProfile
from core.links.service import LinkOffers
from core.people.model import Person
from core.storage.dynamodb.links import DynamoLinkRepository
from core.storage.dynamodb.people import DynamoPersonRepository
from core.storage.dynamodb.table import Table
from infra.local.local_stack import LocalStack
from tests.support.world import PlayedProfiles, make_person

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

PASSWORD = "Dee-for-tests-2026!"


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


@dataclass
class Browser:
    """Goes the way of a link, and writes down every secret that it sees on it."""

    http: httpx.Client
    secrets: set[str] = field(default_factory=set)

    def open(self, url: str) -> httpx.Response:
        """Look at the first page, as scanners of links do too."""
        self.secrets.add(url.rpartition("/")[2])
        return self.http.get(url)

    def sign_in(self, url: str, endpoint: str, email: str, password: str) -> str:
        """Go on and sign in; gives the address of the callback, which is not opened yet."""
        form = self.http.post(url)
        fields = Form(form.text).fields | {"username": email, "password": password}
        answer = self.http.post(f"{endpoint}/login", data=fields, follow_redirects=False)
        assert answer.status_code == httpx.codes.FOUND, answer.text
        callback = answer.headers["location"]
        query = {name: values[0] for name, values in parse_qs(urlsplit(callback).query).items()}
        asked = {name: values[0] for name, values in parse_qs(urlsplit(str(form.url)).query).items()}
        self.secrets |= {query["state"], query["code"], asked["nonce"], password, *self.http.cookies.values()}
        return str(callback)


class Linking:
    """The running system, seen by whoever links."""

    def __init__(self, stack: LocalStack) -> None:
        self.stack = stack
        self.workspace = WorkspaceId(stack.info["slack"]["team_id"])
        self.table = Table(stack.aws.client("dynamodb"), stack.outputs["TableName"])
        self.people = DynamoPersonRepository(self.table, self.workspace)
        self.links = DynamoLinkRepository(self.table, self.workspace)

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
        given = email.partition("@")[0].capitalize()
        person = make_person(given, person_id=PersonId(name), email=email, slack_user_id=None, checked_at=checked_at)
        self.people.add(person)
        return person

    def start(self, profile: SlackProfile) -> str:
        """Give a link to a Slack user whom the workspace of the demo need not have."""
        profiles = PlayedProfiles()
        profiles.known[profile.slack_user_id] = profile
        offers = LinkOffers(profiles, self.links, self.stack.url, self.workspace, system_clock)
        return offers.start(profile.slack_user_id, "demo.slack.com")

    def follow(self, browser: Browser, url: str, email: str, password: str) -> httpx.Response:
        """Go from the link to the last page."""
        assert browser.open(url).status_code == httpx.codes.OK
        return browser.http.get(browser.sign_in(url, self.stack.aws.endpoint, email, password))


def link_in(answer: dict[str, Any]) -> str:
    """The address behind the button of the link prompt."""
    [url] = [
        each["url"] for block in answer["answer"]["blocks"] if block["type"] == "actions" for each in block["elements"]
    ]
    return str(url)
