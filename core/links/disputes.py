""" "This was not me": the way for an account's owner to undo a link, or a request for one, that somebody else made.

Its address stands in the messages about the link. Whoever has it can do nothing but take away that very link.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from core.clock import Clock
from core.errors import ConflictError, NotFoundError
from core.events import Change, EventType
from core.links.model import Dispute, LinkFacts, RequestState
from core.links.news import LinkNews
from core.links.one_time import fresh_secret, hash_of
from core.links.ports import DisputeRepository, LinkRepository
from core.people.model import Actor, Entry, Person
from core.people.ports import PersonRepository

GOOD_FOR: Final = timedelta(days=7)


class DisputeOffers:
    """The beginning, where messages are written: gives out addresses."""

    def __init__(self, disputes: DisputeRepository, public_url: str, clock: Clock) -> None:
        self._disputes = disputes
        self._public_url = public_url
        self._clock = clock

    def offer(self, facts: LinkFacts) -> str:
        """Give the address at which the owner of this link or request can say that it was not them."""
        secret = fresh_secret()
        self._disputes.keep_dispute(hash_of(secret), Dispute(facts=facts, expires_at=self._clock() + GOOD_FOR))
        return f"{self._public_url}/web/not-me/{secret}"


@dataclass(frozen=True, slots=True)
class DisputedLink:
    """What can be taken away; `is_there` tells whether it still is there to be taken."""

    facts: LinkFacts
    is_there: bool


class DisputeService:
    """The rest, in the browser. Every method raises NotFoundError where the address is wrong or too old."""

    def __init__(
        self,
        disputes: DisputeRepository,
        links: LinkRepository,
        people: PersonRepository,
        news: LinkNews,
        clock: Clock,
    ) -> None:
        self._disputes = disputes
        self._links = links
        self._people = people
        self._news = news
        self._clock = clock

    def show(self, secret: str) -> DisputedLink:
        """Tell what it is about; changes nothing, however often it is asked."""
        facts = self._facts(secret)
        person = self._people.get(facts.person_id)
        return DisputedLink(facts, self._has_link(person, facts) or self._has_request(facts))

    def confirm(self, secret: str) -> LinkFacts:
        """Take the link or the request away and tell the admins; where it is gone already, nothing happens."""
        facts = self._facts(secret)
        person = self._people.get(facts.person_id)
        try:
            if self._has_link(person, facts):
                self._unlink(person, facts)
            elif self._has_request(facts):
                self._withdraw(person, facts)
        except ConflictError:
            return facts  # Somebody was faster.
        return facts

    def _facts(self, secret: str) -> LinkFacts:
        dispute = self._disputes.dispute(hash_of(secret))
        if dispute is None or dispute.expires_at <= self._clock():
            raise NotFoundError("dispute", "")
        return dispute.facts

    def _has_link(self, person: Person, facts: LinkFacts) -> bool:
        """Whether they have this link, or one that this request has led to."""
        if person.slack_user_id != facts.slack_user_id:
            return False
        if facts.link_id is not None:
            return facts.link_id == person.link_id
        return self._request_is(RequestState.APPROVED, facts)

    def _has_request(self, facts: LinkFacts) -> bool:
        return self._request_is(RequestState.PENDING, facts)

    def _request_is(self, state: RequestState, facts: LinkFacts) -> bool:
        request = self._links.request(facts.slack_user_id, facts.person_id)
        return request is not None and (request.request_id, request.state) == (facts.request_id, state)

    def _unlink(self, person: Person, facts: LinkFacts) -> None:
        gone = Change(field="slack_user_id", before=facts.slack_user_id)
        disputed = facts.model_copy(update={"is_disputed": True, "typed": None})
        event = self._news.event(EventType.LINK_REMOVED, Actor(person=person, entry=Entry.EMAIL), disputed, gone)
        self._links.unlink(person, event)

    def _withdraw(self, person: Person, facts: LinkFacts) -> None:
        request = self._links.request(facts.slack_user_id, facts.person_id)
        if request is None:
            return
        disputed = facts.model_copy(update={"is_disputed": True, "decided_by": person.name, "typed": None})
        event = self._news.event(EventType.LINK_DENIED, Actor(person=person, entry=Entry.EMAIL), disputed)
        ended = request.model_copy(update={"state": RequestState.WITHDRAWN, "decided_by": person.name})
        self._links.decide(ended, event)
