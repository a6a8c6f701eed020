"""What admins do to people: add, edit, enable, disable, passwords, unlink, remove. The services decide who may."""

import logging
from collections.abc import Callable, Mapping
from typing import Any, Final

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from bot.commands.team import Typed
from bot.commands.team_directory import TeamDirectory, open_slowly
from bot.commands.team_grammar import AddMember
from bot.commands.tokens import Email, Named, Someone
from bot.ids import Action, Field
from bot.messages.jobs import Names, job_words, names_in
from bot.messages.refusals import change_refusal_words, field_errors
from bot.modals.directory import Place, build_said, read_place
from bot.modals.fields import View
from bot.modals.member import build_job, build_member
from bot.modals.member_forms import (
    build_add,
    build_edit,
    build_own_demotion,
    build_remove,
    parse_edit,
    parse_heirs,
    parse_member,
)
from bot.replies import show
from core.errors import DependencyError, InvalidInputError, NotFoundError, TaskBotError
from core.ids import JobId, PersonId, SlackUserId, WorkspaceId
from core.jobs.model import Job, JobKind, JobState
from core.links.changes import LinkChanges
from core.links.model import SlackProfile
from core.people.administration import PeopleAdministration
from core.people.directory import Directory
from core.people.model import Account, Actor, Group, Person, SlackStatus
from core.people.orders import MemberEdit, MemberRefusal, MemberRefusedError, NewMember
from core.people.service import PeopleService
from core.validation import validated

Change = Callable[[PeopleAdministration, Actor, PersonId, str], Job]

_CHANGES: Final[Mapping[Action, Change]] = {
    Action.MEMBER_ENABLE: lambda people, actor, who, once: people.set_enabled(actor, who, enabled=True, once=once),
    Action.MEMBER_DISABLE: lambda people, actor, who, once: people.set_enabled(actor, who, enabled=False, once=once),
    Action.MEMBER_INVITE: lambda people, actor, who, once: people.resend_invitation(actor, who, once=once),
    Action.MEMBER_RESET: lambda people, actor, who, once: people.reset_password(actor, who, once=once),
}
"""What one press does."""
_FIELD_OF: Final = {
    MemberRefusal.ALREADY_MEMBER: Field.EMAIL,
    MemberRefusal.LAST_ADMIN: Field.GROUPS,
    MemberRefusal.NO_HEIR: Field.HEIRS,
}
"""Where a form says why something is refused; any other reason stands at its first field."""
_OUTSIDE: Final = {
    SlackStatus.BOT: "a bot",
    SlackStatus.GUEST: "a guest",
    SlackStatus.STRANGER: "of another workspace",
    SlackStatus.DEACTIVATED: "deactivated",
}

_log = logging.getLogger(__name__)


class Working:
    """The modal of a job that has begun: it says so, with a way to look again whatever becomes of this request."""

    def __init__(self, client: WebClient, view_id: str, names: Callable[[Job], Names], place: Place) -> None:
        self._client = client
        self._view_id = view_id
        self._names = names
        self._place = place
        self.is_shown = False
        self.hash: str | None = None

    def __call__(self, job: Job) -> None:
        self.is_shown = True
        self.hash = show(self._client, self._view_id, build_job(job, self._names(job), self._place))


class TeamMembers:
    def __init__(
        self,
        administration: PeopleAdministration,
        people: PeopleService,
        links: LinkChanges,
        directory: Directory,
        shown: TeamDirectory,
        profile: Callable[[SlackUserId], SlackProfile],
        workspace: WorkspaceId,
    ) -> None:
        self._administration = administration
        self._people = people
        self._links = links
        self._directory = directory
        self._shown = shown
        self._profile = profile
        self._workspace = workspace

    def answer_add(self, command: AddMember, typed: Typed) -> None:
        """Open the Add form, with what Slack knows of whoever was named."""
        if isinstance(command.who, Named):
            raise InvalidInputError.of("member", "unknown_name", name=command.who.name)
        if isinstance(command.who, Someone):
            raise InvalidInputError.of("member", "not_understood", text=f"@{command.who}")
        open_slowly(typed, lambda: self._adding(self._administration.require(typed.actor), command))

    def handle_add(self, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Show the empty Add form."""
        self._administration.require(context["actor"])
        show(client, body["view"]["id"], build_add(read_place(body["view"]), {}))
        ack()

    def handle_member(self, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Show one person with what may be done."""
        actor, place = self._chosen(body, context)
        show(client, body["view"]["id"], self._member(actor, place))
        ack()

    def handle_edit(self, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Show the Edit form."""
        actor, place = self._chosen(body, context)
        view = build_edit(self._administration.member(actor, place.chosen), place)
        show(client, body["view"]["id"], view)
        ack()

    def handle_remove(self, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Show the Remove form."""
        actor, place = self._chosen(body, context)
        leaving = self._administration.member(actor, place.chosen)
        try:
            if leaving.is_admin:
                self._administration.require_another_admin(actor, leaving.person_id)
            view = build_remove(leaving, actor.person, place)
        except MemberRefusedError as refused:
            view = self._member(actor, place, said=_sentence_for(refused, actor))
        show(client, body["view"]["id"], view)
        ack()

    def handle_unlink(self, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Take the link between somebody's Slack user and their account away."""
        actor, place = self._chosen(body, context)
        self._links.unlink_other(actor, place.chosen)
        said = "Unlinked. To use me in Slack again, they type `/task link`."
        try:
            view = self._member(actor, place, said=said)
        except DependencyError as failure:
            _log.warning("what became of somebody could not be read", exc_info=failure)
            view = build_said(said)
        show(client, body["view"]["id"], view)
        ack()

    def handle_change(self, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Do what needs no form, and show what became of it."""
        actor, place = self._chosen(body, context)
        action, view_id, seen = Action(body["actions"][0]["action_id"]), body["view"]["id"], body["view"]["hash"]
        # Two presses of what the modal showed are one: the second finds the first's job.
        change, once = _CHANGES[action], f"button:{view_id}:{seen}:{action}:{place.chosen}"
        working = Working(client, view_id, self._names, place)
        try:
            job = change(self._administration.telling(working, place.written()), actor, place.chosen, once)
            if job.is_pending and working.hash:
                ack()  # It says so already, and Slack does not wait for long.
                return
            view = self._outcome(actor, job, place)
        except (InvalidInputError, MemberRefusedError, NotFoundError) as refused:
            view = self._again(place)(actor, _sentence_for(refused, actor))
        show(client, view_id, view, after=working.hash or seen)
        ack()

    def handle_look(self, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Show how far a job has come."""
        actor, place = self._administration.require(context["actor"]), read_place(body["view"])
        job = self._administration.job(actor, JobId(body["actions"][0]["value"]))
        # Where the window has moved on by itself meanwhile, it shows what is newer.
        show(client, body["view"]["id"], self._outcome(actor, job, place), after=body["view"]["hash"])
        ack()

    def on_add(self, ack: Ack, view: View, context: BoltContext, client: WebClient) -> None:
        """Add somebody."""
        values, place = parse_member(view), read_place(view)

        def add(people: PeopleAdministration, actor: Actor, once: str) -> Job:
            return people.add(actor, validated(NewMember, **values), once=once)

        def again(_actor: Actor, said: str) -> View:
            return build_add(place, values, said=said, edition=f":{view['hash']}")

        self._submit(add, again, place, ack, view, context, client)

    def on_edit(self, ack: Ack, view: View, context: BoltContext, client: WebClient) -> None:
        """Change names and groups; an admin who would give up their own rights is asked first."""
        actor, place = self._administration.require(context["actor"]), read_place(view)
        values, is_meant = parse_edit(view)
        who = place.chosen
        if not values:
            ack(response_action="update", view=self._member(actor, place, said="Nothing was changed."))
            return
        if who == actor.person_id and not is_meant and Group.ADMINS not in values.get("groups", {Group.ADMINS}):
            self._ask_for_own_rights(ack, view, actor, place, values)
            return

        def edit(people: PeopleAdministration, actor: Actor, once: str) -> Job:
            return people.edit(actor, who, validated(MemberEdit, **values), once=once)

        self._submit(edit, self._again(place), place, ack, view, context, client)

    def _ask_for_own_rights(self, ack: Ack, view: View, actor: Actor, place: Place, values: dict[str, Any]) -> None:
        try:
            self._administration.require_another_admin(actor, actor.person_id)
        except MemberRefusedError as refused:
            ack(response_action="errors", errors=_errors_at(refused, view, actor))
        else:
            ack(response_action="update", view=build_own_demotion(place, values))

    def on_remove(self, ack: Ack, view: View, context: BoltContext, client: WebClient) -> None:
        """Take somebody out of the team."""
        place, heirs = read_place(view), [PersonId(heir) for heir in parse_heirs(view)]
        who = place.chosen

        def remove(people: PeopleAdministration, actor: Actor, once: str) -> Job:
            return people.remove(actor, who, heirs, once=once)

        self._submit(remove, self._again(place), place, ack, view, context, client)

    def _submit(
        self,
        change: Callable[[PeopleAdministration, Actor, str], Job],
        again: Callable[[Actor, str], View],
        place: Place,
        ack: Ack,
        view: View,
        context: BoltContext,
        client: WebClient,
    ) -> None:
        """Do what a form asks for. What is refused is said at its field, or once it is working in the modal's place."""
        actor = self._administration.require(context["actor"])
        working = Working(client, view["id"], self._names, place)
        telling = self._administration.telling(working, place.written())
        try:
            job = change(telling, actor, f"view:{view['id']}:{view['hash']}")
        except (InvalidInputError, MemberRefusedError, NotFoundError) as refused:
            errors = _errors_at(refused, view, actor)
            if working.is_shown or not errors:
                ack(response_action="update", view=again(actor, _sentence_for(refused, actor)))
            else:
                ack(response_action="errors", errors=errors)
            return
        ack(response_action="update", view=self._outcome(actor, job, place))

    def _again(self, place: Place) -> Callable[[Actor, str], View]:
        return lambda actor, said: self._member(actor, place, said=said)

    def _adding(self, actor: Actor, command: AddMember) -> View:
        match command.who:
            case None:
                return build_add(Place(), {})
            case Email(address):
                try:
                    known = self._people.lookup(address)
                except NotFoundError:
                    return build_add(Place(), {"email": address})
                return self._known(actor, known)
        slack_user_id = SlackUserId(str(command.who))
        linked = self._people.linked(slack_user_id)
        return self._known(actor, linked) if linked else self._profiled(actor, slack_user_id)

    def _profiled(self, actor: Actor, slack_user_id: SlackUserId) -> View:
        try:
            profile = self._profile(slack_user_id)
        except DependencyError:
            return build_add(Place(), {}, said="Slack does not tell me who they are right now, so please fill this in.")
        if profile.email:
            try:
                return self._known(actor, self._people.lookup(profile.email))
            except NotFoundError:
                pass
        given, _, family = profile.name.strip().partition(" ")
        outside = _OUTSIDE.get(profile.status_in(self._workspace))
        said = f"In Slack they are {outside}, so I may only reach them by email." if outside else ""
        values = {"email": profile.email, "given_name": given, "family_name": family.strip()}
        return build_add(Place(), values, said=said)

    def _known(self, actor: Actor, person: Person) -> View:
        said = "They are in the team already. This is what you can do."
        return self._member(actor, Place(person=person.person_id), said=said)

    def _outcome(self, actor: Actor, job: Job, place: Place) -> View:
        """The person as they are now, below what became of the job; without them, the team."""
        names = self._names(job)
        if not job.is_pending:
            try:
                return self._ended(actor, job, names, place)
            except DependencyError as failure:
                # It is done: nobody may read that nothing was changed.
                _log.warning("what became of somebody could not be read", exc_info=failure)
        return build_job(job, names, place)

    def _ended(self, actor: Actor, job: Job, names: Names, place: Place) -> View:
        said, who = job_words(job, names), job.member.person_id if job.member else None
        is_gone = job.kind is JobKind.REMOVE_MEMBER and job.state is JobState.DONE
        # Whoever has just given up their own rights sees the team as everybody does.
        viewer = self._people.lookup(actor.person_id)
        if who is None or is_gone or not viewer.is_admin:
            return self._shown.view(place._replace(person=None), viewer, said=said)
        return self._member(actor, place._replace(person=who), said=said)

    def _member(self, actor: Actor, place: Place, *, said: str = "") -> View:
        person = self._people.lookup(place.chosen)
        overdue = self._directory.overdue([person])[person.person_id]
        return build_member(person, overdue, self._account(actor, person), actor.person, place, said=said)

    def _account(self, actor: Actor, person: Person) -> Account | None:
        """Somebody as Cognito has them; None where it does not say so in time, or has them no more."""
        try:
            return self._administration.account(actor, person.person_id)
        except (DependencyError, NotFoundError):
            return None

    def _names(self, job: Job) -> Names:
        """The names that a job's words take, where they can be read: the job is begun by then."""
        try:
            return names_in(job, self._people.lookup)
        except DependencyError:
            return {}

    def _chosen(self, body: dict[str, Any], context: BoltContext) -> tuple[Actor, Place]:
        actor = self._administration.require(context["actor"])
        return actor, read_place(body["view"])._replace(person=PersonId(body["actions"][0]["value"]))


def _sentence_for(refused: TaskBotError, actor: Actor) -> str:
    """Say above a person of the directory why they were not changed."""
    if isinstance(refused, MemberRefusedError) and refused.reason is MemberRefusal.LAST_ADMIN:
        who = "You" if refused.person_id == actor.person_id else "They"
        return f"{who} are the last active admin. Make somebody else an admin first."
    return change_refusal_words(refused) or ""


def _errors_at(refused: TaskBotError, view: View, actor: Actor) -> dict[str, str]:
    """What is wrong at which field; nothing where the form does not have it."""
    asked = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    if isinstance(refused, InvalidInputError):
        errors = field_errors(refused)
        return errors if errors.keys() <= set(asked) else {}
    if not asked:
        return {}
    field = _FIELD_OF.get(refused.reason) if isinstance(refused, MemberRefusedError) else None
    sentence = _sentence_for(refused, actor).replace("`", "")
    return {str(field) if field in asked else asked[0]: sentence}
