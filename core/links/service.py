"""Linking a Slack user to a team account: a link from Slack, a page, a sign-in, and the proof that both are one person.

Whoever completes the sign-in proves the team account only: the link may have been forwarded. What proves the Slack
side is that both sides have confirmed the same email address; where they have not, an admin is asked.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import NamedTuple

from core.clock import Clock
from core.errors import ConflictError, ForbiddenError, NotFoundError
from core.events import Change, EventType
from core.ids import PersonId, SlackUserId, WorkspaceId
from core.links.changes import linked_person
from core.links.model import (
    GOOD_FOR,
    Identity,
    LinkAttempt,
    LinkFacts,
    LinkRefusedError,
    LinkRequest,
    Refusal,
    SignIn,
    SlackProfile,
)
from core.links.news import LinkNews
from core.links.one_time import fresh_secret, hash_of
from core.links.ports import LinkRepository, ProfileSource, SignInPages
from core.people.model import Actor, Entry, Person
from core.people.service import PeopleService
from core.storage.addresses import ascii_lower


class LinkOffers:
    """The beginning, in Slack: gives out links."""

    def __init__(
        self,
        profiles: ProfileSource,
        links: LinkRepository,
        public_url: str,
        workspace: WorkspaceId,
        clock: Clock,
        *,
        guests: Callable[[], bool] = lambda: False,
    ) -> None:
        self._profiles = profiles
        self._links = links
        self._public_url = public_url
        self._workspace = workspace
        self._clock = clock
        self._guests = guests

    def start(self, slack_user_id: SlackUserId, workspace_name: str, typed: str | None = None) -> str:
        """Give the address at which this Slack user, and nobody else, can link their team account.

        `workspace_name` is what its people call the workspace by, such as `team.slack.com`; `typed` is what they had
        typed after `/task` and get offered once they are linked.

        Raises:
            LinkRefusedError: they are no full member of the workspace.
            DependencyError: Slack does not say who this is, or the attempt cannot be kept.
        """
        profile = self._profiles.profile(slack_user_id)
        if not profile.status_in(self._workspace).may_act(guests=self._guests()):
            raise LinkRefusedError(Refusal.OUTSIDER)
        token = fresh_secret()
        attempt = LinkAttempt(
            profile=profile, workspace_name=workspace_name, typed=typed, expires_at=self._clock() + GOOD_FOR
        )
        self._links.keep(hash_of(token), attempt)
        return f"{self._public_url}/web/link/{token}"


class Departure(NamedTuple):
    """A browser on its way to sign in: where it goes, and the secret by which it is known when it comes back."""

    url: str
    browser_secret: str


class Finished(NamedTuple):
    """The two sides, and whether they are linked now or an admin is asked to."""

    facts: LinkFacts
    is_linked: bool


class LinkService:
    """The rest, in the browser. Every method raises LinkRefusedError, and DependencyError."""

    def __init__(
        self,
        links: LinkRepository,
        people: PeopleService,
        pages: SignInPages,
        news: LinkNews,
        workspace: WorkspaceId,
        clock: Clock,
    ) -> None:
        self._links = links
        self._people = people
        self._pages = pages
        self._workspace = workspace
        self._clock = clock
        self._news = news

    def show(self, token: str) -> LinkAttempt:
        """Tell who would be linked; changes nothing, however often it is asked."""
        attempt = self._valid(hash_of(token))
        if attempt.sign_in is not None:
            raise LinkRefusedError(Refusal.EXPIRED)
        return attempt

    def go_on(self, token: str) -> Departure:
        """Use the link up and send the browser to sign in."""
        attempt = self.show(token)
        state, nonce, verifier, browser_secret = fresh_secret(), fresh_secret(), fresh_secret(), fresh_secret()
        sign_in = SignIn(nonce=nonce, verifier=verifier, browser_hash=hash_of(browser_secret))
        following = attempt.model_copy(update={"sign_in": sign_in, "expires_at": self._clock() + GOOD_FOR})
        try:
            self._links.go_on(hash_of(token), hash_of(state), following)
        except ConflictError as used:
            raise LinkRefusedError(Refusal.USED) from used
        url = self._pages.address(state=state, nonce=nonce, challenge=_challenge(verifier))
        return Departure(url, browser_secret)

    def finish(self, *, state: str, code: str, browser_secret: str | None) -> Finished:
        """Link the Slack user who began to the person who signed in, where both are provably the same, or ask."""
        attempt = self._valid(hash_of(state))
        sign_in = attempt.sign_in
        if sign_in is None:
            raise LinkRefusedError(Refusal.EXPIRED)
        if not hmac.compare_digest(hash_of(browser_secret or ""), sign_in.browser_hash):
            raise LinkRefusedError(Refusal.OTHER_BROWSER)
        try:
            self._links.use(hash_of(state))
        except ConflictError as used:
            raise LinkRefusedError(Refusal.USED) from used
        identity = self._pages.identity(code=code, verifier=sign_in.verifier, nonce=sign_in.nonce)
        person = self._member(identity.person_id)
        if person.slack_user_id is not None or self._people.linked(attempt.profile.slack_user_id) is not None:
            raise LinkRefusedError(Refusal.ALREADY_LINKED)
        facts = _facts(attempt, identity, person)
        if _are_one_person(attempt.profile, identity):
            self._link(person, attempt.profile, facts)
            return Finished(facts, is_linked=True)
        self._ask(person, facts)
        return Finished(facts, is_linked=False)

    def _valid(self, secret_hash: str) -> LinkAttempt:
        attempt = self._links.get(secret_hash)
        if attempt is None or attempt.expires_at <= self._clock():
            raise LinkRefusedError(Refusal.EXPIRED)
        if attempt.is_used:
            raise LinkRefusedError(Refusal.USED)
        if not attempt.profile.status_in(self._workspace).may_act(guests=self._people.guests):
            raise LinkRefusedError(Refusal.OUTSIDER)
        return attempt

    def _member(self, person_id: PersonId) -> Person:
        try:
            return self._people.actor_from_token(person_id).person
        except (NotFoundError, ForbiddenError) as stranger:
            raise LinkRefusedError(Refusal.NOT_IN_TEAM) from stranger

    def _link(self, person: Person, profile: SlackProfile, facts: LinkFacts) -> None:
        linked = person.model_copy(update={"slack_user_id": profile.slack_user_id})
        made = Change(field="slack_user_id", after=profile.slack_user_id)
        event = self._news.event(EventType.LINK_MADE, Actor(person=linked, entry=Entry.SLACK), facts, made)
        try:
            self._links.link(linked_person(person, profile, self._workspace, event.event_id), event)
        except ConflictError as taken:
            raise LinkRefusedError(Refusal.ALREADY_LINKED) from taken

    def _ask(self, person: Person, facts: LinkFacts) -> None:
        facts = facts.model_copy(update={"asked": self._people.settings.link_requests_to})
        event = self._news.event(EventType.LINK_REQUESTED, Actor(person=person, entry=Entry.SLACK), facts)
        request = LinkRequest(
            request_id=event.event_id,
            facts=facts.model_copy(update={"request_id": event.event_id}),
            asked_at=event.occurred_at,
        )
        try:
            self._links.ask(request, event)
        except ConflictError:
            return  # The same two are waiting for an answer already.


def _facts(attempt: LinkAttempt, identity: Identity, person: Person) -> LinkFacts:
    profile = attempt.profile
    return LinkFacts(
        slack_user_id=profile.slack_user_id,
        slack_name=profile.name,
        slack_email=profile.email,
        slack_email_confirmed=profile.confirmed_email is not None,
        person_id=person.person_id,
        account_name=person.name,
        account_email=identity.verified_email or person.email,
        account_email_verified=identity.verified_email is not None,
        typed=attempt.typed,
    )


def _are_one_person(profile: SlackProfile, identity: Identity) -> bool:
    """Compare exactly but for ASCII letter case, so that an address that looks alike does not pass."""
    if not profile.confirmed_email or not identity.verified_email:
        return False
    return ascii_lower(profile.confirmed_email) == ascii_lower(identity.verified_email)


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
