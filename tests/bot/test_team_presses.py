"""What comes of a press that is made twice, or while something does not do its part."""

from typing import Any, NoReturn

import pytest

from bot.ids import Action
from core.errors import DependencyError
from core.links.changes import LinkChanges
from core.notifications.model import Mail
from core.people.model import Person
from tests.support.team import Team
from tests.support.team_modal import TeamModal
from tests.support.world import SlackPlayed, World, words_of


@pytest.fixture
def modal(slack: SlackPlayed, world: World) -> TeamModal:
    modal = TeamModal(slack, world.ada)
    modal.type("")
    modal.press_of(Action.MEMBER, world.ana)
    return modal


@pytest.fixture
def team(slack: SlackPlayed) -> Team:
    return slack.team


def pressed(modal: TeamModal, action: Action, person: Person, *, hash_: str, at: str) -> None:
    """Press a button of the modal as it was by a certain hash."""
    press = {"action_id": action, "block_id": "b", "value": person.person_id, "action_ts": at}
    view: dict[str, Any] = {"type": "modal", **modal.view, "id": "V1", "hash": hash_, "state": {"values": {}}}
    container = {"type": "view", "view_id": "V1"}
    modal.slack.interact(modal.person, "block_actions", container=container, view=view, actions=[press])


def updates(slack: SlackPlayed) -> list[dict[str, Any]]:
    return [arguments for method, arguments in slack.ears.calls if method == "views.update"]


def test_a_double_click_sends_one_password_and_leaves_what_the_first_press_shows(
    modal: TeamModal, team: Team, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    send, shown = team.mailbox.send, modal.view
    modal.slack.ears.calls.clear()

    def clicked_again(address: str, mail: Mail) -> None:
        monkeypatch.setattr(team.mailbox, "send", send)
        modal.view = shown
        pressed(modal, Action.MEMBER_RESET, world.ana, hash_="seen", at="2.0")
        send(address, mail)

    monkeypatch.setattr(team.mailbox, "send", clicked_again)
    pressed(modal, Action.MEMBER_RESET, world.ana, hash_="seen", at="1.0")

    assert len(team.mailbox.sent) == 1
    working, second, first = updates(modal.slack)
    assert "Working…" in words_of(working["view"]["blocks"])
    assert second["hash"] == "seen"
    assert "has to choose a new password" in words_of(first["view"]["blocks"])
    assert first["hash"] not in {None, "seen"}


def test_a_double_click_that_comes_late_sends_nothing_more(modal: TeamModal, team: Team, world: World) -> None:
    shown = modal.view
    pressed(modal, Action.MEMBER_RESET, world.ana, hash_="seen", at="1.0")
    modal.view = shown
    pressed(modal, Action.MEMBER_RESET, world.ana, hash_="seen", at="1.3")
    assert len(team.mailbox.sent) == 1

    pressed(modal, Action.MEMBER_RESET, world.ana, hash_="another", at="9.0")
    assert len(team.mailbox.sent) == 2


def test_a_refusal_does_not_replace_what_somebody_has_gone_on_to(modal: TeamModal, world: World) -> None:
    pressed(modal, Action.MEMBER_INVITE, world.ana, hash_="seen", at="1.0")

    refusal = updates(modal.slack)[-1]
    assert "They have signed in" in words_of(refusal["view"]["blocks"])
    assert refusal["hash"] == "seen"


def raised(error: Exception) -> NoReturn:
    raise error


def gone_after(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store is not there any more as soon as a mail is sent and the job has ended."""
    end = team.repository.end

    def ended(*arguments: Any) -> None:
        end(*arguments)
        monkeypatch.setattr(
            team.world.people_kept, "get", lambda _: raised(DependencyError("dynamodb", "gone", retryable=True))
        )

    monkeypatch.setattr(team.repository, "end", ended)


def test_what_was_done_is_said_although_nothing_can_be_read_any_more(
    modal: TeamModal, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone_after(team, monkeypatch)

    modal.press(Action.MEMBER_RESET)

    assert len(team.mailbox.sent) == 1
    assert "has to choose a new password" in modal.shown


def test_who_was_unlinked_is_said_although_nothing_can_be_read_any_more(
    modal: TeamModal, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlink, kept = LinkChanges.unlink_other, world.people_kept

    def unlinked(*arguments: Any) -> None:
        unlink(*arguments)
        monkeypatch.setattr(kept, "get", lambda _: raised(DependencyError("dynamodb", "gone", retryable=True)))

    monkeypatch.setattr(LinkChanges, "unlink_other", unlinked)

    modal.press(Action.MEMBER_UNLINK)

    assert "Unlinked." in modal.shown


def test_whoever_was_added_is_said_to_be_although_nothing_can_be_read_any_more(
    modal: TeamModal, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    modal.type("add")
    gone_after(team, monkeypatch)

    modal.submit(email="dana@example.com", given_name="Dana", family_name="Berg")

    assert len(team.mailbox.sent) == 1
    assert "*Dana Berg* is in the team." in modal.shown


def test_a_modal_that_says_already_that_it_goes_on_is_not_told_twice(modal: TeamModal, team: Team) -> None:
    modal.slack.ears.calls.clear()
    team.accounts.fails_at = len(team.accounts.calls) + 2

    modal.press(Action.MEMBER_RESET)

    [working] = updates(modal.slack)
    assert "Working…" in words_of(working["view"]["blocks"])


@pytest.mark.parametrize("action", [Action.MEMBER_DISABLE, Action.MEMBER_RESET])
def test_of_whom_cognito_has_no_more_it_is_said_what_is_left_to_do(
    modal: TeamModal, team: Team, world: World, action: Action
) -> None:
    del team.accounts.users[world.ana.person_id]

    modal.press(action)

    assert "Cognito has no such user any more." in modal.shown
    assert "*Ana Silva*" in modal.shown
    assert "Remove…" in modal.offered


def test_whoever_is_changed_after_cognito_has_lost_them_is_said_to_be_gone(
    modal: TeamModal, team: Team, world: World
) -> None:
    modal.press(Action.MEMBER_EDIT)
    del team.accounts.users[world.ana.person_id]

    modal.submit(given_name="Anna")

    assert "Cognito has no such user any more." in modal.shown
