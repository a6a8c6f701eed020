"""What people ask of the directory."""

from enum import StrEnum
from typing import NamedTuple

from core.people.model import Person


class DirectoryFilter(StrEnum):
    ACTIVE = "active"
    DISABLED = "disabled"
    NOT_LINKED = "not_linked"
    NO_TASKS = "no_tasks"


class DirectoryQuery(NamedTuple):
    """Whose name, or address with `by_email`, starts with `prefix`, and of those only some."""

    prefix: str = ""
    by_email: bool = False
    only: DirectoryFilter | None = None

    def keeps(self, person: Person) -> bool:
        """Whether somebody belongs to the answer, if their name does."""
        if person.removed_at is not None:
            return False
        match self.only:
            case DirectoryFilter.ACTIVE:
                return person.is_team_member
            case DirectoryFilter.DISABLED:
                return not person.enabled
            case DirectoryFilter.NOT_LINKED:
                return person.slack_user_id is None
            case DirectoryFilter.NO_TASKS:
                return person.open_tasks == 0
        return True
