"""Who may do what with a task: the rights table of the README, and nothing else."""

from collections.abc import Callable

from core.ids import PersonId
from core.people.model import Person
from core.tasks.model import Task


def may_create_for(person: Person, owner: PersonId | None, members_can_assign: Callable[[], bool]) -> bool:
    """Admins create for anyone, members for themselves, and for others where the workspace says so."""
    return person.is_admin or owner == person.person_id or members_can_assign()


def may_change_status(person: Person, task: Task) -> bool:
    """Admins change any task, members what they own or created."""
    return person.is_admin or person.person_id in {task.owner_id, task.created_by.person_id}


def may_comment(person: Person, task: Task) -> bool:
    """As with the status."""
    return may_change_status(person, task)


def may_edit(person: Person, task: Task) -> bool:
    """Admins edit any task, members what they created for themselves."""
    return person.is_admin or person.person_id == task.owner_id == task.created_by.person_id


def may_delete(person: Person, task: Task) -> bool:
    """As with editing."""
    return may_edit(person, task)


def may_assign(person: Person, task: Task, owner: PersonId | None) -> bool:
    """Admins assign to anyone and to nobody; members hand their task back to whoever gave it to them."""
    return person.is_admin or (may_hand_back(person, task) and owner == task.handed_out_by.person_id)


def may_hand_back(person: Person, task: Task) -> bool:
    """Whether it is theirs and somebody else gave it to them."""
    return task.owner_id == person.person_id != task.handed_out_by.person_id


def may_list_of(person: Person, owner: PersonId | None) -> bool:
    """The HTTP routes give members only their own tasks."""
    return person.is_admin or owner == person.person_id


def may_list_everything(person: Person) -> bool:
    return person.is_admin
