"""What people wrote and a card told first stands on that card for good: it is told nowhere else."""

from bot.ids import Action
from bot.messages.notifications import build_news
from core.notifications.service import LEASE
from core.tasks.model import TaskStatus
from tests.support.dms import Dms, is_done, shown
from tests.support.news import ADA, ANA, commented, make_task, moved, status_changed, task_news
from tests.support.world import SlackPlayed, World, words_of


def test_a_comment_that_came_as_the_card_stands_above_it_whatever_comes_later(dms: Dms) -> None:
    task = make_task()
    dms.tell(commented(task, "Which <colour> & *size*?", by=ANA), ADA)

    dms.tell(status_changed(moved(task), by=ANA), ADA)
    dms.tell(status_changed(moved(task, TaskStatus.DONE, version=3), by=ANA), ADA)

    assert f"<@{ANA.slack_user_id}> commented." in shown(dms.card(ADA))
    assert "Which <colour> & *size*?" in shown(dms.card(ADA))
    assert is_done(dms.card(ADA))


def test_a_status_that_came_as_the_card_goes_when_it_has_become_false_and_what_was_written_with_it_stays(
    dms: Dms,
) -> None:
    task = make_task()
    dms.tell(status_changed(moved(task, TaskStatus.BLOCKED), by=ANA, note="No keys"), ADA)

    dms.tell(status_changed(moved(task, TaskStatus.DONE, version=3), by=ANA), ADA)

    assert "moved this task to" not in shown(dms.card(ADA))
    assert f"<@{ANA.slack_user_id}> wrote:" in shown(dms.card(ADA))
    assert "No keys" in shown(dms.card(ADA))
    assert is_done(dms.card(ADA))


def test_a_comment_on_a_card_that_was_never_written_down_is_kept_too(dms: Dms) -> None:
    task = make_task()
    dms.slack.unanswered.append("post")
    dms.fails_to_tell(commented(task, "Which colour?", by=ANA), ADA)
    dms.clock.forward(LEASE * 1.1)

    dms.tell(status_changed(moved(task, TaskStatus.DONE), by=ANA), ADA)

    assert is_done(dms.card(ADA))
    assert "Which colour?" in shown(dms.card(ADA))


def test_a_comment_on_a_card_whose_answer_was_lost_is_kept_too(dms: Dms) -> None:
    task = make_task()
    event = commented(task, "Which colour?", by=ANA)
    dms.slack.unanswered.append("post")
    dms.fails_to_tell(event, ADA)

    assert dms.has_arrived(event, ADA)
    dms.tell(status_changed(moved(task, TaskStatus.DONE), by=ANA), ADA)

    assert is_done(dms.card(ADA))
    assert "Which colour?" in shown(dms.card(ADA))


def test_a_comment_on_a_card_stays_when_a_button_of_the_card_is_pressed(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ana, "new Water the plants")
    _, blocks = build_news(task_news(commented(make_task(), "Which colour?")))

    slack.press(world.ana, Action.TASK_DONE, "T-1", message={"blocks": blocks})

    [answer] = slack.ears.responses
    assert answer["blocks"][: len(blocks)] == blocks
    assert "It is done now." in words_of(answer["blocks"])
