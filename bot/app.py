"""The Slack app: one list of what it listens to, and nothing done at import."""

from collections.abc import Callable
from dataclasses import dataclass

from slack_bolt import Ack, App, BoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.commands.tasks import TaskCommands
from bot.errors import Funnel
from bot.ids import Action, Command
from bot.middleware import identify, only_workspace
from core.clock import Clock
from core.ids import WorkspaceId
from core.people.service import PeopleService
from core.tasks.service import TaskService


@dataclass(frozen=True, slots=True)
class BotServices:
    """What the bot calls; `start_link` gives the address at which a Slack user links their account."""

    workspace: WorkspaceId
    tasks: TaskService
    people: PeopleService
    start_link: Callable[[BoltContext], str]
    clock: Clock


def create_app(services: BotServices, slack: WebClient) -> App:
    """Wire the listeners to the services. Requests must have been verified: Bolt is not asked to."""
    app = App(
        name="task-bot",
        client=slack,
        process_before_response=True,
        request_verification_enabled=False,
        raise_error_for_unhandled_request=True,
        authorize=_same_for_all(slack, services.workspace),
    )
    app.middleware(only_workspace(services.workspace))
    app.error(Funnel(services.start_link).handle)
    known = [identify(services.people)]
    tasks = TaskCommands(services.tasks, services.people, services.clock)

    app.command(Command.TASK, middleware=known)(tasks.handle_task)
    app.action(Action.TASK_START, middleware=known)(tasks.handle_start)
    app.action(Action.TASK_DONE, middleware=known)(tasks.handle_done)
    app.action(Action.LINK)(_acknowledge)
    return app


def _same_for_all(slack: WebClient, workspace: WorkspaceId) -> Callable[..., AuthorizeResult]:
    # One workspace, one token: Bolt need not ask Slack who it is (auth.test) on every cold start.
    result = AuthorizeResult(enterprise_id=None, team_id=workspace, bot_token=slack.token)

    def authorize() -> AuthorizeResult:
        return result

    return authorize


def _acknowledge(ack: Ack) -> None:
    """Slack reports presses of link buttons too and wants an answer."""
    ack()
