"""The Slack app: one list of what it listens to, and nothing done at import."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from slack_bolt import Ack, App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.commands.changing import Changing
from bot.commands.link_requests import LinkRequests
from bot.commands.links import LinkCommands, run_typed
from bot.commands.named import Names
from bot.commands.reading import Reading
from bot.commands.reminders import ReminderButtons
from bot.commands.sharing import Sharing
from bot.commands.snoozing import Snoozing
from bot.commands.suppression import handle_lift
from bot.commands.tasks import TaskCommands
from bot.commands.team import TeamCommands, answer_help
from bot.commands.team_audit import TeamAudit
from bot.commands.team_directory import TeamDirectory
from bot.commands.team_grammar import (
    AddMember,
    OpenTeamSettings,
    ShowAudit,
    ShowDirectory,
    ShowRequests,
    ShowTeamStats,
    TeamHelp,
)
from bot.commands.team_members import TeamMembers
from bot.commands.team_stats import TeamStats
from bot.errors import Funnel, StartLink
from bot.home.content import HomeReader, ListRequests
from bot.home.events import Home
from bot.ids import Action, Callback, Command, Shortcut
from bot.middleware import identify, only_workspace
from bot.modals.bulk import BulkModal
from bot.modals.comment import CommentModal
from bot.modals.edit_task import EditTaskModal
from bot.modals.new_task import NewTaskModal
from bot.modals.settings import SettingsModal
from bot.modals.team_settings import TeamSettingsModal
from bot.thread_replies import TaskOfCard, ThreadReplies
from bot.workspace_news import WorkspaceNews
from core.audit.service import AuditService
from core.clock import Clock
from core.ids import SlackUserId, WorkspaceId
from core.links.changes import LinkChanges
from core.links.model import SlackProfile
from core.notifications.homes import HomeRepository
from core.notifications.ports import SlackInstallation
from core.notifications.preferences import PreferenceService
from core.notifications.reminders import ReminderService
from core.once import OnceRepository
from core.people.administration import PeopleAdministration
from core.people.directory import Directory
from core.people.service import PeopleService
from core.people.workload import WorkloadReader, WorkloadService
from core.suppression.service import SuppressionService
from core.tasks.bulk import BulkChanges
from core.tasks.model import TaskStatus
from core.tasks.service import TaskService
from core.workspace.service import SettingsService


@dataclass(frozen=True, slots=True)
class BotServices:
    """What the bot calls."""

    workspace: WorkspaceId
    tasks: TaskService
    people: PeopleService
    start_link: StartLink
    links: LinkChanges
    list_requests: ListRequests
    workload: WorkloadReader
    suppressions: SuppressionService
    installation: SlackInstallation
    task_of_card: TaskOfCard
    homes: HomeRepository
    once: OnceRepository
    preferences: PreferenceService
    reminders: ReminderService
    administration: PeopleAdministration
    directory: Directory
    bulk: BulkChanges
    workspace_settings: SettingsService
    audit: AuditService
    profile: Callable[[SlackUserId], SlackProfile]
    """Asks Slack who somebody is; raises DependencyError."""
    clock: Clock


def create_app(services: BotServices, slack: WebClient) -> App:
    """Wire the listeners to the services. Requests must have been verified: Bolt is not asked to."""
    app = App(
        name="task-bot",
        client=_without_token(slack),
        process_before_response=True,
        request_verification_enabled=False,
        raise_error_for_unhandled_request=True,
        authorize=_same_for_all(slack, services.workspace),
    )
    app.middleware(only_workspace(services.workspace))
    app.error(Funnel(services.start_link).handle)
    known = [identify(services.people)]
    home_reader = HomeReader(services.tasks.list, services.workload.read, services.list_requests)
    home = Home(home_reader, services.people, services.homes, services.clock)
    new_task = NewTaskModal(services.tasks, services.bulk, services.people, services.clock)
    edit_task = EditTaskModal(services.tasks, services.people, services.clock)
    comment = CommentModal(services.tasks)
    settings = SettingsModal(services.preferences)
    names = Names(services.people, services.tasks)
    reading = Reading(services.tasks, services.people, names, services.clock)
    changing = Changing(services.tasks, services.people, names, services.clock)
    bulk = BulkModal(services.bulk, reading)
    reminders = ReminderButtons(changing, services.reminders, services.clock)
    links = LinkCommands(services.links)
    tasks = TaskCommands(reading, changing, names, links, new_task, edit_task, settings, home, services.clock)
    snoozing = Snoozing(services.reminders, tasks, services.clock)
    replies = ThreadReplies(services.tasks, services.people, services.task_of_card)
    sharing = Sharing(reading, services.once)
    workspace = WorkspaceNews(services.links, services.installation)
    directory = TeamDirectory(services.directory, services.people, services.tasks, services.clock)
    members = _members(services, directory)
    requests = LinkRequests(services.links, home)
    stats = TeamStats(WorkloadService(services.workload, services.people))
    audit = TeamAudit(services.audit, services.people, services.clock)
    team_settings = TeamSettingsModal(services.workspace_settings, services.people)
    team = TeamCommands(
        {
            ShowDirectory: directory.answer,
            AddMember: members.answer_add,
            ShowRequests: requests.answer,
            ShowAudit: audit.answer,
            ShowTeamStats: stats.answer,
            OpenTeamSettings: team_settings.answer,
            TeamHelp: answer_help,
        }
    )

    app.command(Command.TASK, middleware=known)(tasks.handle_task)
    app.command(Command.TEAM, middleware=known)(team.handle_team)
    app.global_shortcut(Shortcut.NEW_TASK, middleware=known)(new_task.open)
    app.message_shortcut(Shortcut.CREATE_TASK, middleware=known)(new_task.open_from_message)
    app.action(Action.TASK_NEW, middleware=known)(new_task.open)
    app.action(Action.TASK_START, middleware=known)(tasks.button(TaskStatus.IN_PROGRESS))
    app.action(Action.TASK_DONE, middleware=known)(tasks.button(TaskStatus.DONE))
    app.action(Action.TASK_REOPEN, middleware=known)(tasks.button(TaskStatus.OPEN))
    app.action(Action.TASK_EDIT, middleware=known)(edit_task.handle_button)
    app.action(Action.TASK_COMMENT, middleware=known)(comment.handle_button)
    app.action(Action.TASK_MENU, middleware=known)(tasks.handle_menu)
    app.action(Action.TASK_OPEN, middleware=known)(tasks.handle_open)
    app.action(Action.CARD_MENU, middleware=known)(snoozing.handle_menu)
    app.action(Action.TASK_UNDO, middleware=known)(tasks.handle_undo)
    app.action(Action.SHARE, middleware=known)(sharing.handle_share)
    app.action(Action.LIST_PREVIOUS, middleware=known)(tasks.handle_page)
    app.action(Action.LIST_NEXT, middleware=known)(tasks.handle_page)
    app.action(Action.BULK_SELECT, middleware=known)(bulk.open)
    app.action(Action.BULK_CHOICE, middleware=known)(bulk.handle_choice)
    app.action(Action.BULK_ALL, middleware=known)(bulk.handle_ticks)
    app.action(Action.BULK_NONE, middleware=known)(bulk.handle_ticks)
    app.action(Action.BULK_UNDO, middleware=known)(bulk.handle_undo)
    app.action(Action.HOME_PREVIOUS, middleware=known)(home.handle_page)
    app.action(Action.HOME_NEXT, middleware=known)(home.handle_page)
    app.action(Action.LINK)(_acknowledge)
    app.action(Action.LINK_DISPUTE)(_acknowledge)
    app.action(Action.LINK_START, middleware=known)(home.handle_linked)
    app.action(Action.LINK_APPROVE, middleware=known)(requests.decision(approve=True))
    app.action(Action.LINK_DENY, middleware=known)(requests.decision(approve=False))
    app.action(Action.MAIL_LIFT, middleware=known)(handle_lift(services.suppressions))
    app.action(Action.DUE_DONE, middleware=known)(reminders.handle_done)
    app.action(Action.DUE_SNOOZE, middleware=known)(reminders.handle_snooze)
    app.action(re.compile(f"^{Action.DUE_SNOOZE_UNTIL}:"), middleware=known)(reminders.handle_snooze_until)
    app.action(Action.SETTINGS, middleware=known)(settings.open)
    app.action(Action.SETTINGS_TEST, middleware=known)(settings.handle_test)
    app.action(Action.SETTINGS_RESET, middleware=known)(settings.handle_reset)
    app.action(Action.TEAM_SEARCH, middleware=known)(directory.handle_search)
    app.action(Action.TEAM_ONLY, middleware=known)(directory.handle_search)
    app.action(Action.TEAM_PREVIOUS, middleware=known)(directory.handle_page)
    app.action(Action.TEAM_NEXT, middleware=known)(directory.handle_page)
    app.action(Action.TEAM_BACK, middleware=known)(directory.handle_back)
    app.action(Action.MEMBER, middleware=known)(members.handle_member)
    app.action(Action.MEMBER_TASKS, middleware=known)(directory.handle_tasks)
    app.action(Action.MEMBER_TASKS_PREVIOUS, middleware=known)(directory.handle_tasks_page)
    app.action(Action.MEMBER_TASKS_NEXT, middleware=known)(directory.handle_tasks_page)
    app.action(Action.MEMBER_ADD, middleware=known)(members.handle_add)
    app.action(Action.MEMBER_EDIT, middleware=known)(members.handle_edit)
    app.action(Action.MEMBER_ENABLE, middleware=known)(members.handle_change)
    app.action(Action.MEMBER_DISABLE, middleware=known)(members.handle_change)
    app.action(Action.MEMBER_INVITE, middleware=known)(members.handle_change)
    app.action(Action.MEMBER_RESET, middleware=known)(members.handle_change)
    app.action(Action.MEMBER_UNLINK, middleware=known)(members.handle_unlink)
    app.action(Action.MEMBER_REMOVE, middleware=known)(members.handle_remove)
    app.action(Action.JOB_LOOK, middleware=known)(members.handle_look)
    app.action(Action.REQUESTS_PREVIOUS, middleware=known)(requests.handle_page)
    app.action(Action.REQUESTS_NEXT, middleware=known)(requests.handle_page)
    app.action(Action.AUDIT_PREVIOUS, middleware=known)(audit.handle_page)
    app.action(Action.AUDIT_NEXT, middleware=known)(audit.handle_page)
    app.action(Action.AUDIT_OTHER, middleware=known)(audit.handle_page)
    app.action(Action.RUN_TYPED, middleware=known)(
        run_typed({Command.TASK: tasks.handle_task, Command.TEAM: team.handle_team})
    )
    app.options(re.compile(f"^{Action.PICK_PERSON}(:|$)"), middleware=known)(new_task.suggest_people)
    app.view(Callback.NEW_TASK, middleware=known)(new_task.on_submit)
    app.view(Callback.EDIT_TASK, middleware=known)(edit_task.on_submit)
    app.view(Callback.BULK, middleware=known)(bulk.on_submit)
    app.view(Callback.COMMENT, middleware=known)(comment.on_submit)
    app.view(Callback.SNOOZE, middleware=known)(snoozing.on_submit)
    app.view(Callback.SETTINGS, middleware=known)(settings.on_submit)
    app.view(Callback.TEAM, middleware=known)(directory.on_search)
    app.view(Callback.MEMBER_ADD, middleware=known)(members.on_add)
    app.view(Callback.MEMBER_EDIT, middleware=known)(members.on_edit)
    app.view(Callback.MEMBER_REMOVE, middleware=known)(members.on_remove)
    app.view(Callback.TEAM_SETTINGS, middleware=known)(team_settings.on_submit)
    app.event("message")(replies.handle_message)
    app.event("app_home_opened")(home.handle_opened)
    app.event("user_change")(workspace.handle_user_change)
    app.event("app_uninstalled")(workspace.handle_app_uninstalled)
    app.event("tokens_revoked")(workspace.handle_tokens_revoked)
    return app


def _members(services: BotServices, shown: TeamDirectory) -> TeamMembers:
    return TeamMembers(
        services.administration,
        services.people,
        services.links,
        services.directory,
        shown,
        services.profile,
        services.workspace,
    )


def _same_for_all(slack: WebClient, workspace: WorkspaceId) -> Callable[..., AuthorizeResult]:
    # One workspace, one token: Bolt need not ask Slack who it is (auth.test) on every cold start.
    result = AuthorizeResult(enterprise_id=None, team_id=workspace, bot_token=slack.token)

    def authorize() -> AuthorizeResult:
        return result

    return authorize


def _without_token(slack: WebClient) -> WebClient:
    # Bolt gives every request a client of its own, like this one but for the token of `authorize`.
    return WebClient(base_url=slack.base_url, timeout=slack.timeout, ssl=slack.ssl, retry_handlers=slack.retry_handlers)


def _acknowledge(ack: Ack) -> None:
    """Slack reports presses of link buttons too and wants an answer."""
    ack()
