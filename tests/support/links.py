"""Linking in memory: Slack's profiles and the sign-in pages are played, everything between them is real."""

import base64
import hashlib
import itertools
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from core.clock import fresh_event_id
from core.errors import DependencyError
from core.ids import PersonId, SlackUserId
from core.links.changes import LinkChanges
from core.links.disputes import DisputeOffers, DisputeService
from core.links.model import Identity, LinkRefusedError, LinkRequest, Refusal, SlackProfile
from core.links.news import LinkNews
from core.links.service import Departure, LinkOffers, LinkService
from core.people.model import Person
from core.storage.memory_links import MemoryLinkRepository
from tests.support.world import WORKSPACE, PlayedProfiles, World

PUBLIC_URL = "https://bot.example"
LOGIN_URL = "https://login.example"
WORKSPACE_NAME = "team.slack.com"
CHI = SlackUserId("U0CHI")


def make_profile(slack_user_id: SlackUserId = CHI, **facts: Any) -> SlackProfile:
    """The profile of Chi, who has a team account and is not linked."""
    defaults: dict[str, Any] = {
        "slack_user_id": slack_user_id,
        "team_id": WORKSPACE,
        "name": "Chi Nguyen",
        "email": "chi@example.com",
        "email_confirmed": True,
        "time_zone": "Asia/Ho_Chi_Minh",
    }
    return SlackProfile(**{**defaults, **facts})


class PlayedLogin:
    """The sign-in pages: codes are good once, and only for the sign-in that they were given in."""

    def __init__(self) -> None:
        self.is_down = False
        self._codes: dict[str, tuple[str, str, Identity]] = {}
        self._numbers = itertools.count(1)

    def address(self, *, state: str, nonce: str, challenge: str) -> str:
        return f"{LOGIN_URL}/oauth2/authorize?state={state}&nonce={nonce}&code_challenge={challenge}"

    def sign_in(self, url: str, person_id: PersonId, verified_email: str | None) -> tuple[str, str]:
        """Sign in on the page at `url`; gives the state and the code that the browser is sent back with."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        code = f"code-{next(self._numbers)}"
        identity = Identity(person_id=person_id, verified_email=verified_email)
        self._codes[code] = (query["nonce"], query["code_challenge"], identity)
        return query["state"], code

    def identity(self, *, code: str, verifier: str, nonce: str) -> Identity:
        if self.is_down:
            raise DependencyError("cognito", "down", retryable=True)
        expected_nonce, challenge, identity = self._codes.pop(code, ("", "", None))
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        if identity is None or nonce != expected_nonce or digest != challenge:
            raise LinkRefusedError(Refusal.NOT_SIGNED_IN)
        return identity


@dataclass(slots=True)
class LinkWorld:
    """A team in which Chi has an account and a Slack user that do not know of each other."""

    world: World = field(default_factory=World)
    profiles: PlayedProfiles = field(init=False)
    login: PlayedLogin = field(default_factory=PlayedLogin)
    kept: MemoryLinkRepository = field(init=False)
    offers: LinkOffers = field(init=False)
    changes: LinkChanges = field(init=False)
    dispute_offers: DisputeOffers = field(init=False)
    disputes: DisputeService = field(init=False)
    service: LinkService = field(init=False)

    def __post_init__(self) -> None:
        clock = self.world.clock
        self.profiles = self.world.profiles
        self.profiles.known[CHI] = make_profile()
        self.kept = self.world.links_kept
        people, news = self.world.people, LinkNews(WORKSPACE, clock, fresh_event_id)
        self.offers = LinkOffers(self.profiles, self.kept, PUBLIC_URL, WORKSPACE, clock, guests=lambda: people.guests)
        self.service = LinkService(self.kept, people, self.login, news, WORKSPACE, clock)
        self.changes = LinkChanges(self.kept, people, self.profiles, news, WORKSPACE)
        self.dispute_offers = DisputeOffers(self.kept, PUBLIC_URL, clock)
        self.disputes = DisputeService(self.kept, self.kept, self.world.people_kept, news, clock)

    def token(self, slack_user_id: SlackUserId = CHI, typed: str | None = None) -> str:
        """Ask for a link in Slack; gives the secret part of its address."""
        return self.offers.start(slack_user_id, WORKSPACE_NAME, typed).rpartition("/")[2]

    def sign_in(self, departure: Departure, person: Person, *, verified: bool = True) -> tuple[str, str]:
        return self.login.sign_in(departure.url, person.person_id, person.email if verified else None)

    def ask(self, person: Person, slack_user_id: SlackUserId = CHI, typed: str | None = None) -> LinkRequest:
        """Sign in to an account whose address is not the one in Slack."""
        departure = self.service.go_on(self.token(slack_user_id, typed))
        state, code = self.sign_in(departure, person)
        self.service.finish(state=state, code=code, browser_secret=departure.browser_secret)
        request = self.kept.request(slack_user_id, person.person_id)
        assert request is not None
        return request

    def slack_user_of(self, person: Person) -> SlackUserId | None:
        return self.world.people_kept.get(person.person_id).slack_user_id
