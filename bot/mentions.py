"""People in what Slack gives of a message: it names them by their Slack id alone, which says nothing in a mail."""

import re
from typing import Final

from bot.commands.tokens import escaped, plain_text
from core.ids import SlackUserId
from core.people.service import PeopleService

_MENTION: Final = re.compile(r"<@([UW][A-Z0-9]+)>")
_NAMED_AT_MOST: Final = 5
"""Each costs a read, and somebody is waiting."""


def message_text(text: str, people: PeopleService) -> str:
    """Write a message as its author reads it, with the names of those in the team."""
    for slack_user_id in list(dict.fromkeys(_MENTION.findall(text)))[:_NAMED_AT_MOST]:
        person = people.linked(SlackUserId(slack_user_id))
        if person is not None:
            text = text.replace(f"<@{slack_user_id}>", f"@{escaped(person.name)}")
    return plain_text(text)
