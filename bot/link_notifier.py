"""The Slack way of telling about links: messages in DMs, and one card a request and admin that shows the outcome."""

from collections.abc import Callable, Sequence

from bot.messages.links import build_link_news, build_request
from core.errors import DependencyError
from core.ids import EventId
from core.links.model import LinkFacts, LinkRequest, Posted, RequestState
from core.links.ports import RequestCards
from core.notifications.model import Kind, LinkNotification
from core.people.model import Person
from core.slack import CARD_GONE, Message, SlackApi, after_posting, require_slack_user


class LinkSender:
    def __init__(self, slack: SlackApi, cards: RequestCards, offer_dispute: Callable[[LinkFacts], str]) -> None:
        self._slack = slack
        self._cards = cards
        self._offer_dispute = offer_dispute

    def send(self, news: Sequence[LinkNotification], person: Person) -> None:
        """Post the news; the card of a request is brought up to date instead, once it is decided."""
        [notification] = news
        match notification.kind:
            case Kind.LINK_REQUESTED:
                self._post_card(notification, person)
            case Kind.LINK_DECIDED:
                self._show_outcome(notification, person)
            case kind:
                not_me = self._offer_dispute(notification.link) if notification.can_be_disputed else None
                self._post(notification, person, *build_link_news(kind, notification.link, not_me))

    def arrived(self, news: Sequence[LinkNotification], person: Person) -> frozenset[EventId]:
        """Look for the event in the DM; showing an outcome twice harms nobody."""
        [notification] = news
        if notification.kind is Kind.LINK_DECIDED:
            return frozenset()
        channel = self._slack.open_dm(require_slack_user(notification.slack_user_of(person)))
        found = self._slack.find(channel, [notification.event.event_id])
        request = self._request(notification)
        if found and request is not None and notification.kind is Kind.LINK_REQUESTED:
            posted = Posted(channel=channel, ts=found[notification.event.event_id])
            self._keep_place(notification, person, request, posted)
        return frozenset(found)

    def _post_card(self, notification: LinkNotification, person: Person) -> None:
        request = self._request(notification)
        if request is None:
            return  # A newer request of the same two has a card of its own.
        place = self._post(notification, person, *build_request(request))
        with after_posting():
            self._keep_place(notification, person, request, place)

    def _keep_place(self, notification: LinkNotification, person: Person, posted: LinkRequest, place: Posted) -> None:
        """Remember the card, and look again: whoever decided meanwhile did not know of it."""
        self._cards.remember_place(posted, person.person_id, place)
        newest = self._request(notification)
        if newest is not None and newest.state is not RequestState.PENDING:
            self._slack.update(place.channel, place.ts, *build_request(newest))

    def _show_outcome(self, notification: LinkNotification, person: Person) -> None:
        request = self._request(notification)
        place = self._cards.place(request, person.person_id) if request else None
        if request is None or place is None:
            return
        try:
            self._slack.update(place.channel, place.ts, *build_request(request))
        except DependencyError as error:
            if error.reason not in CARD_GONE:
                raise

    def _request(self, notification: LinkNotification) -> LinkRequest | None:
        link = notification.link
        request = self._cards.request(link.slack_user_id, link.person_id)
        return request if request is not None and request.request_id == link.request_id else None

    def _post(
        self, notification: LinkNotification, person: Person, text: str, blocks: list[dict[str, object]]
    ) -> Posted:
        message = Message(text=text, blocks=blocks, event_ids=[notification.event.event_id])
        return self._slack.post(require_slack_user(notification.slack_user_of(person)), message)
