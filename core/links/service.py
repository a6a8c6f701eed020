"""Linking a Slack user to a team account: a link from Slack, a page, a sign-in, and the proof that both are one person.

Whoever completes the sign-in proves the team account only: the link may have been forwarded. What proves the Slack
side is that both sides have confirmed the same email address.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from core.clock import Clock, EventIds
from core.errors import ConflictError, ForbiddenError, NotFoundError
from core.events import Change, Event, EventActor, EventType
from core.ids import PersonId, SlackUserId, WorkspaceId
from core.links.model import GOOD_FOR, Identity, LinkAttempt, LinkRefusedError, Refusal, SignIn, SlackProfile
from core.links.ports import LinkRepository, ProfileSource, SignInPages
from core.people.model import Actor, Entry, Person
from core.people.service import PeopleService
from core.storage.addresses import ascii_lower


class LinkOffers:
    """The beginning, in Slack: gives out links."""

    def __init__(self, profiles: ProfileSource, links: LinkRepository, public_url: str, clock: Clock) -> None:
        self._profiles = profiles
        self._links = links
        self._public_url = public_url
        self._clock = clock

    def start(self, slack_user_id: SlackUserId, workspace_name: str) -> str:
        """Give the address at which this Slack user, and nobody else, can link their team account.

        `workspace_name` is what its people call the workspace by, such as `team.slack.com`.

        Raises:
            DependencyError: Slack does not say who this is, or the attempt cannot be kept.
        """
        token = _secret()
        attempt = LinkAttempt(
            profile=self._profiles.profile(slack_user_id),
            workspace_name=workspace_name,
            expires_at=self._clock() + GOOD_FOR,
        )
        self._links.keep(_hash(token), attempt)
        return f"{self._public_url}/web/link/{token}"


@dataclass(frozen=True, slots=True)
class Departure:
    """A browser on its way to sign in: where it goes, and the secret by which it is known when it comes back."""

    url: str
    browser_secret: str


@dataclass(frozen=True, slots=True)
class Linked:
    profile: SlackProfile
    person: Person


class LinkService:
    """The rest, in the browser. Every method raises LinkRefusedError, and DependencyError."""

    def __init__(
        self,
        links: LinkRepository,
        people: PeopleService,
        pages: SignInPages,
        workspace: WorkspaceId,
        clock: Clock,
        event_ids: EventIds,
    ) -> None:
        self._links = links
        self._people = people
        self._pages = pages
        self._workspace = workspace
        self._clock = clock
        self._event_ids = event_ids

    def show(self, token: str) -> LinkAttempt:
        """Tell who would be linked; changes nothing, however often it is asked."""
        attempt = self._valid(_hash(token))
        if attempt.sign_in is not None:
            raise LinkRefusedError(Refusal.EXPIRED)
        return attempt

    def go_on(self, token: str) -> Departure:
        """Use the link up and send the browser to sign in."""
        attempt = self.show(token)
        state, nonce, verifier, browser_secret = _secret(), _secret(), _secret(), _secret()
        sign_in = SignIn(nonce=nonce, verifier=verifier, browser_hash=_hash(browser_secret))
        following = attempt.model_copy(update={"sign_in": sign_in, "expires_at": self._clock() + GOOD_FOR})
        try:
            self._links.go_on(_hash(token), _hash(state), following)
        except ConflictError as used:
            raise LinkRefusedError(Refusal.USED) from used
        url = self._pages.address(state=state, nonce=nonce, challenge=_challenge(verifier))
        return Departure(url, browser_secret)

    def finish(self, *, state: str, code: str, browser_secret: str | None) -> Linked:
        """Link the Slack user who began to the person who signed in, where both are provably the same."""
        attempt = self._valid(_hash(state))
        sign_in = attempt.sign_in
        if sign_in is None:
            raise LinkRefusedError(Refusal.EXPIRED)
        if not hmac.compare_digest(_hash(browser_secret or ""), sign_in.browser_hash):
            raise LinkRefusedError(Refusal.OTHER_BROWSER)
        try:
            self._links.use(_hash(state))
        except ConflictError as used:
            raise LinkRefusedError(Refusal.USED) from used
        identity = self._pages.identity(code=code, verifier=sign_in.verifier, nonce=sign_in.nonce)
        person = self._member(identity.person_id)
        _require_one_person(attempt.profile, identity)
        return Linked(attempt.profile, self._link(person, attempt.profile))

    def _valid(self, secret_hash: str) -> LinkAttempt:
        attempt = self._links.get(secret_hash)
        if attempt is None or attempt.expires_at <= self._clock():
            raise LinkRefusedError(Refusal.EXPIRED)
        if attempt.is_used:
            raise LinkRefusedError(Refusal.USED)
        if not attempt.profile.is_full_member_of(self._workspace):
            raise LinkRefusedError(Refusal.OUTSIDER)
        return attempt

    def _member(self, person_id: PersonId) -> Person:
        try:
            return self._people.actor_from_token(person_id).person
        except (NotFoundError, ForbiddenError) as stranger:
            raise LinkRefusedError(Refusal.NOT_IN_TEAM) from stranger

    def _link(self, person: Person, profile: SlackProfile) -> Person:
        linked = person.model_copy(update={"slack_user_id": profile.slack_user_id, "time_zone": profile.time_zone})
        now = self._clock()
        event = Event(
            detail_type=EventType.LINK_MADE,
            event_id=self._event_ids(now),
            occurred_at=now,
            workspace=self._workspace,
            actor=EventActor.of(Actor(person=linked, entry=Entry.SLACK)),
            changes=(Change(field="slack_user_id", after=profile.slack_user_id),),
        )
        try:
            self._links.link(linked, event)
        except ConflictError as taken:
            raise LinkRefusedError(Refusal.ALREADY_LINKED) from taken
        return linked


def _require_one_person(profile: SlackProfile, identity: Identity) -> None:
    """Compare exactly but for ASCII letter case, so that an address that looks alike does not pass."""
    if not profile.confirmed_email:
        raise LinkRefusedError(Refusal.SLACK_EMAIL_UNCONFIRMED)
    if not identity.verified_email:
        raise LinkRefusedError(Refusal.ACCOUNT_EMAIL_UNVERIFIED)
    if ascii_lower(profile.confirmed_email) != ascii_lower(identity.verified_email):
        raise LinkRefusedError(Refusal.EMAILS_DIFFER)


def _secret() -> str:
    # Also of a form that PKCE allows: 43 characters of its alphabet.
    # https://www.rfc-editor.org/rfc/rfc7636#section-4.1
    return secrets.token_urlsafe(32)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
