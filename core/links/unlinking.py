"""Taking a link away: the person themselves, an admin, or whoever removes the person."""

from core.errors import ConflictError
from core.events import Change, EventActor, EventType
from core.links.model import LinkFacts
from core.links.news import LinkNews
from core.links.ports import LinkRepository
from core.people.model import Person


class Unlinking:
    def __init__(self, links: LinkRepository, news: LinkNews) -> None:
        self._links = links
        self._news = news

    def unlink(self, person: Person, by: EventActor) -> None:
        """Take away the link that the person has; one that is gone already stays gone."""
        slack_user_id = person.slack_user_id
        if slack_user_id is None:
            return
        gone = Change(field="slack_user_id", before=slack_user_id)
        event = self._news.event(EventType.LINK_REMOVED, by, LinkFacts.of(person, slack_user_id), gone)
        try:
            self._links.unlink(person, event)
        except ConflictError:
            return
