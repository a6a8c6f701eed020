"""Who may do what with a task: the rights table of the README, and nothing else."""

from core.ids import PersonId
from core.people.model import Person
from core.tasks.model import Task


def may_create_for(person: Person, owner: PersonId | None) -> bool:
    """Admins create for anyone, members for themselves."""
    return person.is_admin or owner == person.person_id


def may_change_status(person: Person, task: Task) -> bool:
    """Admins change any task, members what they own or created."""
    return person.is_admin or person.person_id in {task.owner_id, task.created_by.person_id}


def may_list_of(person: Person, owner: PersonId | None) -> bool:
    """The HTTP routes give members only their own tasks."""
    return person.is_admin or owner == person.person_id


def may_list_everything(person: Person) -> bool:
    return person.is_admin
