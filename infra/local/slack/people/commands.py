"""Typing a slash command: https://docs.slack.dev/interactivity/implementing-slash-commands"""

from typing import Final

from infra.local.slack import answers, payloads
from infra.local.slack.model import Conversation, Message, Person, Sent
from infra.local.slack.people.acting import Acting, Outcome
from infra.local.slack.workspace import GENERAL

UNUSABLE: Final = "invalid_command_response"


class Commands(Acting):
    """Slash commands."""

    async def type_command(
        self, user: str, command: str, text: str, channel: str | None = None, thread_ts: str | None = None
    ) -> Outcome:
        """Send a slash command and show the person what came of it."""
        workspace = self._workspace
        person = self._active(user)
        place = self._place(person, channel or GENERAL)
        # People of other workspaces do not find the app's commands in a shared channel.
        if command not in workspace.app.manifest.commands or person.team_id != workspace.team_id:
            return Outcome(None, 0, "unknown_command", self._tell(person, place, _no_such_command(command), thread_ts))
        if thread_ts:
            words = f"{command} is not supported in threads. Sorry!"
            return Outcome(None, 0, "not_in_threads", self._tell(person, place, words, thread_ts))
        form = payloads.slash_command(workspace, person, place, command, text)
        sent = await self._requests.send_form("slash_command", person.id, form, form)
        if sent.failure:
            return self._failed(sent, person, place, command, sent.failure)
        try:
            content = answers.message_of(sent.answer)
        except answers.UnusableAnswerError as problem:
            sent.failure = f"{UNUSABLE}: {problem}"
            return self._failed(sent, person, place, command, UNUSABLE)
        if content is None:
            return Outcome(sent.status, sent.ms, None, None)
        if content.get("response_type") == answers.IN_CHANNEL:
            workspace.post(Message(place.id, workspace.tick(), person.id, f"{command} {text}".strip()))
        message = answers.show(workspace, content, channel=place.id, user=person.id)
        return Outcome(sent.status, sent.ms, None, message.text, message)

    def _failed(self, sent: Sent, person: Person, place: Conversation, command: str, failure: str) -> Outcome:
        words = f'{command} failed with the error "{failure}"'
        return Outcome(sent.status, sent.ms, failure, self._tell(person, place, words))


def _no_such_command(command: str) -> str:
    return (
        f'{command} is not a valid command. In Slack, all messages that start with the "/" character are interpreted '
        "as commands."
    )
