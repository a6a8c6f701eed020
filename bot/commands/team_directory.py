"""`/team`: the directory, its search, filters and pages, and everybody's tasks. Reads, for everybody in the team."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, Final

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from bot.commands.team import Typed
from bot.commands.team_grammar import ShowDirectory
from bot.commands.tokens import Email, Someone
from bot.errors import sentence_for
from bot.messages.tasks import LIST_PAGE
from bot.messages.text import escape
from bot.modals.directory import DIRECTORY_PAGE, Place, build_directory, build_said, place_of, read_place, read_search
from bot.modals.fields import View
from bot.modals.member import build_member_tasks
from bot.replies import show
from core.clock import Clock
from core.errors import TaskBotError
from core.ids import PersonId, SlackUserId
from core.people.directory import Directory
from core.people.model import Actor, Person
from core.people.service import PeopleService
from core.tasks.queries import Scope, TaskQuery
from core.tasks.service import TaskService

LOOKING: Final = "Looking…"
_FAILED: Final = "That did not work. What I have to say of it stands where you typed or pressed."


class TeamDirectory:
    def __init__(self, directory: Directory, people: PeopleService, tasks: TaskService, clock: Clock) -> None:
        self._directory = directory
        self._people = people
        self._tasks = tasks
        self._clock = clock

    def answer(self, command: ShowDirectory, typed: Typed) -> None:
        """Open the directory; it is filled in afterwards, because Slack's `trigger_id` is good for three seconds."""
        open_slowly(typed, lambda: self._found(command, typed.actor.person))

    def handle_open(self, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Open it for whoever pressed its button in App Home."""
        self.answer(ShowDirectory(), Typed(context["actor"], ack, body, context, client))

    def handle_search(self, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Look for what was typed, among those who were chosen."""
        self._show(read_search(body["view"]), ack, body, context, client)

    def on_search(self, ack: Ack, view: View, context: BoltContext) -> None:
        """Do the same for whoever presses the modal's own button."""
        actor: Actor = context["actor"]
        ack(response_action="update", view=self.view(read_search(view), actor.person))

    def handle_page(self, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Show another page."""
        place = read_place(body["view"])._replace(at=body["actions"][0]["value"])
        self._show(place, ack, body, context, client)

    def handle_back(self, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Go back to the page that somebody was on, as it is now."""
        self._show(read_place(body["view"])._replace(person=None), ack, body, context, client)

    def handle_tasks(self, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Show somebody's open tasks."""
        place = read_place(body["view"])._replace(person=PersonId(body["actions"][0]["value"]))
        self._show_tasks(place, None, ack, body, context, client)

    def handle_tasks_page(self, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Show another page of them."""
        at = body["actions"][0]["value"]
        self._show_tasks(read_place(body["view"]), at, ack, body, context, client)

    def view(self, place: Place, viewer: Person, *, said: str = "") -> View:
        """Read a page of the directory and build it."""
        found = self._directory.page(place.text, only=place.only, limit=DIRECTORY_PAGE, at=place.at)
        return build_directory(place, found, self._directory.overdue(found.items), viewer, said=said)

    def _show(self, place: Place, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        actor: Actor = context["actor"]
        show(client, body["view"]["id"], self.view(place, actor.person))
        ack()

    def _show_tasks(
        self, place: Place, at: str | None, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient
    ) -> None:
        actor: Actor = context["actor"]
        person = self._people.lookup(place.chosen)
        found = self._tasks.list(TaskQuery(Scope.OWNER, person.person_id), limit=LIST_PAGE, at=at)
        view = build_member_tasks(person, found, actor.person, self._clock(), place)
        show(client, body["view"]["id"], view)
        ack()

    def _found(self, command: ShowDirectory, viewer: Person) -> View:
        match command.who:
            case None | Someone():
                return self.view(place_of(command.text.removeprefix("@")), viewer)
            case Email(address):
                return self.view(place_of(address), viewer)
            case str() as slack_user_id:
                person = self._people.linked(SlackUserId(slack_user_id))
                if person is not None:
                    return self.view(place_of(person.email), viewer)
                said = f"<@{escape(slack_user_id)}> is not linked to anybody in the team."
                return self.view(Place(), viewer, said=said)
        return self.view(place_of(command.who.name), viewer)


def open_slowly(typed: Typed, build: Callable[[], View]) -> None:
    """Open a modal at once, and then show in it what takes longer, or what stood in the way."""
    trigger_id = typed.body["trigger_id"]
    opened = typed.client.views_open(trigger_id=trigger_id, view=build_said(LOOKING))
    with ExitStack() as unless_shown:
        unless_shown.callback(show, typed.client, opened["view"]["id"], build_said(_FAILED))
        show(typed.client, opened["view"]["id"], _built(build))
        unless_shown.pop_all()
    typed.ack()


def _built(build: Callable[[], View]) -> View:
    try:
        return build()
    except TaskBotError as refused:
        sentence = sentence_for(refused)
        if sentence is None:
            raise
        return build_said(sentence)
