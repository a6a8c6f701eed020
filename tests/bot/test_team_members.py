"""What admins do to people from the directory, and what they are told of it."""

import pytest

from bot.ids import Action, Field
from core.ids import SlackUserId
from core.links.model import SlackProfile
from core.people.model import Group, Person
from core.tasks.model import NewTask
from tests.support.team import DANA_ID, Team
from tests.support.team_modal import TeamModal
from tests.support.world import WORKSPACE, SlackPlayed, World, make_person, words_of

DANA: dict[str, object] = {Field.EMAIL: "dana@example.com", Field.GIVEN_NAME: "Dana", Field.FAMILY_NAME: "Berg"}


@pytest.fixture
def modal(slack: SlackPlayed, world: World) -> TeamModal:
    return TeamModal(slack, world.ada)


@pytest.fixture
def team(slack: SlackPlayed) -> Team:
    return slack.team


def profile(**facts: object) -> SlackProfile:
    known = {"team_id": WORKSPACE, "name": "Dana Berg", "email": "dana@example.com", "email_confirmed": True}
    return SlackProfile(slack_user_id=SlackUserId("U0DANA"), time_zone="UTC", **{**known, **facts})


def managing(modal: TeamModal, person: Person) -> TeamModal:
    modal.type("")
    modal.press_of(Action.MEMBER, person)
    return modal


def shown_by_the_way(modal: TeamModal) -> list[str]:
    """What the modal said before it showed the end."""
    return [words_of(each["view"]["blocks"]) for method, each in modal.slack.ears.calls if method == "views.update"]


@pytest.mark.parametrize("letter", ["&", "<", "*", "\N{GRINNING FACE}"])
def test_no_name_makes_its_owner_unmanageable(modal: TeamModal, team: Team, letter: str) -> None:
    person = team.join(make_person(f"{letter * 100} {letter * 90}", email="odd@example.com"))
    modal.type("odd@")

    modal.press_of(Action.MEMBER, person)

    [disable] = [each for each in modal.elements if each["action_id"] == Action.MEMBER_DISABLE]
    assert disable["confirm"]["text"]["text"].startswith(letter * 79)


def test_what_many_heirs_of_long_names_got_can_be_shown(modal: TeamModal, team: Team, world: World) -> None:
    heirs = [team.join(make_person(f"H{each} {'&' * 190}", email=f"h{each}@example.com")) for each in range(20)]
    for each in range(20):
        world.tasks.create(world.acting(world.ada), NewTask(title=f"{each}", assigned_to=world.ana.person_id))
    managing(modal, world.ana).press(Action.MEMBER_REMOVE)

    modal.submit(heirs=[str(heir.person_id) for heir in heirs])

    assert "20 tasks moved: 1 to H0 &amp;" in modal.shown
    assert "the others to 10 more people" in modal.shown


def test_somebody_mentioned_is_added_with_what_slack_knows_of_them(modal: TeamModal, team: Team) -> None:
    team.world.profiles.known[SlackUserId("U0DANA")] = profile()

    modal.type("add <@U0DANA|dana>")

    assert [method for method, _ in modal.slack.ears.calls] == ["views.open", "views.update"]
    assert modal.initial(Field.EMAIL) == "dana@example.com"
    assert (modal.initial(Field.GIVEN_NAME), modal.initial(Field.FAMILY_NAME)) == ("Dana", "Berg")
    assert modal.initial(Field.GROUPS) == {Group.TEAM_MEMBERS}
    modal.submit()
    [mail] = team.mailbox.to("dana@example.com")
    password = team.accounts.passwords[DANA_ID]
    assert password in mail.text
    assert "*Dana Berg* is in the team. The email with the temporary password is on its way" in modal.shown
    assert "invited, has not signed in yet" in modal.shown
    assert password not in str(modal.slack.ears.calls)
    assert password not in str(modal.view)


def test_while_somebody_is_added_the_modal_says_so_and_how_to_look_again(modal: TeamModal) -> None:
    modal.type("add dana@example.com")
    modal.submit(**DANA)

    working = shown_by_the_way(modal)[-1]
    assert "Working… adding Dana Berg." in working
    assert "Look again" in working


@pytest.mark.parametrize(
    ("facts", "said"),
    [({"is_bot": True}, "a bot"), ({"is_guest": True}, "a guest"), ({"is_deactivated": True}, "deactivated"),
     ({"is_stranger": True}, "of another workspace")],
)  # fmt: skip
def test_of_whom_slack_would_not_let_in_the_form_says_so(
    modal: TeamModal, world: World, facts: dict[str, bool], said: str
) -> None:
    world.profiles.known[SlackUserId("U0DANA")] = profile(**facts)

    modal.type("add <@U0DANA>")

    assert f"In Slack they are {said}, so I may only reach them by email." in modal.shown


def test_where_slack_does_not_answer_the_form_is_empty_and_says_so(modal: TeamModal) -> None:
    modal.type("add <@U0DANA>")

    assert "please fill this in" in modal.shown
    assert modal.initial(Field.EMAIL) is None


@pytest.mark.parametrize("typed", ["add <@U0ANA>", "add ana@example.com", "add <@U0NEW>"])
def test_who_is_in_the_team_already_is_shown_instead(modal: TeamModal, world: World, typed: str) -> None:
    world.profiles.known[SlackUserId("U0NEW")] = profile(email="ana@example.com")

    modal.type(typed)

    assert "They are in the team already." in modal.shown
    assert "*Ana Silva*" in modal.shown


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({Field.EMAIL: "dana"}, Field.EMAIL, "no email address"),
        ({Field.EMAIL: f"{'d' * 130}@example.com"}, Field.EMAIL, "too long"),
        ({Field.EMAIL: "ana@example.com"}, Field.EMAIL, "in the team already"),
        ({Field.GIVEN_NAME: " "}, Field.GIVEN_NAME, "at least one letter"),
        ({Field.GIVEN_NAME: "x" * 101}, Field.GIVEN_NAME, "too long"),
        ({Field.FAMILY_NAME: "x" * 101}, Field.FAMILY_NAME, "too long"),
        ({Field.GROUPS: []}, Field.GROUPS, "Choose at least one"),
        ({Field.GROUPS: ["Owners"]}, Field.GROUPS, "Choose at least one"),
    ],
)
def test_what_cannot_be_used_is_said_at_its_field(
    modal: TeamModal, team: Team, given: dict[str, object], field: str, said: str
) -> None:
    modal.type("add")

    modal.submit(**(DANA | given))

    assert list(modal.errors) == [field]
    assert said in modal.errors[field]
    assert DANA_ID not in team.accounts.users


def test_what_is_refused_once_it_is_working_is_said_in_the_form_with_what_was_typed(
    modal: TeamModal, team: Team
) -> None:
    team.accounts.refused.add("dana@example.com")
    modal.type("add")
    modal.submit(**DANA)

    assert "Cognito does not take that as an email address" in modal.shown
    assert modal.initial(Field.EMAIL) == "dana@example.com"


def test_an_invitation_that_could_not_be_sent_can_be_sent_again(modal: TeamModal, team: Team) -> None:
    team.mailbox.is_down = True
    modal.type("add")
    modal.submit(**DANA)
    first = team.accounts.passwords[DANA_ID]
    assert "*the email could not be sent*" in modal.shown
    team.mailbox.is_down = False

    modal.press(Action.MEMBER_INVITE)

    [mail] = team.mailbox.to("dana@example.com")
    assert "*Dana Berg* has a new temporary password." in modal.shown
    assert first not in mail.text


def test_names_and_groups_are_changed(modal: TeamModal, team: Team, world: World) -> None:
    managing(modal, world.ana).press(Action.MEMBER_EDIT)
    assert (modal.initial(Field.GIVEN_NAME), modal.initial(Field.GROUPS)) == ("Ana", {Group.TEAM_MEMBERS})

    modal.submit(family_name="Souza", groups=[Group.ADMINS, Group.TEAM_MEMBERS])

    assert "*Ana Souza* was changed." in modal.shown
    assert team.person(world.ana).is_admin
    assert team.accounts.users[world.ana.person_id].family_name == "Souza"


def test_what_somebody_else_changed_meanwhile_stays(modal: TeamModal, team: Team, world: World) -> None:
    managing(modal, world.ana).press(Action.MEMBER_EDIT)
    other = TeamModal(modal.slack, world.ada)
    managing(other, world.ana).press(Action.MEMBER_EDIT)
    form = modal.view
    other.submit(given_name="Anna")

    modal.view = form
    modal.submit(family_name="Souza")

    assert team.person(world.ana).name == "Anna Souza"


def test_nothing_changed_changes_nothing(modal: TeamModal, team: Team, world: World) -> None:
    managing(modal, world.ana).press(Action.MEMBER_EDIT)
    modal.submit()

    assert "Nothing was changed." in modal.shown
    assert team.repository.intents == []


def test_an_admin_is_asked_before_they_give_up_their_own_rights(modal: TeamModal, team: Team, world: World) -> None:
    team.join(make_person("Eve Fox", Group.ADMINS))
    managing(modal, world.ada).press(Action.MEMBER_EDIT)
    modal.submit(groups=[Group.TEAM_MEMBERS])
    assert "*That is you.*" in modal.shown
    assert team.person(world.ada).is_admin

    modal.submit()

    assert not team.person(world.ada).is_admin
    assert "*Ada Lind* was changed." in modal.shown
    assert modal.offered == {"Tasks"}


def test_the_last_admin_can_be_neither_demoted_nor_disabled_nor_removed(modal: TeamModal, world: World) -> None:
    managing(modal, world.ada).press(Action.MEMBER_EDIT)
    modal.submit(groups=[Group.TEAM_MEMBERS])
    assert modal.errors[Field.GROUPS].startswith("You are the last active admin.")
    assert "That is you" not in modal.shown

    for action in (Action.MEMBER_DISABLE, Action.MEMBER_REMOVE):
        managing(modal, world.ada).press(action)
        assert "You are the last active admin. Make somebody else an admin first." in modal.shown
        assert "leaves the directory" not in modal.shown


def test_a_form_from_when_there_was_another_admin_is_refused(modal: TeamModal, team: Team, world: World) -> None:
    eve = team.join(make_person("Eve Fox", Group.ADMINS))
    world.tasks.create(world.acting(world.ada), NewTask(title="x", assigned_to=world.ada.person_id))
    managing(modal, world.ada).press(Action.MEMBER_REMOVE)
    team.administration.set_enabled(world.acting(world.ada), eve.person_id, enabled=False)

    modal.submit()

    assert "You are the last active admin." in modal.errors[Field.HEIRS]


def test_somebody_is_disabled_and_enabled_again_with_one_press_each(modal: TeamModal, team: Team, world: World) -> None:
    managing(modal, world.ana).press(Action.MEMBER_DISABLE)
    assert "*Ana Silva* is signed out everywhere" in modal.shown
    assert not team.person(world.ana).enabled
    assert modal.offered.isdisjoint({"Disable", "Reset password", "Resend invitation"})

    modal.press(Action.MEMBER_ENABLE)

    assert "*Ana Silva* can sign in again." in modal.shown
    assert team.person(world.ana).enabled


def test_a_password_is_reset_by_mail_to_them_alone(modal: TeamModal, team: Team, world: World) -> None:
    managing(modal, world.ana).press(Action.MEMBER_RESET)

    assert len(team.mailbox.to("ana@example.com")) == len(team.mailbox.sent) == 1
    assert "has to choose a new password" in modal.shown
    assert team.accounts.passwords[world.ana.person_id] not in str(modal.slack.ears.calls)
    assert "Resend invitation" in modal.offered


def test_what_cannot_be_undone_asks_first(modal: TeamModal, world: World) -> None:
    managing(modal, world.ana)
    asked = {each["text"]["text"] for each in modal.elements if "confirm" in each}
    assert asked == {"Disable", "Reset password", "Unlink Slack"}

    managing(modal, world.ada)
    [confirm] = [each["confirm"] for each in modal.elements if each["action_id"] == Action.MEMBER_DISABLE]
    assert "That is you." in confirm["text"]["text"]


def test_where_cognito_is_silent_both_ways_to_a_password_are_offered(
    modal: TeamModal, team: Team, world: World
) -> None:
    modal.type("")
    team.accounts.fails_at = len(team.accounts.calls) + 1
    modal.press_of(Action.MEMBER, world.ana)

    assert {"Resend invitation", "Reset password"} <= modal.offered


def test_a_refusal_is_said_above_the_person(modal: TeamModal, world: World) -> None:
    managing(modal, world.ana)
    modal.press(Action.MEMBER_INVITE, world.ana.person_id)

    assert "They have signed in and chosen a password of their own." in modal.shown
    assert "*Ana Silva*" in modal.shown


def test_somebody_is_unlinked(modal: TeamModal, team: Team, world: World) -> None:
    managing(modal, world.ana).press(Action.MEMBER_UNLINK)

    assert team.person(world.ana).slack_user_id is None
    assert "Unlinked." in modal.shown
    assert "Unlink Slack" not in modal.offered


def give(world: World, owner: Person, count: int) -> None:
    for number in range(count):
        world.tasks.create(world.acting(world.ada), NewTask(title=f"{number}", assigned_to=owner.person_id))


@pytest.mark.parametrize(
    ("heirs", "said"),
    [
        (["sub-ben"], "3 tasks moved: 3 to Ben Okoro."),
        (["sub-ben", "sub-chi"], "3 tasks moved: 2 to Ben Okoro, 1 to Chi Nguyen."),
        ([], "3 tasks moved: 3 to the unassigned board."),
    ],
)
def test_somebody_is_removed_and_their_tasks_go_to_whoever_was_named(
    modal: TeamModal, world: World, heirs: list[str], said: str
) -> None:
    give(world, world.ana, 3)
    managing(modal, world.ana).press(Action.MEMBER_REMOVE)
    assert "Who inherits the 3 open tasks?" in modal.shown

    modal.submit(heirs=heirs)

    assert f"*Ana Silva* was removed from the team. {said}" in modal.shown
    assert modal.people == ["Ada Lind", "Ben Okoro", "Chi Nguyen"]


def test_an_admin_is_warned_before_they_remove_themselves(modal: TeamModal, team: Team, world: World) -> None:
    team.join(make_person("Eve Fox", Group.ADMINS))
    managing(modal, world.ben).press(Action.MEMBER_REMOVE)
    of_another = modal.shown
    managing(modal, world.ada).press(Action.MEMBER_REMOVE)

    assert "*That is you.* You are signed out everywhere at once" in modal.shown
    assert "That is you" not in of_another


def test_an_heir_who_cannot_have_tasks_is_said_at_the_field(modal: TeamModal, team: Team, world: World) -> None:
    team.join(make_person("Dot Ray", enabled=False))
    give(world, world.ana, 1)
    managing(modal, world.ana).press(Action.MEMBER_REMOVE)

    modal.submit(heirs=["sub-dot"])

    assert "can't be given tasks" in modal.errors[Field.HEIRS]


def test_a_second_change_of_the_same_person_waits_for_the_first(modal: TeamModal, team: Team, world: World) -> None:
    managing(modal, world.ana)
    team.accounts.fails_at = len(team.accounts.calls) + 2
    modal.press(Action.MEMBER_DISABLE)

    modal.press(Action.MEMBER_ENABLE, world.ana.person_id)

    assert "Another change of this person is not finished yet." in modal.shown


def test_the_same_press_sent_twice_changes_once(modal: TeamModal, team: Team, world: World) -> None:
    managing(modal, world.ana)
    modal.press(Action.MEMBER_RESET)
    modal.press(Action.MEMBER_RESET, world.ana.person_id, again=True)

    assert len(team.mailbox.sent) == 1


def test_who_has_no_name_is_called_by_their_address(modal: TeamModal, team: Team) -> None:
    nameless = team.join(make_person("Zed Zed", email="zed@example.com", given_name="", family_name=""))
    modal.type("zed@")
    assert modal.people == ["zed@example.com"]

    modal.press_of(Action.MEMBER, nameless)
    [disable] = [each for each in modal.elements if each["action_id"] == Action.MEMBER_DISABLE]
    modal.press(Action.MEMBER_DISABLE)

    assert disable["accessibility_label"] == "Disable: zed@example.com"
    assert disable["confirm"]["text"]["text"].startswith("zed@example.com is signed out")
    assert "*zed@example.com* is signed out everywhere" in modal.shown


def test_nothing_is_offered_to_do_to_somebody_who_was_removed(modal: TeamModal, world: World) -> None:
    stale = managing(modal, world.ana).view
    modal.press(Action.MEMBER_REMOVE)
    modal.submit()
    modal.view = stale

    modal.press(Action.MEMBER_DISABLE)

    assert "They were removed from the team." in modal.shown
    assert modal.offered == {"Back to the team"}


def test_who_leaves_is_not_offered_as_their_own_heir(modal: TeamModal, world: World) -> None:
    give(world, world.ana, 1)
    managing(modal, world.ana).press(Action.MEMBER_REMOVE)

    assert modal.suggested(Field.HEIRS, "an") == []
    assert modal.suggested(Field.HEIRS, "be") == ["Ben Okoro (ben@example.com)"]
