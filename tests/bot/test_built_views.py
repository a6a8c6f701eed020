"""Every view and message about tasks, at 0, 1, 11 and 500 tasks with the longest texts: Slack takes them all."""

import json
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.models.views import View as SlackView

from bot.commands.model import Find, History, ListTasks, Which, Whose
from bot.home.view import BUSIEST, HANDED_OUT, HOME_PAGE, REQUESTS, HomeContent, build_home
from bot.messages.lists import build_finds, build_history, build_list
from bot.messages.stats import Numbers, build_stats
from bot.messages.tasks import (
    LIST_PAGE,
    build_full_card,
    build_made_elsewhere,
    build_made_from_message,
    build_suggestions,
    build_undo,
)
from bot.modals.comment import build_comment
from bot.modals.directory import DIRECTORY_PAGE, Place, build_directory
from bot.modals.edit_task import build_conflict, build_edit_task
from bot.modals.member import build_job, build_member, build_member_tasks
from bot.modals.member_forms import build_add, build_edit, build_own_demotion, build_remove
from bot.modals.new_task import build_new_task, build_outcome
from core.clock import fresh_event_id
from core.events import Change, EventActor, EventType
from core.ids import JobId
from core.jobs.model import Job, JobKind, JobState, MemberOrder
from core.links.model import LinkRequest, RequestState
from core.people.model import Account, Actor, Entry, Group, Person
from core.people.queries import DirectoryFilter
from core.people.workload import CAP, Load, Workload
from core.tasks.model import Task, TaskStatus
from core.tasks.queries import Slice
from infra.local.slack.rules.check import check_message, check_view
from infra.local.slack.rules.shapes import Surface
from tests.bot.test_built_messages import TITLES, accept, fullest
from tests.support.link_news import make_facts
from tests.support.news import ADA, ANA, BEN, happened
from tests.support.world import NOW, make_person, words_of

NUMBERS = (0, 1, 11, 500)
CURSOR = f">|W#T0TEAM#{'x' * 100}|{'y' * 60}"
EMOJI = "\N{GRINNING FACE}"
EVERY_TITLE = pytest.mark.parametrize("title", TITLES.values(), ids=TITLES.keys())
EVERY_NUMBER = pytest.mark.parametrize("number", NUMBERS)
LONG_NAMED = make_person("Eva " + "&*" * 60, Group.ADMINS, email=f"{'e' * 240}@example.com")
STATUSES = list(TaskStatus)


def tasks(number: int, title: str) -> list[Task]:
    """Tasks of every status and every due group."""
    return [
        fullest(title).model_copy(
            update={
                "task_status": STATUSES[each % 5],
                "deadline": NOW + timedelta(days=each * 3 - 4) if each % 6 else None,
                "assigned_to": ADA.ref,
            }
        )
        for each in range(number)
    ]


def page(found: list[Any], limit: int) -> Slice[Any]:
    more = CURSOR if len(found) > limit else None
    return Slice(found[:limit], CURSOR.replace(">", "<"), more, gave_up=len(found) == 1)


def longest_request() -> LinkRequest:
    """A request of two people whose names and addresses are as long as they can be, and full of Slack's marks."""
    facts = make_facts(
        slack_name="<!channel> " + "&*" * 60,
        slack_email=f"{'s' * 240}@example.com",
        slack_email_confirmed=False,
        account_name=LONG_NAMED.name,
        account_email=LONG_NAMED.email,
        account_email_verified=False,
    )
    return LinkRequest(request_id=fresh_event_id(NOW), facts=facts, asked_at=NOW)


def decided() -> LinkRequest:
    return longest_request().model_copy(update={"state": RequestState.DENIED, "decided_by": LONG_NAMED.name})


def accept_view(view: dict[str, Any], surface: Surface) -> None:
    """Fail where Slack would refuse the view, by its documented rules or by its SDK's models."""
    check_view(view, surface)
    assert SlackView(**view).to_dict() == view


@EVERY_TITLE
@EVERY_NUMBER
@pytest.mark.parametrize("viewer", [ADA, ANA, BEN, LONG_NAMED], ids=["admin", "owner", "stranger", "long"])
def test_slack_takes_any_list_and_find(title: str, number: int, viewer: Person) -> None:
    found = page(tasks(number, title), LIST_PAGE)
    labels = tuple("&" * 40 for _ in range(10))

    accept(build_list(ListTasks(Whose.TEAM, Which.OVERDUE, labels=labels), LONG_NAMED, found, viewer, NOW))
    accept(build_finds(Find(title), found, viewer, NOW))
    accept(build_suggestions(found.items[:3], viewer, NOW))
    assert words_of(build_list(ListTasks(), None, found, viewer, NOW)).count(title) >= min(number, LIST_PAGE)


@EVERY_TITLE
@EVERY_NUMBER
@pytest.mark.parametrize("person", [ADA, ANA, LONG_NAMED], ids=["admin", "member", "long"])
def test_slack_takes_any_home(title: str, number: int, person: Person) -> None:
    mine = page(tasks(number, title), HOME_PAGE)
    handed_out = page(tasks(number, title), HANDED_OUT)
    load = Load(LONG_NAMED.person_id, LONG_NAMED.name, number, number)
    workload = Workload(number, [load] * min(number, BUSIEST), number, [LONG_NAMED.name] * number)
    requests = page([longest_request()] * number, REQUESTS)

    view = build_home(HomeContent(mine, handed_out, workload, requests, decided()), person, NOW)

    accept_view(view, Surface.HOME)
    assert len(view["blocks"]) <= 100
    assert len(json.dumps(view)) < 250_000  # https://docs.slack.dev/reference/methods/views.publish


@EVERY_TITLE
@EVERY_NUMBER
def test_slack_takes_any_history(title: str, number: int) -> None:
    task = fullest(title)
    changes = (
        Change(field="title", before=title, after=title),
        Change(field="description"),
        Change(field="labels", before=["&" * 40] * 10, after=["*" * 40] * 10),
        Change(field="deadline", after="2026-12-01T12:00:00Z"),
        Change(field="priority", before="low", after="urgent"),
    )
    event = happened(EventType.TASK_UPDATED, task, LONG_NAMED, *changes)
    deleted = happened(EventType.TASK_DELETED, task, LONG_NAMED)
    said = happened(EventType.TASK_COMMENTED, task, LONG_NAMED).model_copy(update={"note": "\N{PARTY POPPER}" * 3000})

    accept(build_history(History(task.task_id), title, page([said, event, deleted] * number, LIST_PAGE)))


@EVERY_TITLE
@pytest.mark.parametrize("viewer", [ADA, ANA, BEN], ids=["admin", "owner", "stranger"])
@pytest.mark.parametrize("status", TaskStatus)
def test_slack_takes_any_full_card_and_undo(title: str, viewer: Person, status: TaskStatus) -> None:
    task = fullest(title, task_status=status, source="https://x.slack.com/archives/C1/p1?thread_ts=1.1&cid=C1")

    accept([*build_full_card(task, viewer, NOW), build_undo(task)])
    accept(build_made_from_message(task, LONG_NAMED.ref, NOW)[1])
    assert len(build_made_from_message(task, LONG_NAMED.ref, NOW)[0]) <= 4000
    accept(build_made_elsewhere(task, "https://x.slack.com/archives/C1/p1?thread_ts=1.1&cid=C1", is_member=False)[1])
    assert "p1?thread_ts=1.1&amp;cid=C1|a message>" in str(build_full_card(task, viewer, NOW))
    accept_view(build_outcome("Saved.", build_full_card(task, viewer, NOW)), Surface.MODAL)


@EVERY_TITLE
@pytest.mark.parametrize("person", [ADA, ANA, LONG_NAMED], ids=["admin", "member", "long"])
def test_slack_takes_any_form(title: str, person: Person) -> None:
    task = fullest(title)
    origin = "https://team.slack.com/archives/C0GENERAL/p1"
    mine = {"title": title, "description": "d" * 3000, "assigned_to": "sub-ben", "labels": ("a",) * 10}
    everything = ["title", "description", "deadline", "priority", "labels", "assigned_to"]

    accept_view(build_new_task(hands_out=person.is_admin), Surface.MODAL)
    accept_view(build_new_task(hands_out=True, text=f"{title}\n" * 50, origin=origin), Surface.MODAL)
    accept_view(build_edit_task(task, person), Surface.MODAL)
    accept_view(build_conflict(task, person, mine, everything, [LONG_NAMED.name] * 5), Surface.MODAL)
    accept_view(build_comment(task), Surface.MODAL)


@EVERY_TITLE
@pytest.mark.parametrize("number", [0, 1, 500])
def test_slack_takes_any_view_of_the_team(title: str, number: int) -> None:
    longest = make_person(
        "&" * 300 + " " + "*" * 300, person_id=ADA.person_id, email=f"{'e' * 240}@example.com", open_tasks=number
    )
    account = Account(**longest.model_dump(include=set(Account.model_fields)), must_change_password=True)
    place = Place("&" * 100, DirectoryFilter.NOT_LINKED, CURSOR, longest.person_id)
    people, values = page([longest] * number, DIRECTORY_PAGE), longest.model_dump()
    actor = EventActor.of(Actor(person=ADA, entry=Entry.SLACK))
    order = MemberOrder(person_id=longest.person_id, given_name="&" * 300)
    job = Job(job_id=JobId("01J"), kind=JobKind.REMOVE_MEMBER, actor=actor, begun_at=NOW, member=order, total=number)

    for where in (place, Place(EMOJI * 100, at=f">|W#T0TEAM#DIRECTORY|{EMOJI * 201}", person=longest.person_id)):
        accept_view(build_directory(where, people, {longest.person_id: number}, ADA, said=title), Surface.MODAL)
    for viewer in (ADA, longest):
        for person in (longest, longest.model_copy(update={"enabled": False, "slack_user_id": None})):
            accept_view(build_member(person, number, account, viewer, place, said="x"), Surface.MODAL)
            accept_view(build_member(person, number, None, viewer, place), Surface.MODAL)
    accept_view(build_member_tasks(longest, page(tasks(number, title), LIST_PAGE), ADA, NOW, place), Surface.MODAL)
    heirs = {f"sub-{each}": "&" * 200 for each in range(20)}
    ended = job.but(state=JobState.DONE, done=2000, counted=dict.fromkeys(heirs, 100))
    for each in (job, ended):
        accept_view(build_job(each, {**heirs, longest.person_id: longest.name}, place), Surface.MODAL)
    accept_view(build_add(place, {**values, "given_name": "&" * 100, "family_name": ""}, said="x"), Surface.MODAL)
    for form in (
        build_edit(longest, place),
        build_remove(longest, longest, place),
        build_own_demotion(place, {"groups": []}),
    ):
        accept_view(form, Surface.MODAL)


@EVERY_NUMBER
def test_slack_takes_any_stats(number: int) -> None:
    people = [LONG_NAMED.model_copy(update={"open_tasks": each}) for each in range(number)]
    numbers = Numbers(number, number, min(number, CAP), number, people)

    check_message({"text": "x", "blocks": build_stats(numbers, chart=True)})
    accept(build_stats(numbers, chart=False))


@pytest.mark.parametrize("whose", Whose)
@pytest.mark.parametrize("which", Which)
def test_every_list_has_a_title(whose: Whose, which: Which) -> None:
    accept(build_list(ListTasks(whose, which), None, Slice(tasks(1, "x")), ADA, NOW))
