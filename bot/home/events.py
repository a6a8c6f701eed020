"""Publishing App Home: when it is opened, and after what is done in it."""

from typing import Any

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from bot.home.view import build_home, build_home_of_somebody_disabled, build_home_of_stranger
from bot.messages.tasks import LIST_PAGE
from core.clock import Clock
from core.errors import ForbiddenError, NotLinkedError
from core.ids import SlackUserId
from core.people.model import Actor
from core.people.service import PeopleService
from core.tasks.model import Task
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

    def publish(self, actor: Actor, client: WebClient, just_saved: Task | None = None) -> None:
        """Publish a person's home, with the task just saved laid over what the indexes may still lag."""
        page = self._tasks.open_of(actor.person_id, limit=LIST_PAGE)
        tasks = [task for task in page.items if just_saved is None or task.task_id != just_saved.task_id]
        if just_saved is not None and just_saved.is_open and just_saved.owner_id == actor.person_id:
            tasks.append(just_saved)
            tasks.sort(key=lambda task: (task.deadline is None, task.deadline or task.created_at, task.task_id))
        view = build_home(tasks, actor.person, self._clock(), more=page.cursor is not None)
        client.views_publish(user_id=actor.person.slack_user_id or "", view=view)
