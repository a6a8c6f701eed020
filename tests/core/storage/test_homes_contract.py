"""What is kept of each person's App Home, whoever keeps it."""

from datetime import timedelta
from typing import TYPE_CHECKING

from core.clock import fresh_event_id
from core.ids import PersonId
from core.notifications.homes import APART, KEPT_FRESH_FOR, SETTLED, TEAM_APART, HomeRecord
from core.storage.schema import EXPIRES_AT, Keys
from tests.core.storage.conftest import TABLE, Kept, kept_in_dynamodb
from tests.support.news import make_task, moved
from tests.support.world import NOW, WORKSPACE, HeldClock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ADA, ANA, OMAR = PersonId("sub-ada"), PersonId("sub-ana"), PersonId("sub-omar")
TASK = make_task(version=3)


def record(kept: Kept) -> HomeRecord:
    found = kept.homes.get(ANA)
    assert found is not None
    return found


def test_a_home_that_nobody_opened_has_no_record_and_is_not_begun(kept: Kept) -> None:
    assert kept.homes.get(ANA) is None
    assert not kept.homes.begin(ANA, NOW)
    assert kept.homes.get(ANA) is None


def test_what_a_person_has_before_them_comes_back_as_it_was_written(kept: Kept) -> None:
    kept.homes.shown(ANA, NOW, place=">|open|2026#T-1", task=TASK)

    assert record(kept) == HomeRecord(NOW, ">|open|2026#T-1", NOW, NOW, TASK.task_id, 3)


def test_opening_it_again_forgets_the_page_and_the_task_laid_over(kept: Kept) -> None:
    kept.homes.shown(ANA, NOW, place=">|open|2026#T-1", task=TASK)
    kept.homes.shown(ANA, NOW + APART)

    assert record(kept) == HomeRecord(NOW + APART, None, NOW + APART, NOW + APART)


def test_one_publishing_is_begun_at_a_time_and_the_next_only_later(kept: Kept) -> None:
    kept.homes.shown(ANA, NOW)

    assert not kept.homes.begin(ANA, NOW + APART - timedelta(milliseconds=1))
    assert kept.homes.begin(ANA, NOW + APART)
    assert not kept.homes.begin(ANA, NOW + APART)
    assert record(kept).begun_at == NOW + APART
    assert record(kept).published_at == NOW


def test_what_slack_took_is_written_unless_something_newer_was_shown_meanwhile(kept: Kept) -> None:
    kept.homes.shown(ANA, NOW, place="page 2")
    kept.homes.begin(ANA, NOW + APART)
    kept.homes.published(ANA, NOW + APART, TASK)
    assert record(kept) == HomeRecord(NOW, "page 2", NOW + APART, NOW + APART, TASK.task_id, 3)

    kept.homes.shown(ANA, NOW + 2 * APART)
    kept.homes.published(ANA, NOW + APART, TASK)
    assert record(kept) == HomeRecord(NOW + 2 * APART, None, NOW + 2 * APART, NOW + 2 * APART)


def test_homes_of_admins_are_found_together(kept: Kept) -> None:
    kept.homes.shown(ANA, NOW)
    kept.homes.shown(ADA, NOW, place="page 2", of_admin=True)
    kept.homes.shown(OMAR, NOW, of_admin=True)
    assert kept.homes.of_admins() == {ADA: HomeRecord(NOW, "page 2", NOW, NOW), OMAR: HomeRecord(NOW, None, NOW, NOW)}

    kept.homes.shown(OMAR, NOW + APART)
    assert set(kept.homes.of_admins()) == {ADA}


def test_one_event_promises_to_publish_a_home_and_may_do_so_again(kept: Kept) -> None:
    first, second = fresh_event_id(NOW), fresh_event_id(NOW)
    assert not kept.homes.promise(ADA, first, NOW + TEAM_APART, NOW)
    kept.homes.shown(ADA, NOW, of_admin=True)

    assert kept.homes.promise(ADA, first, NOW + TEAM_APART, NOW)
    assert not kept.homes.promise(ADA, second, NOW + TEAM_APART, NOW)
    assert kept.homes.promise(ADA, first, NOW + TEAM_APART, NOW)
    assert kept.homes.promise(ADA, second, NOW + 2 * TEAM_APART, NOW + TEAM_APART), "the first did not come"


def test_what_was_published_without_a_task_keeps_the_one_laid_over(kept: Kept) -> None:
    kept.homes.shown(ANA, NOW, task=TASK)
    kept.homes.published(ANA, NOW + APART)

    assert record(kept) == HomeRecord(NOW, None, NOW, NOW + APART, TASK.task_id, 3)


def test_a_record_goes_when_the_home_is_no_longer_kept_fresh(dynamodb: "DynamoDBClient") -> None:
    kept = kept_in_dynamodb(dynamodb, TABLE, HeldClock())
    kept.homes.shown(ANA, NOW)

    key = {name: {"S": value} for name, value in Keys(WORKSPACE).home(ANA).items()}
    item = dynamodb.get_item(TableName=TABLE, Key=key)["Item"]
    assert int(item[EXPIRES_AT]["N"]) == int((NOW + KEPT_FRESH_FOR).timestamp())
    assert not record(kept).is_kept_fresh(NOW + KEPT_FRESH_FOR)
    assert record(kept).is_kept_fresh(NOW + KEPT_FRESH_FOR - timedelta(seconds=1))


def test_a_change_is_shown_once_it_was_laid_over_or_the_indexes_have_caught_up() -> None:
    published = HomeRecord(NOW, None, NOW, NOW, TASK.task_id, TASK.version)

    assert published.shows(TASK, NOW)
    assert not published.shows(moved(TASK), NOW)
    assert not published.shows(make_task(), NOW)
    assert published.shows(make_task(), NOW - SETTLED)
    assert not HomeRecord(NOW).shows(TASK, NOW - SETTLED)
