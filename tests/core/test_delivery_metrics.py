"""What the log line of each attempt says in figures, for whoever watches how deliveries fare."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from core.errors import DependencyError
from core.ids import EventId
from core.notifications.model import Channel, Kind, Notification
from core.notifications.ports import SuppressedError
from core.notifications.preferences import Preferences, Ways
from core.people.model import Person
from core.tasks.ports import TaskWrite
from tests.support.delivery import WAIT, Kept
from tests.support.news import ADA, ANA, BEN, assigned, make_task, status_changed, taken_from
from tests.support.world import NOW

LATER = DependencyError("slack", "ratelimited", retryable=True)
NEVER = DependencyError("slack", "channel_not_found", retryable=False)
NO_ANSWER = DependencyError("slack", "TimeoutError", retryable=True, uncertain=True)


@dataclass
class Troubled:
    """A channel that has these troubles, one an attempt, and in which everything arrives all the same."""

    troubles: list[DependencyError] = field(default_factory=list)
    channel: Channel = Channel.SLACK

    def send(self, _news: Sequence[Notification], _person: Person) -> None:
        if self.troubles:
            raise self.troubles.pop(0)

    def arrived(self, news: Sequence[Notification], _person: Person) -> frozenset[EventId]:
        return frozenset(each.event.event_id for each in news)


@pytest.mark.parametrize(
    ("troubles", "outcomes"),
    [
        ([], ["Sent"]),
        ([LATER], ["Retried", "Sent"]),
        ([NO_ANSWER], ["Ambiguous", "Settled"]),
        ([NEVER], ["Failed"]),
        ([SuppressedError()], ["Suppressed"]),
    ],
)
def test_each_attempt_counts_its_outcome(
    troubles: list[DependencyError], outcomes: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    kept, event = Kept(), assigned(make_task(title="A secret plan"))
    kept.add(ADA, ANA)
    service = kept.service(Troubled(list(troubles)))

    with caplog.at_level("INFO"):
        for _ in outcomes:
            with suppress(DependencyError):
                service.deliver(event)

    lines = [line.__dict__ for line in caplog.records if "_aws" in line.__dict__]
    named = [line["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"] for line in lines]
    assert named == outcomes
    assert [line[name] for line, name in zip(lines, named, strict=True)] == [1] * len(outcomes)
    assert {(line["channel"], line["kind"]) for line in lines} == {("slack", "assigned")}
    assert "secret" not in str(lines)


def test_the_lag_of_what_was_sent_runs_from_the_change(caplog: pytest.LogCaptureFixture) -> None:
    kept, event = Kept(), assigned()
    kept.add(ADA, ANA)
    kept.clock.forward(timedelta(milliseconds=2500))

    with caplog.at_level("INFO"):
        kept.service(Troubled()).deliver(event)

    [line] = caplog.records
    assert line.__dict__["Lag"] == 2500


@pytest.mark.parametrize("slack_is_there", [True, False], ids=["told in Slack", "handed to the mail"])
def test_the_lag_of_what_was_held_back_runs_from_when_it_was_due(
    caplog: pytest.LogCaptureFixture,
    slack_is_there: bool,  # noqa: FBT001 - a parameter
) -> None:
    kept, task = Kept(), make_task(assigned_to=BEN.ref)
    kept.add(ADA, BEN)
    kept.preferences.save(BEN.person_id, Preferences(quiet_from=20, quiet_until=7))
    kept.tasks.save(TaskWrite(None, task, ()))
    kept.clock.now = NOW.replace(hour=22, minute=0)
    service = kept.service(Troubled([] if slack_is_there else [NEVER]))
    event = status_changed(task, by=ADA).model_copy(update={"occurred_at": kept.clock.now})
    kept.happen(event)
    kept.clock.forward(timedelta(seconds=60))
    service.deliver(event)
    kept.clock.forward(timedelta(hours=9, seconds=-58))
    kept.held_news().sweep(kept.clock.now)

    with caplog.at_level("INFO"):
        for release in kept.outbox.events:
            service.deliver(release)
        for handed_over, person_id in kept.handover.given:
            kept.service(Troubled(channel=Channel.EMAIL)).deliver(handed_over, {person_id})

    [line] = [line.__dict__ for line in caplog.records if "Sent" in line.__dict__]
    assert line["Lag"] == 2000


def test_what_a_person_has_turned_off_is_no_attempt(caplog: pytest.LogCaptureFixture) -> None:
    kept = Kept()
    kept.add(ADA, ANA)
    kept.preferences.save(ANA.person_id, Preferences(choices={Kind.ASSIGNED: Ways(slack=False)}))

    with caplog.at_level("INFO"):
        kept.service(Troubled()).deliver(assigned())

    assert caplog.records == []


def test_what_was_taken_back_before_it_could_be_said_counts_as_suppressed(caplog: pytest.LogCaptureFixture) -> None:
    task = make_task(assigned_to=BEN.ref)
    taken, given_back = taken_from(ANA, task), assigned(make_task(task_id=task.task_id, assigned_to=ANA.ref))
    kept = Kept()
    kept.add(ADA, ANA, BEN)
    kept.happen(taken, given_back)
    kept.clock.forward(WAIT)

    with caplog.at_level("INFO"):
        kept.service(Troubled()).deliver(taken)

    outcomes = [line.__dict__ for line in caplog.records if line.__dict__.get("person_id") == ANA.person_id]
    assert [line["Suppressed"] for line in outcomes] == [1]
