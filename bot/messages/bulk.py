"""What became of one change of many tasks, with one way to take it back."""

from typing import Final

from bot.ids import Action
from bot.messages.blocks import Block, actions, button, context, section
from bot.messages.text import STATUS_WORDS, escape, slack_date
from core.ids import TaskId
from core.jobs.model import Job, JobKind, JobState, TaskChange, TaskChangeKind, TaskOrder
from core.notifications.words import count_words
from core.tasks.model import TaskStatus

_REASONS: Final = {
    "task.assign": "only admins hand out tasks",
    "task.edit": "only admins change what others asked for",
    "task.change_status": "only their owners, those who created them and admins do that",
    "task.undo": "somebody else changed that",
    "inactive_person": "that person can't be given tasks",
    "unknown_person": "that person is not in the team any more",
    "in_past": "that moment has passed",
    "too_late": "that was more than ten minutes ago",
    "not_found": "deleted",
    "changed_meanwhile": "changed meanwhile",
}


def build_job(job: Job) -> tuple[str, list[Block]]:
    """Say how a job that changes tasks stands: which are changed, and which are not and why."""
    if job.is_pending:
        said = f"{count_words(job.total)} are under way. I tell you in our conversation when they are done."
        return said, [section(said)]
    order = job.tasks or TaskOrder(task_ids=())
    changed = [each for each in order.task_ids if each in job.made]
    said = f"{_done(job, order.change, len(changed))}{_broken_off(job)}"
    blocks = [section(said)] + ([context(", ".join(changed))] if changed else [])
    blocks += [context(f"Not {', '.join(ids)}: {why}.") for why, ids in _refused(job).items()]
    rest = [each for each in order.task_ids if each not in job.made and each not in job.refused]
    if rest and job.state is JobState.DONE:
        blocks.append(context(f"So already: {', '.join(rest)}."))
    if changed and job.kind is JobKind.CHANGE_TASKS:
        blocks.append(actions(button("Undo", Action.BULK_UNDO, job.job_id, spoken=f"Undo all {len(changed)}")))
    return said, blocks


def _done(job: Job, change: TaskChange | None, count: int) -> str:
    are, have = ("is", "has") if count == 1 else ("are", "have")
    tasks = count_words(count) if count else "No task"
    are, have = (are, have) if count else ("is", "has")
    match change:
        case None:
            return f"{tasks} {are} as before." if job.kind is JobKind.UNDO_TASKS else f"{tasks} {are} changed."
        case TaskChange(kind=TaskChangeKind.CANCEL):
            return f"{tasks} {are} cancelled."
        case TaskChange(kind=TaskChangeKind.REASSIGN, owner=None):
            return f"{tasks} {are} nobody's now."
        case TaskChange(kind=TaskChangeKind.REASSIGN):
            return f"{tasks} {have} a new owner."
    if change.deadline is None:
        return f"{tasks} {have} no deadline now." if count else "No deadline was taken away."
    return f"{tasks} {are} due {slack_date(change.deadline)} now."


def _broken_off(job: Job) -> str:
    return " Then I could not go on: your team account may do this no longer." if job.state is JobState.FAILED else ""


def _refused(job: Job) -> dict[str, list[TaskId]]:
    """By the words for the reason, in which several reasons may come to the same."""
    found: dict[str, list[TaskId]] = {}
    for task_id, reason in job.refused.items():
        found.setdefault(_why(reason), []).append(task_id)
    return found


def _why(reason: str) -> str:
    status, _, name = reason.partition(":")
    if name:
        return f"{STATUS_WORDS[TaskStatus(status)].lower()} by {escape(name)} meanwhile"
    return _REASONS.get(reason, "that may not be done")
