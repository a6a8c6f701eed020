"""What happens to links in Slack: admins decide on requests, people unlink, Slack says that somebody has changed."""

import logging
from typing import NamedTuple

from core.errors import ConflictError, DependencyError, NotFoundError
from core.events import Change, EventActor, EventType
from core.ids import EventId, PersonId, SlackUserId, WorkspaceId
from core.links.model import LinkRefusedError, LinkRequest, Refusal, RequestState, SlackProfile
from core.links.news import LinkNews
from core.links.ports import LinkRepository, ProfileSource
from core.links.unlinking import Unlinking
from core.people.model import Actor, Person
from core.people.service import MANAGE_PEOPLE, PeopleService
from core.tasks.queries import Slice

_log = logging.getLogger(__name__)


class RequestKey(NamedTuple):
    """Names one request; the two sides alone would name a later one too."""

    slack_user_id: SlackUserId
    person_id: PersonId
    request_id: EventId


class LinkChanges:
    def __init__(
        self,
        links: LinkRepository,
        people: PeopleService,
        profiles: ProfileSource,
        news: LinkNews,
        workspace: WorkspaceId,
    ) -> None:
        self._links = links
        self._people = people
        self._profiles = profiles
        self._news = news
        self._workspace = workspace
        self._unlinking = Unlinking(links, news)

    def unlink(self, actor: Actor) -> None:
        """Take away the actor's own link; one that is gone already stays gone."""
        self._unlinking.unlink(actor.person, EventActor.of(actor))

    def unlink_other(self, actor: Actor, person_id: PersonId) -> None:
        """Take away somebody's link, as an admin.

        Raises:
            ForbiddenError: whoever asks is no admin, now.
            NotFoundError: there is no such person.
        """
        actor = self._people.entitled(actor, _is_admin, MANAGE_PEOPLE)
        self._unlinking.unlink(self._people.lookup(person_id), EventActor.of(actor))

    def pending(self, actor: Actor, *, limit: int, at: str | None = None) -> Slice[LinkRequest]:
        """List the requests that wait for a decision, to an admin; the oldest comes first.

        Raises:
            ForbiddenError: whoever asks is no admin, now.
            InvalidInputError: `at` is no place of this list.
        """
        self._people.entitled(actor, _is_admin, "link.decide")
        return self._links.pending(limit=limit, at=at)

    def decide(self, actor: Actor, key: RequestKey, *, approve: bool) -> LinkRequest:
        """Approve or deny a request, as an admin; gives it as it stands then: the first decision wins.

        Raises:
            ForbiddenError: whoever decides is no admin, now.
            NotFoundError: there is no such request.
            LinkRefusedError: the two cannot be linked any more.
            DependencyError: Cognito, Slack or the store cannot be asked.
        """
        actor = self._people.entitled(actor, _is_admin, "link.decide")
        request = self._request(key)
        if request.state is not RequestState.PENDING:
            return request
        name = actor.person.name
        facts = request.facts.model_copy(update={"decided_by": name})
        state = RequestState.APPROVED if approve else RequestState.DENIED
        ended = request.model_copy(update={"state": state, "decided_by": name})
        try:
            if approve:
                made = Change(field="slack_user_id", after=facts.slack_user_id)
                event = self._news.event(EventType.LINK_MADE, actor, facts, made)
                self._links.decide(ended, event, self._linked(request, event.event_id))
            else:
                self._links.decide(ended, self._news.event(EventType.LINK_DENIED, actor, facts))
        except ConflictError as conflict:
            newest = self._request(key)
            if newest.state is RequestState.PENDING:
                raise LinkRefusedError(Refusal.ALREADY_LINKED) from conflict
            return newest
        return ended

    def slack_user_changed(self, said: SlackProfile) -> None:
        """Keep up what Slack says of a linked user; nothing is kept of the others.

        Events come late, again and in any order, so Slack is asked; where it does not answer, the event is believed.
        """
        person = self._people.linked(said.slack_user_id)
        if person is None:
            return
        try:
            said = self._profiles.profile(said.slack_user_id)
        except DependencyError as silent:
            _log.warning("a changed Slack user is taken as the event has it", exc_info=silent)
        changed = {
            "slack_name": said.name,
            "slack_status": said.status_in(self._workspace),
            "time_zone": said.time_zone,
        }
        if any(getattr(person, name) != value for name, value in changed.items()):
            self._links.remember_slack(person.model_copy(update=changed))

    def _request(self, key: RequestKey) -> LinkRequest:
        request = self._links.request(key.slack_user_id, key.person_id)
        if request is None or request.request_id != key.request_id:
            raise NotFoundError("link request", key.request_id)
        return request

    def _linked(self, request: LinkRequest, link_id: EventId) -> Person:
        """The person as linked, with what Slack says now: days may have passed since somebody asked."""
        profile = self._profiles.profile(request.facts.slack_user_id)
        status = profile.status_in(self._workspace)
        if not status.may_act(guests=self._people.guests):
            raise LinkRefusedError(Refusal.OUTSIDER)
        person = self._people.lookup(request.facts.person_id)
        if not person.is_team_member:
            raise LinkRefusedError(Refusal.NOT_IN_TEAM)
        return linked_person(person, profile, self._workspace, link_id)


def linked_person(person: Person, profile: SlackProfile, workspace: WorkspaceId, link_id: EventId) -> Person:
    """The person with the Slack user's side of the link."""
    return person.model_copy(
        update={
            "slack_user_id": profile.slack_user_id,
            "slack_name": profile.name,
            "slack_status": profile.status_in(workspace),
            "link_id": link_id,
            "time_zone": profile.time_zone,
        }
    )


def _is_admin(person: Person) -> bool:
    return person.is_admin
