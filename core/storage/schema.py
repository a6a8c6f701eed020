"""The one table: its keys, indexes and what each index carries. Frozen: data in the field has this shape.

Every partition key starts with the workspace, every item has `type` and `version`.
Items of one partition are read together; an index answers one question in one Query a page.
"""

from datetime import date, datetime
from typing import Final

from core.ids import EventId, JobId, PersonId, SlackUserId, TaskId, WorkspaceId

PARTITION_KEY: Final = "pk"
SORT_KEY: Final = "sk"
EXPIRES_AT: Final = "expires_at"
"""The TTL attribute, in epoch seconds. DynamoDB deletes late, so readers check it too."""

OWNERS_AND_DIRECTORY: Final = "gsi1"
CREATORS_AND_ACTORS: Final = "gsi2"
BOARD: Final = "gsi3"

_TASK_CARD: Final = ("type", "version", "task_id", "card")
"""`card` is one map of all that a task's card shows: a field added to it later is projected as the others are."""
_PERSON_ROW: Final = ("person_id", "profile", "slack_user_id", "groups", "enabled", "open_tasks")
_LINK_REQUEST: Final = ("request",)
_HISTORY_ROW: Final = ("person_id", "detail_type", "event_id", "occurred_at", "actor", "changes", "note")

INDEXES: Final = {
    OWNERS_AND_DIRECTORY: _TASK_CARD + _PERSON_ROW + _LINK_REQUEST,
    CREATORS_AND_ACTORS: _TASK_CARD + _HISTORY_ROW,
    BOARD: _TASK_CARD,
}
"""Index name → projected attributes, at most 20 each. Descriptions are never among them.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html"""

ACTIVITY_PREFIX: Final = "ACTIVITY#"
CARD_PREFIX: Final = "CARD#"
COUNTED_PREFIX: Final = "counted#"
MADE_PREFIX: Final = "made#"
TOLD_PREFIX: Final = "told#"
NAMED_PREFIX: Final = "named#"
LEAVING_PREFIX: Final = "leaving#"
"""Attributes of jobs and of the admins' ledger that stand for themselves: each is written without the others."""
DIRECTORY_BY_NAME: Final = "name#"
DIRECTORY_BY_EMAIL: Final = "email#"
NOBODY: Final = "nobody"
"""Stands for the owner of tasks on the unassigned board."""
NO_DEADLINE: Final = "9999-12-31T23:59:59.999999Z"
"""Sorts tasks without a deadline after all others."""

TASK: Final = "TASK"
TOMBSTONE: Final = "TOMBSTONE"
ACTIVITY: Final = "ACTIVITY"
CARD: Final = "CARD"
HOME: Final = "HOME"
SEQUENCE: Final = "SEQ"
PERSON: Final = "PERSON"
EMAIL: Final = "EMAIL"
PREFERENCES: Final = "PREFERENCES"
REMINDED: Final = "REMINDED"
SNOOZED: Final = "SNOOZED"
HELD: Final = "HELD"
SWEPT: Final = "SWEPT"
ADMINS: Final = "ADMINS"
JOB: Final = "JOB"
SETTINGS: Final = "SETTINGS"
LINK: Final = "LINK"
LINKING: Final = "LINKING"
LINK_REQUEST: Final = "LINK_REQUEST"
DISPUTE: Final = "DISPUTE"
INSTALLATION: Final = "INSTALLATION"
DELIVERY: Final = "DELIVERY"
PACE: Final = "PACE"
SUPPRESSED: Final = "SUPPRESSED"
ONCE: Final = "ONCE"
WORD: Final = "WORD"

WORD_PREFIX: Final = 2
"""How many first letters of a word name the partition in which it is looked up."""


def index_keys(index: str) -> tuple[str, str]:
    """The names of an index's partition and sort key."""
    return f"{index}pk", f"{index}sk"


def directory_name(name: str, person_id: PersonId) -> str:
    """Where a person stands in the directory by name; a prefix of it finds everyone whose name starts so."""
    return f"{DIRECTORY_BY_NAME}{name}#{person_id}"


def directory_email(address: str) -> str:
    """Where a person stands in the directory by address, up to the person's id."""
    return f"{DIRECTORY_BY_EMAIL}{address}#"


def instant(when: datetime) -> str:
    """Write an instant so that text order is time order."""
    return when.isoformat(timespec="microseconds").replace("+00:00", "Z")


class Keys:
    """Every key of a workspace's items."""

    def __init__(self, workspace: WorkspaceId) -> None:
        self._prefix = f"W#{workspace}#"

    def _key(self, partition: str, sort: str) -> dict[str, str]:
        return {PARTITION_KEY: self._prefix + partition, SORT_KEY: sort}

    def task(self, task_id: TaskId) -> dict[str, str]:
        return self._key(f"TASK#{task_id}", "TASK")

    def activity(self, task_id: TaskId, event_id: EventId) -> dict[str, str]:
        return self._key(f"TASK#{task_id}", ACTIVITY_PREFIX + event_id)

    def card(self, task_id: TaskId, person_id: PersonId) -> dict[str, str]:
        return self._key(f"TASK#{task_id}", CARD_PREFIX + person_id)

    def sequence(self) -> dict[str, str]:
        return self._key("SEQ", "SEQ")

    def person(self, person_id: PersonId) -> dict[str, str]:
        return self._key(f"PERSON#{person_id}", "PERSON")

    def person_email(self, person_id: PersonId) -> dict[str, str]:
        return self._key(f"PERSON#{person_id}", "EMAIL")

    def preferences(self, person_id: PersonId) -> dict[str, str]:
        return self._key(f"PERSON#{person_id}", "PREFERENCES")

    def reminded(self, person_id: PersonId) -> dict[str, str]:
        return self._key(f"PERSON#{person_id}", "REMINDED")

    def snoozes(self) -> str:
        """The partition of the tasks that somebody wants to hear of again, by the day from which on."""
        return f"{self._prefix}SNOOZED"

    def snoozed(self, until: date, person_id: PersonId, task_id: TaskId) -> dict[str, str]:
        return {PARTITION_KEY: self.snoozes(), SORT_KEY: f"{until.isoformat()}#{person_id}#{task_id}"}

    def outbox(self, until: datetime) -> str:
        """The partition of the news that is held back until a quarter of an hour."""
        return f"{self._prefix}OUTBOX#{instant(until)}"

    def held(self, until: datetime, channel: str, person_id: PersonId) -> dict[str, str]:
        return {PARTITION_KEY: self.outbox(until), SORT_KEY: f"{channel}#{person_id}"}

    def swept(self) -> dict[str, str]:
        return self._key("SWEPT", "SWEPT")

    def person_activity(self, person_id: PersonId, event_id: EventId) -> dict[str, str]:
        return self._key(f"PERSON#{person_id}", ACTIVITY_PREFIX + event_id)

    def home(self, person_id: PersonId) -> dict[str, str]:
        return self._key(f"PERSON#{person_id}", "HOME")

    def admins(self) -> dict[str, str]:
        return self._key("ADMINS", "ADMINS")

    def job(self, job_id: JobId) -> dict[str, str]:
        return self._key(f"JOB#{job_id}", "JOB")

    def job_activity(self, job_id: JobId, event_id: EventId) -> dict[str, str]:
        return self._key(f"JOB#{job_id}", ACTIVITY_PREFIX + event_id)

    def settings(self) -> dict[str, str]:
        return self._key("SETTINGS", "SETTINGS")

    def settings_activity(self, event_id: EventId) -> dict[str, str]:
        return self._key("SETTINGS", ACTIVITY_PREFIX + event_id)

    def link(self, slack_user_id: SlackUserId) -> dict[str, str]:
        return self._key(f"SLACK#{slack_user_id}", "LINK")

    def link_request(self, slack_user_id: SlackUserId, person_id: PersonId) -> dict[str, str]:
        return self._key(f"SLACK#{slack_user_id}", f"REQUEST#{person_id}")

    def dispute(self, secret_hash: str) -> dict[str, str]:
        return self._key(f"DISPUTE#{secret_hash}", "DISPUTE")

    def installation(self) -> dict[str, str]:
        return self._key("INSTALLATION", "INSTALLATION")

    def pace(self) -> dict[str, str]:
        return self._key("PACE", "PACE")

    def linking(self, state_hash: str) -> dict[str, str]:
        return self._key(f"LINKING#{state_hash}", "LINKING")

    def delivery(self, event_id: EventId, channel: str, person_id: PersonId) -> dict[str, str]:
        return self._key(f"DELIVERY#{event_id}", f"{channel}#{person_id}")

    def suppressed(self, address_hash: str) -> dict[str, str]:
        return self._key(f"SUPPRESSED#{address_hash}", "SUPPRESSED")

    def once(self, key: str) -> dict[str, str]:
        return self._key(f"ONCE#{key}", "ONCE")

    def words(self, word: str) -> str:
        """The partition in which words that begin as this one does are found."""
        return f"{self._prefix}WORD#{word[:WORD_PREFIX]}"

    def word(self, word: str, task_id: TaskId) -> dict[str, str]:
        """The number is padded, so that the newest of the tasks with a word comes first when read backwards."""
        return {PARTITION_KEY: self.words(word), SORT_KEY: f"{word}#{int(task_id.removeprefix('T-')):012}"}

    def owner(self, owner: PersonId | None, *, is_open: bool) -> str:
        return f"{self._prefix}OWNER#{owner or NOBODY}#{'open' if is_open else 'closed'}"

    def directory(self) -> str:
        return f"{self._prefix}DIRECTORY"

    def requests(self) -> str:
        return f"{self._prefix}REQUESTS"

    def homes_of_admins(self) -> str:
        return f"{self._prefix}HOMES"

    def administration(self) -> str:
        """The partition of what was done to the team and its settings, newest last."""
        return f"{self._prefix}ADMINISTRATION"

    def creator(self, person_id: PersonId) -> str:
        return f"{self._prefix}CREATOR#{person_id}"

    def actor(self, person_id: PersonId) -> str:
        return f"{self._prefix}ACTOR#{person_id}"

    def open_board(self) -> str:
        return f"{self._prefix}BOARD#open"

    def closed_board(self, month: str) -> str:
        """`month` is `2026-11`: when the tasks were closed, in UTC."""
        return f"{self._prefix}BOARD#closed#{month}"
