"""What admins set for the workspace counts from the next thing that anybody types."""

from typing import Any

import pytest

from core.events import EventType
from core.people.model import Person, SlackStatus
from tests.support.news import happened
from tests.support.world import SlackPlayed, World, words_of


def office(world: World, **facts: Any) -> None:
    """An admin saves the workspace's settings."""
    before = world.settings_kept.get()
    changed = before.model_copy(update={**facts, "version": before.version + 1})
    world.settings_kept.save(changed, happened(EventType.SETTINGS_CHANGED, None, world.ada))


def typed(slack: SlackPlayed, person: Person, text: str) -> str:
    return words_of(slack.command(person, text).json["blocks"])


def test_members_hand_out_tasks_where_the_workspace_lets_them(slack: SlackPlayed, world: World) -> None:
    new = f"new Fix login <@{world.ben.slack_user_id}>"
    assert "Fix login" not in typed(slack, world.ana, new)

    office(world, members_can_assign=True)
    assert "Fix login" in typed(slack, world.ana, new)

    office(world, members_can_assign=False)
    assert "Fix login" not in typed(slack, world.ana, new)


@pytest.mark.parametrize("deployed", [True, False])
def test_guests_may_act_where_the_workspace_lets_them(slack: SlackPlayed, world: World, *, deployed: bool) -> None:
    guest = world.ana.model_copy(update={"slack_status": SlackStatus.GUEST})
    world.people_kept._people[guest.person_id] = guest
    for guests in (deployed, not deployed, deployed):
        office(world, guests=guests)
        said = typed(slack, guest, "new Water the plants")
        assert ("Water the plants" in said) is guests
        assert ("guest" in said) is not guests
