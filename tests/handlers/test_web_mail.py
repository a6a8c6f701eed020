"""What the buttons of mails lead to, as a browser, a scanner and an attacker see it."""

import base64
import json
import logging
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from jose import jwt

from core.errors import DependencyError
from core.ids import TaskId
from core.mail_links import TASK_GOOD_FOR
from core.notifications.model import Kind
from core.people.model import Entry, Group, Person
from core.tasks.model import NewTask, Task, TaskStatus
from tests.handlers.test_web import Browser, words
from tests.support.links import LinkWorld
from tests.support.mails import LINK_KEY
from tests.support.world import NOW, World, make_person

FROM_OUR_PAGE = {"sec-fetch-site": "same-origin", "content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def links() -> LinkWorld:
    return LinkWorld()


@pytest.fixture
def world(links: LinkWorld) -> World:
    return links.world


@pytest.fixture
def browser(links: LinkWorld) -> Browser:
    return Browser(links)


@pytest.fixture
def task(world: World) -> Task:
    """Ada gave Ana a task."""
    new = NewTask(
        title="Fix <b>login</b>",
        description="Users on SSO\nget a loop.",
        assigned_to=world.ana.person_id,
        deadline=NOW + timedelta(days=2),
        labels=("web",),
    )
    return world.tasks.create(world.acting(world.ada), new).task


def path(address: str) -> str:
    return urlsplit(address).path


def done_path(browser: Browser, person: Person, task: Task) -> str:
    return path(browser.mail_links.done(person.person_id, task.task_id))


def view_path(browser: Browser, person: Person, task: Task) -> str:
    return path(browser.mail_links.view(person.person_id, task.task_id))


def press(
    browser: Browser, page: dict[str, Any], path: str, headers: Mapping[str, str] = FROM_OUR_PAGE
) -> dict[str, Any]:
    """Press the button of a page that was opened at `path`."""
    found = re.search(r'name="version" value="(\d+)"', page["body"])
    assert found, page["body"]
    token = path.rpartition("/")[2]
    assert f'action="../done/{token}"' in page["body"]
    return browser.ask("POST", f"/web/done/{token}", headers=headers, body=urlencode({"version": found[1]}))


def status(world: World, task: Task) -> TaskStatus:
    return world.tasks.get(task.task_id).task_status


def entries(world: World, task: Task) -> list[tuple[str, str, Entry]]:
    events = world.tasks.history(task.task_id, limit=20).items
    return [(event.detail_type, event.actor.name, event.actor.entry) for event in events]


def test_view_shows_all_of_the_task_as_it_was_typed_and_in_the_readers_zone(
    browser: Browser, world: World, task: Task
) -> None:
    page = browser.ask("GET", view_path(browser, world.ana, task))

    assert page["statusCode"] == 200
    for fact in ("Fix <b>login</b>", "get a loop.", task.task_id, "open", "Ana Silva", "Ada Lind", "web"):
        assert fact in words(page)
    assert "Friday 20 November 2026, 06:30 (Sao Paulo time)" in words(page)
    assert "<b>" not in page["body"]


def test_mark_done_asks_first_and_the_button_does_it_in_the_persons_name_through_the_door_email(
    browser: Browser, world: World, task: Task
) -> None:
    where = done_path(browser, world.ana, task)
    page = browser.ask("GET", where)
    assert "Mark this task done?" in words(page)
    assert status(world, task) is TaskStatus.OPEN

    done = press(browser, page, where)

    assert (done["statusCode"], "This task is done" in words(done)) == (200, True)
    assert status(world, task) is TaskStatus.DONE
    assert entries(world, task)[0] == ("TaskStatusChanged", "Ana Silva", Entry.EMAIL)


def test_the_task_can_be_marked_done_from_where_it_is_viewed(browser: Browser, world: World, task: Task) -> None:
    where = view_path(browser, world.ana, task)

    press(browser, browser.ask("GET", where), where)

    assert status(world, task) is TaskStatus.DONE


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("way", [done_path, view_path])
def test_a_scanner_that_fetches_every_link_changes_nothing(
    browser: Browser, world: World, task: Task, method: str, way: Callable[[Browser, Person, Task], str]
) -> None:
    before = entries(world, task)
    where = way(browser, world.ana, task)
    for _ in range(3):
        assert browser.ask(method, where)["statusCode"] == 200
        assert browser.ask(method, where, {"version": "1"}, body="version=1")["statusCode"] == 200

    assert status(world, task) is TaskStatus.OPEN
    assert entries(world, task) == before


def test_a_scanner_that_posts_to_every_link_without_the_page_changes_nothing(
    browser: Browser, world: World, task: Task
) -> None:
    where = done_path(browser, world.ana, task)

    for body in ("", "version=", "version=99", "List-Unsubscribe=One-Click", "\u20ac", "version=1%00"):
        assert browser.ask("POST", where, body=body)["statusCode"] == 409, body
    assert status(world, task) is TaskStatus.OPEN


def test_pressing_twice_is_pressing_once(browser: Browser, world: World, task: Task) -> None:
    where = done_path(browser, world.ana, task)
    page = browser.ask("GET", where)

    answers = [press(browser, page, where) for _ in range(3)]

    assert [(each["statusCode"], "This task is done" in words(each)) for each in answers] == [(200, True)] * 3
    assert len(entries(world, task)) == 3


def test_a_page_that_is_sent_again_after_the_task_was_reopened_leaves_it_open(
    browser: Browser, world: World, task: Task
) -> None:
    where = done_path(browser, world.ana, task)
    page = browser.ask("GET", where)
    press(browser, page, where)
    world.tasks.change_status(world.acting(world.ada), task.task_id, TaskStatus.OPEN)

    again = press(browser, page, where)

    assert (again["statusCode"], "The task has changed" in words(again)) == (409, True)
    assert status(world, task) is TaskStatus.OPEN
    assert press(browser, again, where)["statusCode"] == 200
    assert status(world, task) is TaskStatus.DONE


def test_another_website_cannot_press_the_button(browser: Browser, world: World, task: Task) -> None:
    where = done_path(browser, world.ana, task)
    page = browser.ask("GET", where)

    for site in ("cross-site", "same-site", "none"):
        assert press(browser, page, where, {"sec-fetch-site": site})["statusCode"] == 403
    assert status(world, task) is TaskStatus.OPEN


def test_a_link_ends_after_seven_days(browser: Browser, world: World, task: Task) -> None:
    where = done_path(browser, world.ana, task)
    page = browser.ask("GET", where)
    world.clock.forward(TASK_GOOD_FOR - timedelta(seconds=1))
    assert browser.ask("GET", where)["statusCode"] == 200
    world.clock.forward(timedelta(seconds=1))

    for answer in (browser.ask("GET", where), browser.ask("GET", view_path_of(where)), press(browser, page, where)):
        assert (answer["statusCode"], "This link no longer works" in words(answer)) == (410, True)
    assert status(world, task) is TaskStatus.OPEN


def view_path_of(where: str) -> str:
    return where.replace("/done/", "/task/")


def _part(content: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def forgeries(token: str, world: World) -> Mapping[str, str]:
    """Ways to write Ana's link anew for Ada, who is an admin."""
    header, claims, signature = token.split(".")
    said = json.loads(base64.urlsafe_b64decode(claims + "=="))
    for_ada = {**said, "sub": world.ada.person_id}
    no_audience = {name: value for name, value in for_ada.items() if name != "aud"}
    no_end = {name: value for name, value in for_ada.items() if name != "exp"}
    return {
        "another person's name": f"{header}.{_part(for_ada)}.{signature}",
        "no signature": f"{header}.{_part(for_ada)}.",
        "no algorithm": f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(for_ada)}.",
        "another key": jwt.encode(for_ada, "a guess", "HS256"),
        "an empty key": jwt.encode(for_ada, "", "HS256"),
        "another algorithm": jwt.encode(for_ada, LINK_KEY, "HS512"),
        "no purpose": jwt.encode(no_audience, LINK_KEY, "HS256"),
        "no end": jwt.encode(no_end, LINK_KEY, "HS256"),
        "another purpose": jwt.encode({**for_ada, "aud": "unsubscribe"}, LINK_KEY, "HS256"),
        "a piece": token[:-6],
        "nothing": "x",
        "rubbish": "\u20ac.\u20ac.\u20ac",
        "much": "a" * 9000,
    }


FORGERIES = forgeries(jwt.encode({"sub": "s", "task": "T-1", "aud": "task", "exp": 1}, "k", "HS256"), World())


@pytest.mark.parametrize("forgery", FORGERIES)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_that_was_tampered_with_is_no_link(
    browser: Browser, world: World, task: Task, forgery: str, method: str
) -> None:
    token = done_path(browser, world.ana, task).rpartition("/")[2]
    forged = forgeries(token, world)[forgery]

    for way in ("done", "task") if method == "GET" else ("done",):
        answer = browser.ask(method, f"/web/{way}/{forged}", headers=FROM_OUR_PAGE, body="version=1")
        assert (answer["statusCode"], "This link no longer works" in words(answer)) == (410, True)
    assert status(world, task) is TaskStatus.OPEN


def test_a_link_to_unsubscribe_marks_nothing_done_and_the_other_way_round(
    browser: Browser, world: World, task: Task
) -> None:
    stop = browser.mail_links.unsubscribe(world.ana.person_id, [Kind.ASSIGNED]).rpartition("/")[2]
    done = done_path(browser, world.ana, task).rpartition("/")[2]

    assert browser.ask("POST", f"/web/done/{stop}", body="version=1")["statusCode"] == 410
    assert browser.ask("GET", f"/web/task/{stop}")["statusCode"] == 410
    assert browser.ask("POST", f"/web/unsubscribe/{done}")["statusCode"] == 410
    assert status(world, task) is TaskStatus.OPEN
    assert browser.preferences.get(world.ana.person_id).version == 0


def test_a_link_is_for_its_task_alone(browser: Browser, world: World, task: Task) -> None:
    other = world.tasks.create(world.acting(world.ada), NewTask(title="Other", assigned_to=world.ana.person_id)).task
    where = done_path(browser, world.ana, task)

    press(browser, browser.ask("GET", where), where)

    assert status(world, other) is TaskStatus.OPEN


@pytest.mark.parametrize("disabled", [{"enabled": False}, {"groups": frozenset()}])
def test_whoever_was_disabled_sees_and_does_nothing_any_more(
    browser: Browser, world: World, task: Task, disabled: dict[str, Any]
) -> None:
    where = done_path(browser, world.ana, task)
    page = browser.ask("GET", where)
    person = world.ana.model_copy(update=disabled)
    world.cognito.known[person.person_id] = (person.groups, person.enabled)
    world.clock.forward(timedelta(seconds=60))

    for answer in (browser.ask("GET", where), browser.ask("GET", view_path_of(where)), press(browser, page, where)):
        assert (answer["statusCode"], "Your account is not in the team" in words(answer)) == (403, True)
        assert "Fix" not in words(answer)
    assert status(world, task) is TaskStatus.OPEN


def test_somebody_who_is_gone_has_no_link(browser: Browser, task: Task) -> None:
    gone = make_person("Gone")

    assert browser.ask("GET", view_path(browser, gone, task))["statusCode"] == 410


def test_after_the_task_changed_hands_the_old_link_shows_it_and_no_more(
    browser: Browser, world: World, task: Task
) -> None:
    where = done_path(browser, world.ana, task)
    page = browser.ask("GET", where)
    world.tasks.assign(world.acting(world.ada), task.task_id, world.ben.person_id)

    for answer in (press(browser, page, where), browser.ask("GET", where)):
        assert (answer["statusCode"], "This task is not yours" in words(answer)) == (403, True)
        assert "Ben Okoro has it now" in words(answer)
        assert "<form" not in answer["body"]
    assert "<form" not in browser.ask("GET", view_path_of(where))["body"]
    assert status(world, task) is TaskStatus.OPEN


def test_an_admins_link_ends_with_their_being_an_admin(browser: Browser, world: World) -> None:
    omar = world.add(make_person("Omar", Group.ADMINS))
    task = world.tasks.create(world.acting(world.ben), NewTask(title="Mine", assigned_to=world.ben.person_id)).task
    where = done_path(browser, omar, task)
    page = browser.ask("GET", where)
    assert "Mark this task done?" in words(page)
    world.cognito.known[omar.person_id] = (frozenset({Group.TEAM_MEMBERS}), True)

    answer = press(browser, page, where)

    assert answer["statusCode"] == 403
    assert status(world, task) is TaskStatus.OPEN


def test_a_deleted_task_says_so(browser: Browser, world: World, task: Task) -> None:
    where = done_path(browser, world.ana, task)
    page = browser.ask("GET", where)
    world.tasks.delete(world.acting(world.ada), task.task_id)

    for answer in (browser.ask("GET", where), browser.ask("GET", view_path_of(where)), press(browser, page, where)):
        assert (answer["statusCode"], "This task was deleted" in words(answer)) == (410, True)


def test_a_task_that_never_was_is_no_failure(browser: Browser, world: World, task: Task) -> None:
    never = task.model_copy(update={"task_id": TaskId("T-999")})

    assert browser.ask("GET", view_path(browser, world.ana, never))["statusCode"] == 410


def test_a_cancelled_task_is_not_marked_done(browser: Browser, world: World, task: Task) -> None:
    where = done_path(browser, world.ana, task)
    page = browser.ask("GET", where)
    world.tasks.change_status(world.acting(world.ada), task.task_id, TaskStatus.CANCELLED)

    answer = press(browser, page, where)

    assert "This task is cancelled" in words(answer)
    assert status(world, task) is TaskStatus.CANCELLED


def test_what_is_cancelled_while_the_page_is_sent_stays_cancelled(browser: Browser, world: World, task: Task) -> None:
    where = done_path(browser, world.ana, task)
    page = browser.ask("GET", where)
    get = world.tasks_kept.get

    def cancelled_right_after(task_id: TaskId) -> Task:
        found = get(task_id)
        world.tasks_kept.get = get  # type: ignore[method-assign]
        world.tasks.change_status(world.acting(world.ada), task_id, TaskStatus.CANCELLED)
        return found

    world.tasks_kept.get = cancelled_right_after  # type: ignore[method-assign]
    answer = press(browser, page, where)

    assert answer["statusCode"] == 409
    assert "The task has changed" in words(answer)
    assert world.tasks.get(task.task_id).task_status is TaskStatus.CANCELLED


def test_a_silent_table_changes_nothing_and_says_what_to_do(browser: Browser, world: World, task: Task) -> None:
    where = done_path(browser, world.ana, task)
    page = browser.ask("GET", where)

    def silent(_: Any) -> Any:
        raise DependencyError("dynamodb", "silent", retryable=True)

    world.tasks_kept.save = silent  # type: ignore[assignment, method-assign]

    answer = press(browser, page, where)

    assert (answer["statusCode"], "open the link in the email again" in words(answer)) == (503, True)


def test_nothing_of_a_link_is_logged(
    browser: Browser, world: World, task: Task, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    where = done_path(browser, world.ana, task)
    press(browser, browser.ask("GET", where), where)
    browser.ask("GET", where[:-3])
    world.clock.forward(TASK_GOOD_FOR)
    browser.ask("GET", where)

    logged = json.dumps([record.__dict__ for record in caplog.records], default=str)
    assert "leads nowhere" in logged
    assert where.rpartition("/")[2][:40] not in logged
    assert "login" not in logged


def test_every_page_is_guarded_and_has_one_heading_and_no_script(browser: Browser, world: World, task: Task) -> None:
    stop = path(browser.mail_links.unsubscribe(world.ana.person_id, [Kind.ASSIGNED]))
    answers = [
        browser.ask("GET", view_path(browser, world.ana, task)),
        browser.ask("GET", done_path(browser, world.ana, task)),
        browser.ask("GET", stop),
        browser.ask("POST", stop),
        browser.ask("GET", "/web/task/x"),
    ]

    for answer in answers:
        assert "default-src 'none'" in answer["headers"]["Content-Security-Policy"]
        assert answer["headers"]["Referrer-Policy"] == "no-referrer"
        assert answer["headers"]["Cache-Control"] == "no-store"
        assert answer["body"].count("<h1>") == 1
        assert "<script" not in answer["body"]
        assert "style=" not in answer["body"]
