"""Why a job failed, kept with it so that whoever tells of it later says what a door would have said at once."""

from core.errors import ForbiddenError, InvalidInputError, NotFoundError, Problem, TaskBotError
from core.people.orders import MemberRefusal, MemberRefusedError


def written(failure: TaskBotError) -> str:
    """Write down the error's name and what its sentence depends on; nothing that anybody typed."""
    facts: list[str] = []
    match failure:
        case MemberRefusedError():
            facts = [failure.reason]
        case InvalidInputError():
            facts = [f"{each.field}:{each.code}" for each in failure.problems]
        case NotFoundError():
            facts = [failure.kind]
        case ForbiddenError():
            facts = [failure.action]
    return " ".join([type(failure).__name__, *facts])


def read(kept: str | None) -> TaskBotError | None:
    """Read it again; None where nothing but a name was kept, or nothing that is known here."""
    name, _, rest = (kept or "").partition(" ")
    facts = rest.split()
    if not facts:
        return None
    if name == MemberRefusedError.__name__ and facts[0] in set(MemberRefusal):
        return MemberRefusedError(MemberRefusal(facts[0]))
    if name == InvalidInputError.__name__:
        parts = (each.partition(":") for each in facts)
        return InvalidInputError(*(Problem(field, code) for field, _, code in parts))
    if name == NotFoundError.__name__:
        return NotFoundError(" ".join(facts), "")
    return ForbiddenError(facts[0]) if name == ForbiddenError.__name__ else None
