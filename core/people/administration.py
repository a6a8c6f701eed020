"""Changing the team, as an admin: every change is a job, of which the door does what somebody waits for."""

import copy
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from core.errors import ConflictError, NotFoundError
from core.ids import JobId, PersonId
from core.jobs.model import AdminLedger, Guards, Job, JobKind, JobLease, MemberOrder
from core.jobs.ports import JobRepository
from core.jobs.service import JobBook, JobService
from core.links.one_time import hash_of
from core.people.accounts import Accounts
from core.people.model import Account, Actor, Group, Person
from core.people.orders import MemberEdit, MemberRefusal, MemberRefusedError, NewMember
from core.people.ports import PersonRepository
from core.people.service import MANAGE_PEOPLE, PeopleService
from core.storage.addresses import ascii_lower

_ATTEMPTS: Final = 5

Told = Callable[[Job], None]
"""Hears of a job that is begun, before its first step."""


class PeopleAdministration:
    """Every change gives its job. A pending one goes on without the door: `job` tells how far it has come.

    All raise:
        ForbiddenError: whoever asks is no admin, now.
        MemberRefusedError: why this change is not made.
        NotFoundError: there is no such person.
        DependencyError: Cognito or the store cannot be asked; nothing was begun.

    `once` names the request: its repetition changes nothing and gives the first one's job.
    """

    def __init__(
        self,
        people: PeopleService,
        directory: PersonRepository,
        accounts: Accounts,
        repository: JobRepository,
        book: JobBook,
        jobs: JobService,
    ) -> None:
        self._people = people
        self._directory = directory
        self._accounts = accounts
        self._repository = repository
        self._book = book
        self._jobs = jobs
        self._told: Told | None = None
        self._window: str | None = None

    def telling(self, told: Told, window: str) -> "PeopleAdministration":
        """The same service, which says when nothing refuses a change any more and its steps begin.

        `window` stays with the job, for whoever shows how far it has come.
        """
        telling = copy.copy(self)
        telling._told, telling._window = told, window
        return telling

    def require(self, actor: Actor) -> Actor:
        """Make sure that somebody may do all this; gives them with the roles that they have now."""
        return self._people.entitled(actor, lambda person: person.is_admin, MANAGE_PEOPLE)

    def require_another_admin(self, actor: Actor, leaving: PersonId) -> None:
        """Raise MemberRefusedError where nobody else would be an active admin: it need not be asked about then."""
        self._require_one_who_stays(actor, leaving, self._repository.admins())

    def member(self, actor: Actor, person_id: PersonId) -> Person:
        """Somebody who is to be changed; raises as the changes do."""
        self.require(actor)
        return self._member(person_id)

    def add(self, actor: Actor, new: NewMember, *, once: str | None = None) -> Job:
        """Add somebody and send them a temporary password; what was half made before is finished.

        An account that Cognito has already, and that is in use or disabled, comes into the directory as it is.
        """

        def begin(admin: Actor) -> Job:
            self._require_unknown(new.email)
            claim = f"address:{hash_of(ascii_lower(new.email))}"
            return self._begin(admin, JobKind.ADD_MEMBER, MemberOrder(**new.model_dump()), claim, once)

        return self._once(actor, once, begin)

    def edit(self, actor: Actor, person_id: PersonId, edit: MemberEdit, *, once: str | None = None) -> Job:
        """Change names, groups, or what else an account says of its owner.

        Another address counts at once, but as one that nobody has proven to be theirs: no password is reset through it
        and no link to Slack is made on its strength until they signed in with a temporary password mailed there.
        """

        def begin(admin: Actor) -> Job:
            person = self._member(person_id)
            wanted = edit.model_dump()
            if edit.email is not None:
                if ascii_lower(edit.email) == ascii_lower(person.email):
                    wanted["email"] = None
                else:
                    self._require_unknown(edit.email)
            order = MemberOrder(person_id=person_id, **wanted)
            demotes = edit.groups is not None and Group.ADMINS not in edit.groups
            return self._change(admin, JobKind.EDIT_MEMBER, order, once, demotes=demotes)

        return self._once(actor, once, begin)

    def set_enabled(self, actor: Actor, person_id: PersonId, *, enabled: bool, once: str | None = None) -> Job:
        """Let somebody sign in again, or no longer; who may not is signed out everywhere."""

        def begin(admin: Actor) -> Job:
            self._member(person_id)
            kind = JobKind.ENABLE_MEMBER if enabled else JobKind.DISABLE_MEMBER
            return self._change(admin, kind, MemberOrder(person_id=person_id), once, demotes=not enabled)

        return self._once(actor, once, begin)

    def reset_password(self, actor: Actor, person_id: PersonId, *, once: str | None = None) -> Job:
        """Sign somebody out everywhere and send them a temporary password."""

        def begin(admin: Actor) -> Job:
            self._enabled(person_id)
            return self._change(admin, JobKind.RESET_PASSWORD, MemberOrder(person_id=person_id), once)

        return self._once(actor, once, begin)

    def resend_invitation(self, actor: Actor, person_id: PersonId, *, once: str | None = None) -> Job:
        """Send a fresh temporary password to somebody who has never signed in."""

        def begin(admin: Actor) -> Job:
            if not self._enabled(person_id).must_change_password:
                raise MemberRefusedError(MemberRefusal.HAS_SIGNED_IN, person_id)
            return self._change(admin, JobKind.INVITE_AGAIN, MemberOrder(person_id=person_id), once)

        return self._once(actor, once, begin)

    def remove(
        self, actor: Actor, person_id: PersonId, heirs: Sequence[PersonId] = (), *, once: str | None = None
    ) -> Job:
        """Take somebody out of the team. Their open tasks go to the heirs in turn, or to the unassigned board.

        They are locked out at once; where there are many tasks, the job is pending when it comes back.
        """

        def begin(admin: Actor) -> Job:
            person = self._member(person_id)
            unique = tuple(dict.fromkeys(heirs))
            for heir in unique:
                if heir == person_id or not self._is_able(heir):
                    raise MemberRefusedError(MemberRefusal.NO_HEIR, heir)
            order = MemberOrder(person_id=person_id, heirs=unique)
            return self._change(admin, JobKind.REMOVE_MEMBER, order, once, demotes=True, total=person.open_tasks)

        return self._once(actor, once, begin)

    def job(self, actor: Actor, job_id: JobId) -> Job:
        """How far a job has come."""
        self.require(actor)
        return self._jobs.get(job_id)

    def account(self, actor: Actor, person_id: PersonId) -> Account:
        """Somebody as Cognito has them now: whether they have ever signed in stands nowhere else."""
        self.require(actor)
        return self._account(person_id)

    def _once(self, actor: Actor, once: str | None, begin: Callable[[Actor], Job]) -> Job:
        admin = self.require(actor)
        earlier = self._repository.begun_by(once) if once is not None else None
        return earlier or begin(admin)

    def _require_unknown(self, email: str) -> None:
        try:
            known = self._directory.with_email(email)
        except NotFoundError:
            return
        raise MemberRefusedError(MemberRefusal.ALREADY_MEMBER, known.person_id)

    def _member(self, person_id: PersonId) -> Person:
        person = self._directory.get(person_id)
        if person.removed_at is not None:
            raise MemberRefusedError(MemberRefusal.REMOVED, person_id)
        return person

    def _account(self, person_id: PersonId) -> Account:
        account = self._accounts.find(person_id)
        if account is None:
            raise NotFoundError("person", person_id)
        return account

    def _enabled(self, person_id: PersonId) -> Account:
        self._member(person_id)
        account = self._account(person_id)
        if not account.enabled:
            raise MemberRefusedError(MemberRefusal.DISABLED, person_id)
        return account

    def _is_able(self, heir: PersonId) -> bool:
        try:
            return self._directory.get(heir).is_team_member
        except NotFoundError:
            return False

    def _change(
        self,
        actor: Actor,
        kind: JobKind,
        order: MemberOrder,
        once: str | None,
        *,
        demotes: bool = False,
        total: int = 0,
    ) -> Job:
        person_id = order.person_id or PersonId("")
        return self._begin(actor, kind, order, f"person:{person_id}", once, demotes=demotes, total=total)

    def _begin(
        self,
        actor: Actor,
        kind: JobKind,
        order: MemberOrder,
        claim: str,
        once: str | None,
        *,
        demotes: bool = False,
        total: int = 0,
    ) -> Job:
        job = self._book.draft(kind, actor).but(member=order, total=total, window=self._window)
        lease = self._jobs.lease()
        for _ in range(_ATTEMPTS):
            guards = self._guarded(actor, claim, order.person_id if demotes else None)
            try:
                begun = self._book.begin(job, guards, lease, once)
            except ConflictError as conflict:
                if conflict.key != "admins":
                    break
            else:
                return self._run(begun, lease) if begun.job_id == job.job_id else begun
        raise MemberRefusedError(MemberRefusal.UNDER_WAY, order.person_id)

    def _run(self, begun: Job, lease: JobLease) -> Job:
        if self._told is not None:
            self._told(begun)
        return self._jobs.run_inline(begun, lease)

    def _guarded(self, actor: Actor, claim: str, leaving: PersonId | None) -> Guards:
        """Make sure that an admin stays.

        The ledger is read first: whoever begins to take another admin away after that makes the intent fail, and
        whoever has done so before is no admin by what is read after it.
        """
        if leaving is None:
            return Guards(claim)
        ledger = self._repository.admins()
        self._require_one_who_stays(actor, leaving, ledger)
        return Guards(claim, leaving, ledger)

    def _require_one_who_stays(self, actor: Actor, leaving: PersonId, ledger: AdminLedger) -> None:
        staying = (each for each in self._candidates(actor) if each not in {leaving, *ledger.leaving})
        if not any(map(self._is_admin, staying)):
            raise MemberRefusedError(MemberRefusal.LAST_ADMIN, leaving)

    def _candidates(self, actor: Actor) -> Iterator[PersonId]:
        """Whoever asks, mostly the one who stays; the directory is read only where they are not."""
        yield actor.person_id
        yield from self._directory.admins()

    def _is_admin(self, person_id: PersonId) -> bool:
        """Both by the directory, which our own changes write at once, and by Cognito, now."""
        try:
            return self._directory.get(person_id).is_admin and self._accounts.roles(person_id).is_admin
        except NotFoundError:
            return False
