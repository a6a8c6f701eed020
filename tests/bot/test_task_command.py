"""`/task` and the card's buttons, through signed requests: what the person sees, and what is kept."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.commands.grammar import VERBS
from bot.ids import Action
from core.ids import TaskId
from core.people.model import Group
from core.tasks.model import TaskStatus
from handlers._runtime import JsonFormatter
from tests.support.world import SlackPlayed, World, make_person


def test_somebody_adds_a_task_to_their_own_list(slack: SlackPlayed, world: World) -> None:
    answer = slack.command(world.ana, "new Water the plants")

    assert answer.status == 200
    assert answer.json["response_type"] == "ephemeral"
    assert "Added to your list." in answer.shown
    assert "Water the plants" in answer.shown
    assert world.tasks.get(TaskId("T-1")).owner_id == world.ana.person_id


def test_admin_gives_a_task_with_a_deadline_where_the_assignee_is(slack: SlackPlayed, world: World) -> None:
    answer = slack.command(world.ada, f"new Fix login <@{world.ana.slack_user_id}|ana> by friday")

    assert "Given to Ana Silva." in answer.shown
    task = world.tasks.get(TaskId("T-1"))
    assert task.title == "Fix login"
    assert task.deadline == datetime(2026, 11, 21, 2, 59, 59, tzinfo=UTC)  # Friday 23:59:59 in São Paulo


def test_an_assignee_can_be_named_by_email_without_being_linked(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ada, "new Fix login <mailto:Chi@example.com|Chi@example.com>")

    assert world.tasks.get(TaskId("T-1")).owner_id == world.chi.person_id


def test_own_tasks_are_listed_by_deadline(slack: SlackPlayed, world: World) -> None:
    for text in ("new Whenever", "new Later by 2026-12-24", "new Soon by tomorrow"):
        slack.command(world.ana, text)
    slack.command(world.ben, "new Somebody else's")

    shown = slack.command(world.ana).shown

    assert shown.index("Soon") < shown.index("Later") < shown.index("Whenever")
    assert "Somebody else's" not in shown


def test_an_overdue_task_says_so_in_words(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ana, "new Soon by tomorrow")
    world.clock.forward(timedelta(days=3))
    world.cognito.known[world.ana.person_id] = (frozenset({Group.TEAM_MEMBERS}), True)

    assert "overdue" in slack.command(world.ana).shown


def test_done_closes_the_task_and_offers_to_undo_it_and_to_tell_others(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ana, "new Water the plants")

    answer = slack.command(world.ana, "done t-1")

    assert "It is done now." in answer.shown
    [buttons] = [block for block in answer.json["blocks"] if block["type"] == "actions"]
    assert [each["action_id"] for each in buttons["elements"]] == [Action.TASK_UNDO, Action.SHARE]
    assert world.tasks.get(TaskId("T-1")).task_status is TaskStatus.DONE


def test_done_twice_says_that_it_was_done_already(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ana, "new Water the plants")
    slack.command(world.ana, "done 1")

    assert "It was done already." in slack.command(world.ana, "done 1").shown
    assert world.tasks.get(TaskId("T-1")).version == 2


def test_pressing_done_replaces_the_card_by_its_outcome(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ana, "new Water the plants")

    assert slack.press(world.ana, Action.TASK_DONE, "T-1").status == 200

    [shown] = slack.ears.responses
    assert shown["replace_original"] is True
    assert "It is done now." in str(shown["blocks"])
    assert Action.TASK_DONE not in str(shown["blocks"])


def test_a_press_whose_reply_does_not_get_through_is_done_all_the_same(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ana, "new Water the plants")

    answer = slack.press(world.ana, Action.TASK_DONE, "T-1", response_url="http://127.0.0.1:1/nobody")

    assert answer.status == 200
    assert world.tasks.get(TaskId("T-1")).task_status is TaskStatus.DONE


def test_the_same_signed_request_twice_makes_one_task(slack: SlackPlayed, world: World) -> None:
    first = slack.command(world.ana, "new Water the plants", trigger_id="the same")
    second = slack.command(world.ana, "new Water the plants", trigger_id="the same")

    assert first.shown == second.shown
    assert len(world.tasks.open_of(world.ana.person_id, limit=10).items) == 1


def test_the_same_press_twice_changes_once(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ana, "new Water the plants")
    action = {"actions": [{"type": "button", "action_id": Action.TASK_START, "value": "T-1", "action_ts": "9.9"}]}

    slack.press(world.ana, Action.TASK_START, "T-1", **action)
    slack.press(world.ana, Action.TASK_START, "T-1", **action)

    assert world.tasks.get(TaskId("T-1")).version == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("new    by friday", "needs a title"),
        ("new " + "x" * 151, "has 151 characters. Keep it to 150"),
        ("new Fix login by yesterday", "has passed"),
        ("new Fix login by banana", "can't read “banana” as a date"),
        ("new Fix login by 31 feb", "The calendar has no “31 feb”"),
        ("new Fix login by fri midnight", "`fri 0:00` for its beginning"),
        ("new Fix by friday by monday", "“friday” and “monday” are two deadlines. Leave one out."),
        ("new Fix login by 1/2", "can be two dates"),
        ("new Fix login nobody@example.com", "Nobody in the team has the address nobody@example.com"),
        ("new Fix login <@U0STRANGER|stranger>", "no team account linked"),
        ("new Fix <@U0ANA|ana> <@U0BEN|ben>", "one owner"),
        ("done", "for example `/task done T-42`"),
        ("show", "for example `/task show T-42`"),
        ("history it", "“it” is not one. Type its number, for example `/task history T-42`"),
        ("assign @ana", "for example `/task assign T-42 @ana`"),
        ("done everything", "Which task?"),
        ("done T-99", "no task T-99"),
        ("done 1 2 3", "One task at a time: `/task done T-1`, then the others."),
        ("start T-1 blah", "Put `--` before the note, for example `/task start T-1 -- a few words`."),
        ("cancel T-1 T-2", "press *Select several* below a list"),
        ("delete T-1 T-2", "One task at a time: `/task delete T-1`, then the others."),
        ("show T-1 please", "Only a number follows `show`: `/task show T-1`."),
        ("rename T-1 Fix it", "`/task edit T-1` opens it"),
        ("T-1 done", "The number comes second: `/task done T-1`."),
        ("assign T-1 me please", "`/task comment T-1 …`"),
        ("list !urgent", "I can't make a list of “!urgent”"),
        ("list mine team", "“mine” and “team” are two lists."),
    ],
)
def test_what_cannot_be_used_is_answered_with_what_to_type_and_nothing_is_written(
    slack: SlackPlayed, world: World, text: str, said: str
) -> None:
    answer = slack.command(world.ada, text)

    assert answer.status == 200
    assert said in answer.shown
    assert world.tasks.everything(world.acting(world.ada), limit=10).items == []


def test_an_unknown_verb_gets_help_and_the_nearest_known_one(slack: SlackPlayed, world: World) -> None:
    shown = slack.command(world.ana, "dnoe T-1").shown

    assert "Did you mean “done”?" in shown
    assert "/task done T-42" in shown
    assert "/task new" not in shown, "one line, not all of them"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Buy milk &amp; bread tomorrow", "Did you want \n/task new Buy milk & bread tomorrow\n?"),
        ("my tasks", "Did you mean “list”?"),
        ("my tasks", "Or did you want \n/task new my tasks\n?"),
        ("thanks", "I don't know “thanks”."),
        ("snooze T-4 tomorrow", "Snooze is in the menu"),
        ("undo", "Undo is a button below my answer"),
        ("help me out", "which account"),
    ],
)
def test_what_is_no_verb_gets_a_short_answer_that_leads_on(
    slack: SlackPlayed, world: World, typed: str, said: str
) -> None:
    shown = slack.command(world.ana, typed).shown

    assert said in shown
    assert "/task history" not in shown, "not all that can be typed"
    assert "`/task help`" in shown or typed.startswith("help")


@pytest.mark.parametrize("typed", ["thanks", "snoze T-4", "T-4 tomorrow", "dnoe T-4"])
def test_what_is_no_task_is_not_offered_as_one(slack: SlackPlayed, world: World, typed: str) -> None:
    assert "/task new" not in slack.command(world.ana, typed).shown


TITLE_HINT = "If it belongs to the title, put the title in quotes"


@pytest.mark.parametrize(
    ("typed", "is_hinted"),
    [
        ("new Call nobody@example.com back", True),
        ("new Note about @omar", True),
        ("new Note about <@U0BEN|ben>", True),
        ("new Stand by me", True),
        ("new Fix login by 1/2", True),
        ("new by friday", False),
        ("due T-1 31 feb", False),
        ("due T-1 banana", False),
        ("due T-1 yesterday", False),
        ("assign T-1 nobody@example.com", False),
    ],
)
def test_what_may_belong_to_a_title_is_said_how_to_keep_there(
    slack: SlackPlayed, world: World, typed: str, *, is_hinted: bool
) -> None:
    slack.command(world.ana, "new Water the plants")

    shown = slack.command(world.ana, typed).shown

    assert (TITLE_HINT in shown) is is_hinted
    assert "`by" not in shown
    assert world.tasks.get(TaskId("T-1")).version == 1


def test_what_slack_did_not_open_in_time_is_not_taken_for_a_fault_of_ours(slack: SlackPlayed, world: World) -> None:
    slack.ears.refuses["views.open"] = "expired_trigger_id"
    late = slack.command(world.ana, "new").shown
    slack.ears.refuses["views.open"] = "invalid_arguments"
    wrong = slack.command(world.ana, "new").shown

    assert "Slack did not let me show you that in time. Do the same again" in late
    assert "wrong on my side. Try again" in wrong


def test_help_shows_every_verb(slack: SlackPlayed, world: World) -> None:
    shown = slack.command(world.ana, "help").shown

    assert all(f"/task {verb.name}" in shown for verb in VERBS)


def test_an_unlinked_person_gets_a_way_in_whatever_they_type(slack: SlackPlayed, world: World) -> None:
    for text in ("", "new Fix login", "help", "nonsense"):
        answer = slack.command("U0NEW", text)
        assert answer.json["response_type"] == "ephemeral"
        assert "https://bot.example/web/link/team.slack.com/U0NEW" in answer.body

    assert world.tasks.everything(world.acting(world.ada), limit=10).items == []


def test_an_unlinked_person_gets_a_sentence_when_slack_cannot_say_who_they_are(slack: SlackPlayed) -> None:
    slack.users_info_is_down = True

    assert "Try again in a minute" in slack.command("U0NEW").shown


def test_pressing_the_link_button_is_acknowledged_for_somebody_unlinked(slack: SlackPlayed) -> None:
    assert slack.press("U0NEW", Action.LINK, "").status == 200
    assert slack.ears.responses == []


def test_a_member_does_not_hand_out_tasks(slack: SlackPlayed, world: World) -> None:
    answer = slack.command(world.ana, f"new Fix login <@{world.ben.slack_user_id}>")

    assert "Only admins hand out tasks" in answer.shown
    assert world.tasks.everything(world.acting(world.ada), limit=10).items == []


def test_a_member_does_not_finish_what_is_not_theirs(slack: SlackPlayed, world: World) -> None:
    slack.command(world.ana, "new Water the plants")

    slack.press(world.ben, Action.TASK_DONE, "T-1")

    assert "Only the owner" in str(slack.ears.responses)
    assert slack.ears.responses[0]["replace_original"] is False
    assert world.tasks.get(TaskId("T-1")).task_status is TaskStatus.OPEN


def test_a_disabled_person_is_refused_within_a_minute(slack: SlackPlayed, world: World) -> None:
    world.cognito.known[world.ana.person_id] = (frozenset({Group.TEAM_MEMBERS}), False)
    world.clock.forward(timedelta(seconds=60))

    assert "switched off" in slack.command(world.ana, "new Fix login").shown


def test_somebody_who_is_no_longer_in_the_pool_is_refused(slack: SlackPlayed, world: World) -> None:
    del world.cognito.known[world.ana.person_id]
    world.clock.forward(timedelta(seconds=60))

    assert "switched off" in slack.command(world.ana, "new Fix login").shown


def test_cognito_is_not_asked_while_its_word_is_fresh_and_is_needed_once_it_is_stale(
    slack: SlackPlayed, world: World
) -> None:
    world.cognito.is_down = True
    slack.command(world.ana, "new While fresh")
    assert world.cognito.asked == 0
    world.clock.forward(timedelta(seconds=60))

    assert "Try again in a minute" in slack.command(world.ana, "new When stale").shown
    assert len(world.tasks.open_of(world.ana.person_id, limit=10).items) == 1


def test_another_workspace_is_refused_before_anything_is_looked_up(slack: SlackPlayed, world: World) -> None:
    answer = slack.command(world.ana, "new Fix login", team_id="T0OTHER")

    assert answer.status == 403
    assert world.tasks.open_of(world.ana.person_id, limit=10).items == []


@pytest.mark.parametrize("timestamp", ["1", "not a number", "", "1e9", "9" * 40])
def test_a_stale_or_malformed_timestamp_is_refused(slack: SlackPlayed, world: World, timestamp: str) -> None:
    body = f"command=%2Ftask&text=new+X&team_id=T0TEAM&user_id={world.ana.slack_user_id}&trigger_id=1"

    assert slack.send(body, timestamp=timestamp).status == 401
    assert world.tasks.open_of(world.ana.person_id, limit=10).items == []


def test_a_wrong_signature_is_refused_and_its_body_is_not_logged(
    slack: SlackPlayed, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")

    assert slack.send("text=private+words", signature="v0=0").status == 401
    assert "private" not in caplog.text


def test_a_button_that_nobody_listens_to_any_more_is_answered_with_a_sentence(slack: SlackPlayed, world: World) -> None:
    assert slack.press(world.ana, "long_gone", "T-1").status == 200
    assert "older version" in str(slack.ears.responses)


def test_our_own_failure_is_answered_with_a_reference_that_the_log_has(
    slack: SlackPlayed, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.clock.now = None  # type: ignore[assignment]

    answer = slack.command(world.ana, "new Fix login")

    assert answer.status == 200
    reference = answer.shown.rstrip(".").split()[-1]
    assert any(getattr(record, "reference", None) == reference for record in caplog.records)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("new Confidential plan by someday", "InvalidInputError"), ("done T-404 -- Confidential plan", "NotFoundError")],
)
def test_a_refusal_is_counted_by_its_reason_and_the_log_has_nobodys_words(
    slack: SlackPlayed, world: World, caplog: pytest.LogCaptureFixture, text: str, reason: str
) -> None:
    caplog.set_level("INFO")

    slack.command(world.ana, text)

    lines = [json.loads(JsonFormatter().format(record)) for record in caplog.records]
    [refused] = [line for line in lines if "Refusals" in line]
    assert (refused["door"], refused["Refusals"], refused["reason"]) == ("slack", 1, reason)
    assert not [line for line in lines if "Confidential" in str(line) or world.ana.email in str(line)]


def test_our_own_failure_is_counted_too(slack: SlackPlayed, world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.clock.now = None  # type: ignore[assignment]

    slack.command(world.ana, "new Fix login")

    assert [record.Failures for record in caplog.records if hasattr(record, "Failures")] == [1]


@pytest.mark.parametrize("hostile", ["<!channel> & <@U0ANA>", "*bold* _it_ `code`", "<https://evil.example|bank>"])
def test_peoples_text_is_shown_as_typed_and_never_interpreted(slack: SlackPlayed, world: World, hostile: str) -> None:
    world.add(make_person("Eve", slack_user_id="U0EVE"))
    sent = hostile.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    answer = slack.command("U0EVE", f'new "{sent}"')

    texts = [element for block in answer.json["blocks"] if block["type"] == "rich_text" for element in
             block["elements"][0]["elements"]]  # fmt: skip
    assert texts == [{"type": "text", "text": hostile, "style": {"bold": True}}]
    assert "<!channel>" not in answer.json["text"]
    assert "<https:" not in answer.json["text"]
