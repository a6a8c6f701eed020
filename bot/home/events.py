"""App Home as its person has it before them: when they open it, turn its pages, or press something in it."""

import http.client
import logging
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.home.content import HomeReader
from bot.home.view import build_home, build_home_of_somebody_disabled, build_home_of_stranger
from core.clock import Clock
from core.errors import DependencyError, ForbiddenError, NotLinkedError
from core.ids import SlackUserId
from core.links.model import LinkRequest
from core.notifications.homes import HomeRepository
from core.people.model import Actor
from core.people.service import PeopleService
from core.tasks.model import Task

_log = logging.getLogger(__name__)


class Home:
    def __init__(self, reader: HomeReader, people: PeopleService, homes: HomeRepository, clock: Clock) -> None:
        self._reader = reader
        self._people = people
        self._homes = homes
        self._clock = clock

    def handle_opened(self, event: dict[str, Any], client: WebClient) -> None:
        """Publish the home of whoever opened it, also of somebody who is not linked yet."""
        if event.get("tab") != "home":
            return
        slack_user_id = SlackUserId(event["user"])
        try:
            actor = self._people.actor_from_slack(slack_user_id)
        except NotLinkedError:
            client.views_publish(user_id=slack_user_id, view=build_home_of_stranger())
        except ForbiddenError:
            client.views_publish(user_id=slack_user_id, view=build_home_of_somebody_disabled())
        else:
            self._publish(actor, client)

    def handle_linked(self, ack: Ack, context: BoltContext, client: WebClient) -> None:
        """Publish the home of somebody who asks for the way in and has found it already."""
        ack()
        self._publish(context["actor"], client)

    def handle_page(self, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Show another page of one's own tasks."""
        self._publish(context["actor"], client, at=body["actions"][0]["value"])
        ack()

    def show_change(self, actor: Actor, task: Task, client: WebClient) -> None:
        """Publish the home in which something was pressed, on the page that was turned to, with what was saved.

        Where that fails, the change is made all the same, and its event brings the home up to date.
        """
        self._publish_after_press(actor, client, changed=task)

    def show_decision(self, actor: Actor, request: LinkRequest, client: WebClient) -> None:
        """Publish the home in which a link request was decided, as `show_change` does, and say what counts."""
        self._publish_after_press(actor, client, decided=request)

    def _publish_after_press(self, actor: Actor, client: WebClient, **changed: Any) -> None:
        try:
            record = self._homes.get(actor.person_id)
            self._publish(actor, client, at=record.place if record else None, **changed)
        except (DependencyError, SlackApiError, OSError, http.client.HTTPException):
            _log.warning("a home was not published after a press in it", exc_info=True)

    def _publish(
        self,
        actor: Actor,
        client: WebClient,
        *,
        changed: Task | None = None,
        decided: LinkRequest | None = None,
        at: str | None = None,
    ) -> None:
        now, person = self._clock(), actor.person
        content = self._reader.read(person, changed=changed, at=at, request=decided)._replace(decided=decided)
        client.views_publish(user_id=person.slack_user_id or "", view=build_home(content, person, now))
        self._homes.shown(person.person_id, now, place=at, task=changed, of_admin=person.is_admin)
