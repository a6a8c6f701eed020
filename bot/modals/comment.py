"""The Comment modal."""

from typing import Any

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from bot.ids import Callback, Field
from bot.messages.blocks import Element, literal, plain
from bot.messages.refusals import field_errors
from bot.modals.fields import View, field_input, parse_fields
from bot.modals.new_task import build_outcome
from bot.replies import open_modal
from core.errors import ForbiddenError, InvalidInputError
from core.ids import TaskId
from core.people.model import Actor
from core.tasks.model import COMMENT_LIMIT, Task
from core.tasks.rights import may_comment
from core.tasks.service import TaskService


class CommentModal:
    def __init__(self, tasks: TaskService) -> None:
        self._tasks = tasks

    def handle_button(self, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Open the form from a button of a card; raises NotFoundError and ForbiddenError."""
        actor: Actor = context["actor"]
        task = self._tasks.get(TaskId(body["actions"][0]["value"]))
        if not may_comment(actor.person, task):
            raise ForbiddenError("task.comment")
        open_modal(client, body, build_comment(task))
        ack()

    def on_submit(self, ack: Ack, body: dict[str, Any], view: View, context: BoltContext) -> None:
        """Keep the comment; what cannot be used is said at the field."""
        actor: Actor = context["actor"]
        text = parse_fields(view)[Field.COMMENT]
        try:
            saved = self._tasks.comment(
                actor, TaskId(view["private_metadata"]), text, once=f"view:{body['view']['id']}"
            )
        except InvalidInputError as error:
            ack(response_action="errors", errors=field_errors(error))
            return
        outcome = build_outcome("Your comment is in the history.", [literal(text)], title=f"{saved.task.task_id}")
        ack(response_action="update", view=outcome)


def build_comment(task: Task) -> View:
    """Ask for a comment on a task, which is named above."""
    element: Element = {"type": "plain_text_input", "multiline": True, "max_length": COMMENT_LIMIT}
    return {
        "type": "modal",
        "callback_id": Callback.COMMENT,
        "title": plain(f"Comment on {task.task_id}"[:24]),
        "submit": plain("Send"),
        "close": plain("Cancel"),
        "private_metadata": task.task_id,
        "blocks": [
            literal(task.title, bold=True),
            field_input(Field.COMMENT, "Comment", element | {"focus_on_load": True}),
        ],
    }
