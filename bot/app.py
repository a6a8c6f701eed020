"""The Slack app: one list of what it listens to, and nothing done at import."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.commands.links import run_typed
from bot.errors import Funnel
from bot.ids import Action, Callback, Command, Shortcut
from bot.middleware import Middleware, identify, only_workspace
from bot.parts import BotServices, Parts
from core.ids import WorkspaceId
from core.tasks.model import TaskStatus

Listen = Callable[..., Callable[..., Any]]
"""Makes a listener to one id of whoever is given to what it gives."""


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
    press, form = partial(app.action, middleware=known), partial(app.view, middleware=known)
    parts = Parts(services)
    _hear_what_is_typed(app, known, parts)
    _hear_presses_about_tasks(press, parts)
    _hear_presses_about_oneself(press, parts)
    _hear_presses_about_the_team(press, parts)
    _hear_forms(form, parts)
    _hear_news(app, parts)
    app.action(Action.LINK)(_acknowledge)
    app.action(Action.LINK_DISPUTE)(_acknowledge)
    return app


def _hear_what_is_typed(app: App, known: list[Middleware], parts: Parts) -> None:
    """Commands, shortcuts, and what is typed into a field that suggests people."""
    app.command(Command.TASK, middleware=known)(parts.tasks.handle_task)
    app.command(Command.TEAM, middleware=known)(parts.team.handle_team)
    app.global_shortcut(Shortcut.NEW_TASK, middleware=known)(parts.new_task.open)
    app.message_shortcut(Shortcut.CREATE_TASK, middleware=known)(parts.new_task.open_from_message)
    app.options(re.compile(f"^{Action.PICK_PERSON}(:|$)"), middleware=known)(parts.new_task.suggest_people)


def _hear_presses_about_tasks(press: Listen, parts: Parts) -> None:
    """On cards, lists, reminders and forms."""
    press(Action.TASK_NEW)(parts.new_task.open)
    press(Action.TASK_START)(parts.tasks.button(TaskStatus.IN_PROGRESS))
    press(Action.TASK_DONE)(parts.tasks.button(TaskStatus.DONE))
    press(Action.TASK_REOPEN)(parts.tasks.button(TaskStatus.OPEN))
    press(Action.TASK_EDIT)(parts.edit_task.handle_button)
    press(Action.TASK_COMMENT)(parts.comment.handle_button)
    press(Action.TASK_MENU)(parts.tasks.handle_menu)
    press(Action.TASK_OPEN)(parts.tasks.handle_open)
    press(Action.CARD_MENU)(parts.snoozing.handle_menu)
    press(Action.TASK_UNDO)(parts.tasks.handle_undo)
    press(Action.SHARE)(parts.sharing.handle_share)
    press(Action.LIST_PREVIOUS)(parts.tasks.handle_page)
    press(Action.LIST_NEXT)(parts.tasks.handle_page)
    press(Action.BULK_SELECT)(parts.bulk.open)
    press(Action.BULK_CHOICE)(parts.bulk.handle_choice)
    press(Action.BULK_ALL)(parts.bulk.handle_ticks)
    press(Action.BULK_NONE)(parts.bulk.handle_ticks)
    press(Action.BULK_UNDO)(parts.bulk.handle_undo)
    press(Action.DUE_DONE)(parts.reminders.handle_done)
    press(Action.DUE_SNOOZE)(parts.reminders.handle_snooze)
    press(re.compile(f"^{Action.DUE_SNOOZE_UNTIL}:"))(parts.reminders.handle_snooze_until)


def _hear_presses_about_oneself(press: Listen, parts: Parts) -> None:
    """In App Home and the settings, and what goes on after linking."""
    press(Action.HOME_PREVIOUS)(parts.home.handle_page)
    press(Action.HOME_NEXT)(parts.home.handle_page)
    press(Action.LINK_START)(parts.home.handle_linked)
    press(Action.SETTINGS)(parts.settings.open)
    press(Action.SETTINGS_TEST)(parts.settings.handle_test)
    press(Action.SETTINGS_RESET)(parts.settings.handle_reset)
    press(Action.RUN_TYPED)(run_typed({Command.TASK: parts.tasks.handle_task, Command.TEAM: parts.team.handle_team}))


def _hear_presses_about_the_team(press: Listen, parts: Parts) -> None:
    """In the directory, the requests and the audit."""
    press(Action.LINK_APPROVE)(parts.requests.decision(approve=True))
    press(Action.LINK_DENY)(parts.requests.decision(approve=False))
    press(Action.MAIL_LIFT)(parts.lift)
    press(Action.TEAM_OPEN)(parts.directory.handle_open)
    press(Action.TEAM_SEARCH)(parts.directory.handle_search)
    press(Action.TEAM_ONLY)(parts.directory.handle_search)
    press(Action.TEAM_PREVIOUS)(parts.directory.handle_page)
    press(Action.TEAM_NEXT)(parts.directory.handle_page)
    press(Action.TEAM_BACK)(parts.directory.handle_back)
    press(Action.MEMBER)(parts.members.handle_member)
    press(Action.MEMBER_TASKS)(parts.directory.handle_tasks)
    press(Action.MEMBER_TASKS_PREVIOUS)(parts.directory.handle_tasks_page)
    press(Action.MEMBER_TASKS_NEXT)(parts.directory.handle_tasks_page)
    press(Action.MEMBER_ADD)(parts.members.handle_add)
    press(Action.MEMBER_EDIT)(parts.members.handle_edit)
    press(Action.MEMBER_ENABLE)(parts.members.handle_change)
    press(Action.MEMBER_DISABLE)(parts.members.handle_change)
    press(Action.MEMBER_INVITE)(parts.members.handle_change)
    press(Action.MEMBER_RESET)(parts.members.handle_change)
    press(Action.MEMBER_UNLINK)(parts.members.handle_unlink)
    press(Action.MEMBER_REMOVE)(parts.members.handle_remove)
    press(Action.JOB_LOOK)(parts.members.handle_look)
    press(Action.REQUESTS_PREVIOUS)(parts.requests.handle_page)
    press(Action.REQUESTS_NEXT)(parts.requests.handle_page)
    press(Action.AUDIT_PREVIOUS)(parts.audit.handle_page)
    press(Action.AUDIT_NEXT)(parts.audit.handle_page)
    press(Action.AUDIT_OTHER)(parts.audit.handle_page)


def _hear_forms(form: Listen, parts: Parts) -> None:
    """Forms that are sent."""
    form(Callback.NEW_TASK)(parts.new_task.on_submit)
    form(Callback.EDIT_TASK)(parts.edit_task.on_submit)
    form(Callback.BULK)(parts.bulk.on_submit)
    form(Callback.COMMENT)(parts.comment.on_submit)
    form(Callback.SNOOZE)(parts.snoozing.on_submit)
    form(Callback.SETTINGS)(parts.settings.on_submit)
    form(Callback.TEAM)(parts.directory.on_search)
    form(Callback.MEMBER_ADD)(parts.members.on_add)
    form(Callback.MEMBER_EDIT)(parts.members.on_edit)
    form(Callback.MEMBER_REMOVE)(parts.members.on_remove)
    form(Callback.TEAM_SETTINGS)(parts.team_settings.on_submit)


def _hear_news(app: App, parts: Parts) -> None:
    """What Slack tells by itself."""
    app.event("message")(parts.replies.handle_message)
    app.event("app_home_opened")(parts.home.handle_opened)
    app.event("user_change")(parts.workspace.handle_user_change)
    app.event("app_uninstalled")(parts.workspace.handle_app_uninstalled)
    app.event("tokens_revoked")(parts.workspace.handle_tokens_revoked)


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
