"""The steps of a job that changes one person: Cognito first, each step read then done, then the directory."""

import logging
from collections.abc import Callable, Sequence
from typing import Final

from core.clock import Clock, Hurry
from core.errors import ConflictError, DependencyError, NotFoundError
from core.events import Change, EventType
from core.ids import PersonId
from core.jobs.model import Job, JobKind, JobState, MemberOrder
from core.jobs.news import JobNews
from core.jobs.ports import JobRepository, Outcome
from core.jobs.service import Advance
from core.notifications.model import Mail
from core.notifications.ports import Mailer
from core.people.accounts import Accounts, temporary_password
from core.people.invitation import build_address_change, build_invitation
from core.people.model import Account, Group, Person
from core.people.orders import MemberRefusal, MemberRefusedError
from core.people.ports import PersonRepository
from core.storage.addresses import ascii_lower
from core.suppression.ports import SuppressionRepository

_ATTEMPTS: Final = 3
_FACTS: Final = ("email", "given_name", "family_name", "locale", "title", "time_zone")
_SHOWN: Final = ("given_name", "family_name", "email", "locale", "title", "time_zone", "groups", "enabled")

_log = logging.getLogger(__name__)


class MemberChanges:
    """Adds, edits, enables, disables, and sends temporary passwords and word of a new address."""

    def __init__(
        self,
        accounts: Accounts,
        people: PersonRepository,
        jobs: JobRepository,
        mailer: Mailer,
        suppressions: SuppressionRepository,
        news: JobNews,
        clock: Clock,
        hurry: Hurry | None = None,
    ) -> None:
        """In a `hurry`, no mail is begun that comes too late: `work` sets another password and sends that."""
        self._hurry = hurry
        self._accounts = accounts
        self._people = people
        self._jobs = jobs
        self._mailer = mailer
        self._suppressions = suppressions
        self._news = news
        self._clock = clock

    def advance(self, job: Job) -> Advance:
        order = job.member or MemberOrder()
        steps: dict[JobKind, Callable[[Job, MemberOrder], Job]] = {
            JobKind.ADD_MEMBER: self._add,
            JobKind.EDIT_MEMBER: self._edit,
            JobKind.ENABLE_MEMBER: self._enable,
            JobKind.DISABLE_MEMBER: self._disable,
            JobKind.RESET_PASSWORD: self._reset_password,
            JobKind.INVITE_AGAIN: self._invite_again,
        }
        return Advance(steps[job.kind](job, order))

    def _add(self, job: Job, order: MemberOrder) -> Job:
        email, given, family = order.email or "", order.given_name or "", order.family_name or ""
        account = self._accounts.find(email)
        if account is None:
            self._accounts.create(email, given, family, temporary_password(self._accounts.password_policy()))
            account = self._account(email)
        job = job.but(member=order.model_copy(update={"person_id": account.person_id}))
        if not (account.enabled and account.must_change_password):
            return self._end(job, account)  # It is somebody's already, and not half made by an attempt of ours.
        self._make_so(account, order)
        # Read before the mail: whatever fails after it has another password sent, and the first one is dead.
        made = self._account(account.person_id)
        return self._end(self._send_password(job, made), made)

    def _edit(self, job: Job, order: MemberOrder) -> Job:
        account = self._account(order.person_id)
        self._make_so(account, order)
        after = self._account(account.person_id)
        if order.email is not None:
            job = self._follow_address(job, after)
        return self._end(job, after)

    def _follow_address(self, job: Job, account: Account) -> Job:
        """Tell the old address and the new one; whoever was only invited gets a password at the new one instead.

        The temporary password that went to the old address is good no more then, whoever reads mail there.
        """
        if account.must_change_password:
            return self._send_password(job, account)
        known = self._known(account.person_id)
        addresses = {known.email if known else account.email, account.email}
        mail = build_address_change(account, by=job.actor.name)
        sent = [self._tell(job, address, mail) for address in sorted(addresses)]
        return job.but(mail_sent=all(sent))

    def _tell(self, job: Job, address: str, mail: Mail) -> bool:
        try:
            if self._suppressions.get(address) is not None:
                return False
            self._mailer.send(address, mail)
        except DependencyError as failure:
            _log.warning("a change of address was not mailed", exc_info=failure, extra={"job_id": job.job_id})
            return False
        return True

    def _enable(self, job: Job, order: MemberOrder) -> Job:
        account = self._account(order.person_id)
        if not account.enabled:
            self._accounts.enable(account.person_id)
        return self._end(job, self._account(account.person_id))

    def _disable(self, job: Job, order: MemberOrder) -> Job:
        account = self._account(order.person_id)
        if account.enabled:
            self._accounts.disable(account.person_id)
        self._accounts.sign_out(account.person_id)
        return self._end(job, self._account(account.person_id))

    def _reset_password(self, job: Job, order: MemberOrder) -> Job:
        account = self._account(order.person_id)
        self._accounts.sign_out(account.person_id)
        return self._end(self._send_password(job, account), account, Change(field="password"))

    def _invite_again(self, job: Job, order: MemberOrder) -> Job:
        account = self._account(order.person_id)
        if not account.must_change_password:
            raise MemberRefusedError(MemberRefusal.HAS_SIGNED_IN, account.person_id)
        return self._end(self._send_password(job, account), account, Change(field="invitation"))

    def _account(self, name: str | None) -> Account:
        account = self._accounts.find(name or "")
        if account is None:
            raise NotFoundError("person", name or "")
        return account

    def _make_so(self, account: Account, order: MemberOrder) -> None:
        """Give the account the ordered facts and groups, where they differ."""
        ordered, is_now = order.model_dump(exclude_none=True), account.model_dump()
        facts: dict[str, str] = {
            name: ordered[name] for name in _FACTS if name in ordered and ordered[name] != is_now[name]
        }
        if ascii_lower(facts.get("email", "")) == ascii_lower(account.email):
            facts.pop("email", None)
        if facts:
            self._accounts.change(account.person_id, facts)
        if order.groups is None:
            return
        ours = {str(group) for group in Group}
        for group in sorted((order.groups & ours) - account.groups):
            self._accounts.join(account.person_id, group)
        for group in sorted((account.groups & ours) - order.groups):
            self._accounts.leave(account.person_id, group)

    def _send_password(self, job: Job, account: Account) -> Job:
        """Set a fresh password and send it; none is kept, so every attempt makes its own.

        A mail that does not go out ends nothing: the admin is told, and can have another one sent.
        """
        is_suppressed = self._suppressions.get(account.email) is not None
        password = temporary_password(self._accounts.password_policy())
        self._accounts.set_temporary_password(account.person_id, password)
        if is_suppressed:
            return job.but(mail_sent=False, is_mail_suppressed=True)
        if self._hurry is not None and self._hurry.is_over:
            raise DependencyError("ses", "no time left", retryable=True)
        is_reset = job.kind is JobKind.RESET_PASSWORD
        try:
            self._mailer.send(account.email, build_invitation(account, password, by=job.actor.name, is_reset=is_reset))
        except DependencyError as failure:
            _log.warning("a temporary password was not sent", exc_info=failure, extra={"job_id": job.job_id})
            return job.but(mail_sent=False)
        return job.but(mail_sent=True)

    def _end(self, job: Job, account: Account, *acts: Change) -> Job:
        """Bring the directory in line with the account, and announce what has become of the person."""
        ended = job.but(state=JobState.DONE, ended_at=self._clock())
        for attempt in range(_ATTEMPTS):
            before = self._known(account.person_id)
            after = Person.of(account, self._clock(), before)
            kind = EventType.MEMBER_ADDED if job.kind is JobKind.ADD_MEMBER else EventType.MEMBER_CHANGED
            event = self._news.of_member(job, kind, after, *acts, *changes_between(before, after))
            try:
                self._jobs.end(ended, Outcome(event, before, after), self._news.ended(ended))
            except ConflictError as conflict:
                if conflict.key != "person" or attempt == _ATTEMPTS - 1:
                    raise
                continue
            break
        return ended

    def _known(self, person_id: PersonId) -> Person | None:
        try:
            return self._people.get(person_id)
        except NotFoundError:
            return None


def changes_between(before: Person | None, after: Person) -> Sequence[Change]:
    """What an administrative act has changed of a person, as the event says it."""
    old = before.model_dump(mode="json", include=set(_SHOWN)) if before else {}
    new = after.model_dump(mode="json", include=set(_SHOWN))
    return [
        Change(field=field, before=_listed(old.get(field)), after=_listed(new[field]))
        for field in _SHOWN
        if _listed(old.get(field)) != _listed(new[field])
    ]


def _listed(value: object) -> object:
    return sorted(value) if isinstance(value, list) else value
