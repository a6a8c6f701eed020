"""The people and tasks that somebody names, and who or what they probably meant where there are none such."""

import difflib
from collections.abc import Sequence
from typing import Final

from bot.commands.tokens import Email, Named, Someone, Who
from core.errors import InvalidInputError, TaskBotError
from core.ids import SlackUserId
from core.people.model import Actor, Person
from core.people.service import PeopleService
from core.tasks.model import Task
from core.tasks.queries import Scope, TaskQuery
from core.tasks.service import TaskService
from core.tasks.words import finds, typed_words, words_of

_OFFERED: Final = 3
_LOOKED_AT: Final = 25


class Names:
    def __init__(self, people: PeopleService, tasks: TaskService) -> None:
        self._people = people
        self._tasks = tasks

    def person(self, actor: Actor, who: Who | None) -> Person | None:
        """Find who is meant; None is nobody.

        Raises:
            InvalidInputError: on `assigned_to`.
        """
        match who:
            case None | Someone.NOBODY:
                return None
            case Someone.ME:
                return actor.person
            case Email(address):
                return self._people.find(email=address)
            case Named(name):
                raise InvalidInputError.of("assigned_to", "unknown_name", name=name)
            case Someone():
                raise InvalidInputError.of("assigned_to", "missing")
        return self._people.find(slack_user_id=SlackUserId(who))

    def people_meant(self, error: TaskBotError) -> Sequence[Person]:
        """The people whose names or addresses come close to one that nobody has."""
        typed = _typed_person(error)
        if not typed:
            return []
        near = {
            key: person
            for person in self._people.starting_with(typed[:1])
            for key in (person.given_name.lower(), person.name.lower(), person.email.lower())
        }
        close = difflib.get_close_matches(typed.lower(), near, n=_OFFERED)
        close += [key for key in near if key.startswith(typed.lower())]
        return list({near[key].person_id: near[key] for key in close}.values())[:_OFFERED]

    def tasks_meant(self, actor: Actor, error: TaskBotError) -> Sequence[Task]:
        """Those of the actor's open tasks whose words were typed where a number belongs."""
        typed = _typed_task(error)
        if not typed:
            return []
        mine = self._tasks.list(TaskQuery(Scope.OWNER, actor.person_id), limit=_LOOKED_AT).items
        words = typed_words(typed)
        named = [task for task in mine if words and finds(words, words_of(task))]
        return named[:_OFFERED]


def _typed_person(error: TaskBotError) -> str:
    for problem in error.problems if isinstance(error, InvalidInputError) else ():
        if (problem.field, problem.code) == ("assigned_to", "unknown_person"):
            return str(problem.details.get("email") or "")
        if (problem.field, problem.code) == ("assigned_to", "unknown_name"):
            return str(problem.details["name"])
    return ""


def _typed_task(error: TaskBotError) -> str:
    for problem in error.problems if isinstance(error, InvalidInputError) else ():
        if (problem.field, problem.code) == ("task_id", "not_understood"):
            return str(problem.details["text"])
    return ""
