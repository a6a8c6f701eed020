"""One person of the team, as admins see them: who they are, what may be done, and what became of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.ids import Action
from bot.messages.blocks import Block, Element, actions, button, confirm, context, literal, plain, section
from bot.messages.jobs import Names, job_words
from bot.messages.people import called, groups_words, load, name_of, slack_side, standing
from bot.messages.tasks import build_row
from bot.messages.text import clipped, escape
from bot.modals.directory import Place, back_button, read_place
from bot.modals.fields import View
from core.errors import InvalidInputError
from core.jobs.model import Job
from core.people.model import Account, Person
from core.tasks.model import Task
from core.tasks.queries import Slice

_ASKED_NAME: Final = 80
"""A confirm dialog's text takes 300 characters."""


def build_member(
    person: Person, overdue: int, account: Account | None, viewer: Person, place: Place, *, said: str = ""
) -> View:
    """Show one person with every action that an admin has, or none once removed; `said` is mrkdwn and comes first.

    `account` is None where Cognito could not be asked in time: then both ways to a new password are offered.
    """
    facts = [
        {"type": "mrkdwn", "text": f"*{label}*\n{value}"}
        for label, value in (
            ("Email", escape(person.email)),
            ("Slack", slack_side(person)),
            ("Groups", groups_words(person)),
            ("Tasks", load(person, overdue)),
        )
    ]
    invited = "  ·  invited, has not signed in yet" if account and account.must_change_password else ""
    blocks = [
        *([section(said), {"type": "divider"}] if said else []),
        section(f"*{name_of(person)}*  ·  {standing(person)}{invited}"),
        {"type": "section", "fields": facts},
    ]
    if person.removed_at is None:
        blocks.append(actions(*_everyday(person, account)))
        blocks.append(actions(*_grave(person, is_self=person.person_id == viewer.person_id)))
    blocks.append(back_button())
    return _view("Team member", place, blocks)


def build_job(job: Job, names: Names, place: Place) -> View:
    """Show how far a job has come, with a way to look again; what ends later is told in a message too.

    While it goes on, the window is known by the job's id, which no other view has.
    https://docs.slack.dev/reference/views/modal-views
    """
    blocks = [section(job_words(job, names))]
    if not job.is_pending:
        return _view("Team", place, [*blocks, back_button()])
    blocks += [
        context("It goes on without this window. If it takes longer, a message tells you when it is done."),
        actions(button("Look again", Action.JOB_LOOK, job.job_id, style="primary")),
    ]
    return _view("Team", place, [*blocks, back_button()]) | {"external_id": job.job_id}


def build_member_tasks(person: Person, found: Slice[Task], viewer: Person, now: datetime, place: Place) -> View:
    """Show a page of somebody's open tasks, soonest deadline first."""
    rows = [block for task in found.items for block in build_row(task, viewer, now)]
    title = literal(f"Open tasks of {clipped(called(person), 120)}", bold=True)
    pages = [
        button(label, action, at)
        for label, action, at in (
            ("Previous", Action.MEMBER_TASKS_PREVIOUS, found.previous),
            ("Next", Action.MEMBER_TASKS_NEXT, found.following),
        )
        if at
    ]
    none = [context("None.")] if not rows else []
    blocks = [title, *rows, *none, *([actions(*pages)] if pages else []), back_button()]
    return _view("Tasks", place, blocks)


def build_task_outcome(blocks: Sequence[Block], before: View) -> View:
    """Show what became of a task, with the way back where `before` was somebody's tasks."""
    view: View = {"type": "modal", "title": plain("Task"), "close": plain("Close"), "blocks": list(blocks)}
    try:
        place = read_place(before)
        view["blocks"].append(actions(button("Back to the tasks", Action.MEMBER_TASKS, place.chosen)))
    except InvalidInputError:
        return view
    return view | {"private_metadata": place.written()}


def _everyday(person: Person, account: Account | None) -> list[Element]:
    buttons = [
        _button("Edit", Action.MEMBER_EDIT, person),
        _button("Show tasks", Action.MEMBER_TASKS, person),
    ]
    if person.enabled and (account is None or account.must_change_password):
        buttons.append(_button("Resend invitation", Action.MEMBER_INVITE, person))
    if person.enabled and (account is None or not account.must_change_password):
        asked = f"{_asked_name(person)} is signed out everywhere and gets an email with a temporary password."
        buttons.append(
            _button("Reset password", Action.MEMBER_RESET, person, ask=confirm("Reset password?", asked, "Reset"))
        )
    return buttons


def _grave(person: Person, *, is_self: bool) -> list[Element]:
    name, buttons = _asked_name(person), list[Element]()
    if person.enabled:
        asked = f"{name} is signed out everywhere and can't sign in any more. Their tasks stay theirs."
        if is_self:
            asked = "That is you. You are signed out everywhere, and only another admin can let you in again."
        ask = confirm("Disable?", asked, "Disable")
        buttons.append(_button("Disable", Action.MEMBER_DISABLE, person, style="danger", ask=ask))
    else:
        buttons.append(_button("Enable", Action.MEMBER_ENABLE, person))
    if person.slack_user_id is not None:
        asked = f"{name} can't use me in Slack until they link again. They are told."
        ask = confirm("Unlink Slack?", asked, "Unlink")
        buttons.append(_button("Unlink Slack", Action.MEMBER_UNLINK, person, ask=ask))
    buttons.append(_button("Remove…", Action.MEMBER_REMOVE, person, style="danger"))
    return buttons


def _button(
    label: str, action: Action, person: Person, *, style: str | None = None, ask: Element | None = None
) -> Element:
    element = button(label, action, person.person_id, style=style, spoken=f"{label}: {called(person)}"[:75])
    return element | ({"confirm": ask} if ask else {})


def _asked_name(person: Person) -> str:
    return clipped(called(person), _ASKED_NAME)


def _view(title: str, place: Place, blocks: Sequence[Block]) -> View:
    return {
        "type": "modal",
        "title": plain(title),
        "close": plain("Close"),
        "private_metadata": place.written(),
        "blocks": list(blocks),
    }
