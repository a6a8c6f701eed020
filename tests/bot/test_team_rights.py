"""Nobody but an admin changes the team: not a member, not somebody demoted with the modal open, not by forging it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.ids import Action, Callback
from bot.modals.directory import Place
from bot.modals.member_forms import build_add, build_edit, build_own_demotion, build_remove
from core.people.model import Group, Person
from core.people.orders import MemberEdit
from tests.support.team_modal import TeamModal
from tests.support.world import SlackPlayed, World, make_person, words_of

NO_ADMIN = "Only admins change the team. Ask one of them."
OF_ONE = (
    Action.MEMBER, Action.MEMBER_EDIT, Action.MEMBER_ENABLE, Action.MEMBER_DISABLE, Action.MEMBER_INVITE,
    Action.MEMBER_RESET, Action.MEMBER_REMOVE, Action.MEMBER_UNLINK,
)  # fmt: skip
OTHERS = (Action.MEMBER_ADD, Action.JOB_LOOK)
FORMS: dict[str, Callable[[Person, Place], dict[str, Any]]] = {
    Callback.MEMBER_ADD: lambda _person, place: build_add(
        place, {"email": "dana@example.com", "given_name": "Dana", "groups": {Group.ADMINS}}
    ),
    Callback.MEMBER_EDIT: build_edit,
    "own demotion": lambda _person, place: build_own_demotion(place, {"groups": frozenset(Group)}),
    Callback.MEMBER_REMOVE: lambda person, place: build_remove(person, person, place),
}


class Intruder:
    """Somebody who is no admin, with a modal in front that only admins get; `name` says how they came to it."""

    def __init__(self, slack: SlackPlayed, world: World, name: str) -> None:
        self.team, self.world = slack.team, world
        self.eve = slack.team.join(make_person("Eve Fox", Group.ADMINS))
        self.modal = TeamModal(slack, world.ana if name == "member" else world.ada)
        self._name = name

    def demote(self) -> None:
        """Take the admin's rights: by ourselves, so that the directory knows, or in the console, where it does not."""
        ada = self.world.ada
        if self._name == "demoted by us":
            demotion = MemberEdit(groups=frozenset({Group.TEAM_MEMBERS}))
            self.team.administration.edit(self.world.acting(self.eve), ada.person_id, demotion)
        if self._name == "demoted in the console":
            self.world.cognito.known[ada.person_id] = (frozenset({Group.TEAM_MEMBERS}), True)
        self.accounts, self.intents = dict(self.team.accounts.users), len(self.team.repository.intents)

    def assert_refused(self) -> None:
        pushed = [
            words_of(each["view"]["blocks"]) for name, each in self.modal.slack.ears.calls if name == "views.push"
        ]
        assert NO_ADMIN in [self.modal.shown, *pushed][-1]
        assert dict(self.team.accounts.users) == self.accounts
        assert len(self.team.repository.intents) == self.intents
        assert self.team.mailbox.sent == []
        assert self.team.person(self.world.ben).slack_user_id is not None


WHO = pytest.mark.parametrize("who", ["member", "demoted by us", "demoted in the console"])


@pytest.fixture
def intruder(slack: SlackPlayed, world: World, who: str) -> Intruder:
    return Intruder(slack, world, who)


@WHO
@pytest.mark.parametrize("action", [*OF_ONE, *OTHERS])
def test_no_action_of_an_admin_is_done_for_anybody_else(intruder: Intruder, action: Action) -> None:
    intruder.modal.type("")
    intruder.demote()

    intruder.modal.press(action, intruder.world.ben.person_id)

    intruder.assert_refused()


@WHO
@pytest.mark.parametrize("form", FORMS)
def test_no_form_of_an_admin_is_taken_from_anybody_else(intruder: Intruder, form: str) -> None:
    ben = intruder.world.ben
    intruder.modal.type("")
    intruder.demote()
    intruder.modal.view = FORMS[form](ben, Place(person=ben.person_id))

    intruder.modal.submit(family_name="Changed", email="dana@example.com", given_name="Dana", heirs=[])

    intruder.assert_refused()


@WHO
def test_nobody_else_opens_the_form_to_add_somebody(intruder: Intruder) -> None:
    intruder.demote()

    said = intruder.modal.type("add dana@example.com").body + intruder.modal.shown

    assert NO_ADMIN in said
    assert "callback_id" not in intruder.modal.view


@pytest.mark.parametrize("who", ["member"])
def test_a_member_who_forges_what_the_modal_keeps_changes_nothing(intruder: Intruder) -> None:
    intruder.modal.type("")
    intruder.demote()
    ana = intruder.world.ana.person_id
    kept = {"text": "", "only": None, "at": None, "person": ana, "edit": {"groups": ["Admins"]}}
    intruder.modal.view = {
        "callback_id": Callback.MEMBER_EDIT, "private_metadata": json.dumps(kept), "blocks": [],
    }  # fmt: skip

    intruder.modal.submit()

    intruder.assert_refused()
    assert not intruder.team.person(intruder.world.ana).is_admin


@pytest.mark.parametrize("who", ["admin"])
@pytest.mark.parametrize(
    "kept", ["", "{", "[]", '"x"', '{"person": "sub-ben"}', '{"text":"","only":null,"at":null,"person":null}']
)
def test_what_a_form_did_not_keep_itself_is_refused_in_words(intruder: Intruder, kept: str) -> None:
    ben = intruder.world.ben
    intruder.demote()
    for form in (Callback.MEMBER_EDIT, Callback.MEMBER_REMOVE):
        intruder.modal.view = FORMS[form](ben, Place(person=ben.person_id)) | {"private_metadata": kept}
        answer = intruder.modal.submit(family_name="Changed")
        assert "That window is from an older version of me." in answer.body

    assert len(intruder.team.repository.intents) == intruder.intents


def test_every_action_and_form_of_admins_is_tried() -> None:
    open_to_all = {Action.MEMBER_TASKS, Action.MEMBER_TASKS_PREVIOUS, Action.MEMBER_TASKS_NEXT}
    of_admins = {each for each in Action if each.startswith(("member", "job_"))} - open_to_all

    assert of_admins == {*OF_ONE, *OTHERS}
    assert {each for each in Callback if each.startswith("member_")} <= FORMS.keys()
