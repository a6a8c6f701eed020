"""What is said of a job: while it goes on, and when it has ended."""

from collections.abc import Callable, Mapping
from typing import Final

from bot.messages.people import called
from bot.messages.refusals import change_refusal_words
from bot.messages.suppression import SEND_AGAIN
from bot.messages.text import clipped, escape
from core.errors import NotFoundError
from core.ids import PersonId
from core.jobs.failure import read
from core.jobs.model import Job, JobKind, JobState
from core.people.model import Person
from core.tasks.moving import NOBODY

_NAMES_SHOWN: Final = 10
_UNKNOWN: Final = "Look at it, and try again if it still is to be."
_HEIR_SHOWN: Final = 40
"""A section takes 3,000 characters, of which escaping may take five for each of a name."""

Names = Mapping[str, str]
"""The name of everybody whom a job is about, by id."""


def names_in(job: Job, look_up: Callable[[PersonId], Person]) -> Names:
    """Look up the names that it takes to say what became of a job; who is in no directory is left out."""
    wanted = {PersonId(heir) for heir in job.counted if heir != NOBODY}
    if job.member and job.member.person_id:
        wanted.add(job.member.person_id)
    names = {}
    for person_id in wanted:
        try:
            names[str(person_id)] = called(look_up(person_id))
        except NotFoundError:
            continue
    return names


def job_words(job: Job, names: Names) -> str:
    """Say in mrkdwn what became of a job, or how far it has come."""
    match job.state:
        case JobState.PENDING:
            return _under_way(job, names)
        case JobState.FAILED:
            why = read(job.failure)
            sentence = change_refusal_words(why) if why else None
            return f"That could not be finished: {_what(job, names)}. {sentence or _UNKNOWN}"
    return _done(job, names)


def _under_way(job: Job, names: Names) -> str:
    progress = ""
    if job.total and job.kind in {JobKind.REMOVE_MEMBER, JobKind.CHANGE_TASKS, JobKind.UNDO_TASKS}:
        seen = job.done if job.kind is JobKind.REMOVE_MEMBER else min(job.place, job.total)
        progress = f" {seen} of {_tasks(max(job.total, seen))} so far."
    return f"Working… {_what(job, names)}.{progress}"


def _what(job: Job, names: Names) -> str:
    who = _member(job, names)
    return {
        JobKind.ADD_MEMBER: f"adding {who}",
        JobKind.EDIT_MEMBER: f"changing {who}",
        JobKind.ENABLE_MEMBER: f"letting {who} sign in again",
        JobKind.DISABLE_MEMBER: f"locking {who} out",
        JobKind.RESET_PASSWORD: f"resetting the password of {who}",
        JobKind.INVITE_AGAIN: f"sending {who} a new invitation",
        JobKind.REMOVE_MEMBER: f"removing {who} and handing on their open tasks",
        JobKind.CHANGE_TASKS: f"changing {_tasks(job.total)}",
        JobKind.UNDO_TASKS: f"putting {_tasks(job.total)} back",
    }[job.kind]


def _done(job: Job, names: Names) -> str:
    who = f"*{_member(job, names)}*"
    match job.kind:
        case JobKind.EDIT_MEMBER:
            return f"{who} was changed."
        case JobKind.ENABLE_MEMBER:
            return f"{who} can sign in again."
        case JobKind.DISABLE_MEMBER:
            return f"{who} is signed out everywhere and can't sign in any more. *Enable* undoes that."
        case JobKind.REMOVE_MEMBER:
            return f"{who} was removed from the team. {_moved(job, names)}"
        case JobKind.CHANGE_TASKS | JobKind.UNDO_TASKS:
            return _changed(job)
    return _passed_on(job, who)


def _passed_on(job: Job, who: str) -> str:
    """Say where the temporary password went, which nobody but its mail knows."""
    begun = {
        JobKind.ADD_MEMBER: f"{who} is in the team",
        JobKind.RESET_PASSWORD: f"{who} is signed out everywhere and has to choose a new password",
        JobKind.INVITE_AGAIN: f"{who} has a new temporary password",
    }[job.kind]
    if job.mail_sent is None:
        return (
            f"{begun}. Cognito had their account already, and I have changed nothing about it: "
            "look at their name and role, and whether they can sign in."
        )
    if job.mail_sent:
        return f"{begun}. The email with the temporary password is on its way to them."
    if job.is_mail_suppressed:
        return (
            f"{begun}, but *no email was sent*: their address has bounced, or they called one of my emails spam. "
            f"Press *{SEND_AGAIN}* in my message to the admins about that address, then *Resend invitation*."
        )
    return f"{begun}, but *the email could not be sent*. Check the address, then press *Resend invitation*."


def _moved(job: Job, names: Names) -> str:
    if not job.done:
        return "They had no open tasks."
    shares = sorted(job.counted.items(), key=lambda share: -share[1])
    told = [f"{count} to {_heir(heir, names)}" for heir, count in shares[:_NAMES_SHOWN]]
    if len(shares) > _NAMES_SHOWN:
        told.append(f"the others to {len(shares) - _NAMES_SHOWN} more people")
    return f"{_tasks(job.done)} moved: {', '.join(told)}."


def _changed(job: Job) -> str:
    verb = "put back" if job.kind is JobKind.UNDO_TASKS else "changed"
    left = f" {_tasks(len(job.refused))} could not be changed." if job.refused else ""
    return f"{_tasks(job.done)} {verb}.{left}"


def _heir(heir: str, names: Names) -> str:
    return "the unassigned board" if heir == NOBODY else escape(clipped(names.get(heir, "somebody"), _HEIR_SHOWN))


def _member(job: Job, names: Names) -> str:
    order = job.member
    if order is None:
        return "somebody"
    given = f"{order.given_name or ''} {order.family_name or ''}".strip()
    name = names.get(str(order.person_id)) or given or order.email or "somebody"
    return escape(clipped(name, 120))


def _tasks(count: int) -> str:
    return f"{count} task{'' if count == 1 else 's'}"
