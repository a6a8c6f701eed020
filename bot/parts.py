"""What the bot is made of: whoever handles something, each with the services and the others that it needs."""

from collections.abc import Callable
from typing import NamedTuple

from bot.commands.changing import Changing
from bot.commands.link_requests import LinkRequests
from bot.commands.links import LinkCommands
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
from bot.errors import StartLink
from bot.home.content import HomeReader, ListRequests
from bot.home.events import Home
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
from core.tasks.service import TaskService
from core.workspace.service import SettingsService


class BotServices(NamedTuple):
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


class Parts:
    """Everybody whom the listeners lead to."""

    def __init__(self, services: BotServices) -> None:
        tasks, people, clock = services.tasks, services.people, services.clock
        home_reader = HomeReader(tasks.list, services.workload.read, services.list_requests)
        self.home = Home(home_reader, people, services.homes, clock)
        self.new_task = NewTaskModal(tasks, services.bulk, people, clock)
        self.edit_task = EditTaskModal(tasks, people, clock)
        self.comment = CommentModal(tasks)
        self.settings = SettingsModal(services.preferences)
        self.replies = ThreadReplies(tasks, people, services.task_of_card)
        self.workspace = WorkspaceNews(services.links, services.installation)
        self.lift = handle_lift(services.suppressions)
        self._handle_tasks(services)
        self._handle_team(services)

    def _handle_tasks(self, services: BotServices) -> None:
        names, clock = Names(services.people, services.tasks), services.clock
        reading = Reading(services.tasks, services.people, names, clock)
        changing = Changing(services.tasks, services.people, names, clock)
        self.tasks = TaskCommands(
            reading,
            changing,
            names,
            LinkCommands(services.links),
            self.new_task,
            self.edit_task,
            self.settings,
            self.home,
            clock,
        )
        self.bulk = BulkModal(services.bulk, reading)
        self.sharing = Sharing(reading, services.once)
        self.reminders = ReminderButtons(changing, services.reminders, clock)
        self.snoozing = Snoozing(services.reminders, self.tasks, clock)

    def _handle_team(self, services: BotServices) -> None:
        people, clock = services.people, services.clock
        self.directory = TeamDirectory(services.directory, people, services.tasks, clock)
        self.members = TeamMembers(
            services.administration,
            people,
            services.links,
            services.directory,
            self.directory,
            services.profile,
            services.workspace,
        )
        self.requests = LinkRequests(services.links, self.home)
        self.audit = TeamAudit(services.audit, people, clock)
        self.team_settings = TeamSettingsModal(services.workspace_settings, people)
        self.team = TeamCommands(
            {
                ShowDirectory: self.directory.answer,
                AddMember: self.members.answer_add,
                ShowRequests: self.requests.answer,
                ShowAudit: self.audit.answer,
                ShowTeamStats: TeamStats(WorkloadService(services.workload, people)).answer,
                OpenTeamSettings: self.team_settings.answer,
                TeamHelp: answer_help,
            }
        )
