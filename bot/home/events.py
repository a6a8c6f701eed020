"""Publishing App Home: when it is opened, and after what is done in it."""

from typing import Any

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from bot.home.view import (
    HANDED_OUT,
    HOME_PAGE,
    HomeContent,
    build_home,
    build_home_of_somebody_disabled,
    build_home_of_stranger,
)
from core.clock import Clock
from core.errors import ForbiddenError, NotLinkedError
from core.ids import SlackUserId
from core.people.model import Actor
from core.people.service import PeopleService
from core.tasks.model import Task
from core.tasks.queries import Scope, Slice, TaskQuery
from core.tasks.service import TaskService


class Home:
    def __init__(self, tasks: TaskService, people: PeopleService, clock: Clock) -> None:
        self._tasks = tasks
        self._people = people
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
            self.publish(actor, client)

    def handle_linked(self, ack: Ack, context: BoltContext, client: WebClient) -> None:
        """Publish the home of somebody who asks for the way in and has found it already."""
        ack()
        self.publish(context["actor"], client)

    def handle_page(self, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Show another page of one's own tasks."""
        self.publish(context["actor"], client, at=body["actions"][0]["value"])
        ack()

    def publish(
        self, actor: Actor, client: WebClient, *, just_saved: Task | None = None, at: str | None = None
    ) -> None:
        """Publish a person's home, with the task just saved laid over what the indexes may still lag."""
        me = actor.person_id
        mine, created = TaskQuery(Scope.OWNER, me), TaskQuery(Scope.CREATOR, me, except_owner=me)
        content = HomeContent(
            self._list(mine, HOME_PAGE, just_saved, at),
            self._list(created, HANDED_OUT, just_saved),
            self._people.starting_with("") if actor.person.is_admin else (),
        )
        view = build_home(content, actor.person, self._clock())
        client.views_publish(user_id=actor.person.slack_user_id or "", view=view)

    def _list(self, query: TaskQuery, limit: int, just_saved: Task | None, at: str | None = None) -> Slice[Task]:
        found = self._tasks.list(query, limit=limit, at=at)
        if just_saved is None:
            return found
        tasks = [task for task in found.items if task.task_id != just_saved.task_id]
        if query.matches(just_saved):
            tasks.append(just_saved)
            tasks.sort(key=lambda task: (task.deadline is None, task.deadline or task.created_at, task.task_id))
        return found.of(tasks[:limit])
