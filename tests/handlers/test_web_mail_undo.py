"""The way back from the page of a mail: for ten minutes, for whoever did it, however often the page is opened."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from core.people.model import Entry
from core.tasks.model import NewTask, Task, TaskStatus
from tests.handlers.test_web import Browser, words
from tests.handlers.test_web_mail import (
    FROM_OUR_PAGE,
    done_path,
    entries,
    press,
    status,
    view_path,
)
from tests.support.links import LinkWorld
from tests.support.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def browser(world: World) -> Browser:
    return Browser(LinkWorld(world))


@pytest.fixture
def task(world: World) -> Task:
    """Ada gave Ana a task."""
    return world.tasks.create(world.acting(world.ada), NewTask(title="Fix login", assigned_to=world.ana.person_id)).task


def undo(browser: Browser, done: dict[str, Any], where: str, **more: Any) -> dict[str, Any]:
    token = where.rpartition("/")[2]
    found = re.search(rf'action="../undo/{token}">\s*<input type="hidden" name="version" value="(\d+)"', done["body"])
    assert found, done["body"]
    body = urlencode({"version": found[1]})
    return browser.ask("POST", f"/web/undo/{token}", body=body, **{"headers": FROM_OUR_PAGE, **more})


def test_what_was_marked_done_leads_on_and_can_be_undone(browser: Browser, world: World, task: Task) -> None:
    where = done_path(browser, world.ana, task)
    done = press(browser, browser.ask("GET", where), where)
    assert f'<a href="../task/{where.rpartition("/")[2]}">View the task</a>' in done["body"]

    undone = undo(browser, done, where)

    assert (undone["statusCode"], "Undone: this task is open" in words(undone)) == (200, True)
    assert status(world, task) is TaskStatus.OPEN
    assert entries(world, task)[0] == ("TaskStatusChanged", "Ana Silva", Entry.EMAIL)


@pytest.mark.parametrize("again", ["reloaded", "viewed", "pressed in another tab"])
def test_the_way_back_is_still_there_when_the_page_is_opened_again(
    browser: Browser, world: World, task: Task, again: str
) -> None:
    where, view = done_path(browser, world.ana, task), view_path(browser, world.ana, task)
    page = browser.ask("GET", where)
    press(browser, page, where)
    world.clock.forward(timedelta(minutes=9))
    world.tasks.comment(world.acting(world.ada), task.task_id, "Thanks")

    opened = press(browser, page, where) if "tab" in again else browser.ask("GET", view if "view" in again else where)

    assert "Until 06:40 (Sao Paulo time) you can undo it here." in words(opened)
    assert "Undone: this task is open" in words(undo(browser, opened, view if "view" in again else where))
    assert status(world, task) is TaskStatus.OPEN


@pytest.mark.parametrize("why", ["ten minutes are over", "an admin did it", "it was done from the start"])
def test_no_way_back_is_offered_that_is_none(browser: Browser, world: World, task: Task, why: str) -> None:
    by = world.ada if "admin" in why else world.ana
    if "start" in why:
        new = NewTask(title="Did it", assigned_to=world.ana.person_id, task_status=TaskStatus.DONE)
        task = world.tasks.create(world.acting(by), new).task
    else:
        world.tasks.change_status(world.acting(by), task.task_id, TaskStatus.DONE)
    if "over" in why:
        world.clock.forward(timedelta(minutes=11))

    for way in (done_path, view_path):
        page = browser.ask("GET", way(browser, world.ana, task))
        assert page["statusCode"] == 200
        assert "undo" not in page["body"]


@pytest.mark.parametrize("why", ["changed since", "too late", "somebody else's", "another site"])
def test_nothing_else_is_undone_from_a_mail(browser: Browser, world: World, task: Task, why: str) -> None:
    where = done_path(browser, world.ana, task)
    done = press(browser, browser.ask("GET", where), where)
    if why == "changed since":
        world.tasks.change_status(world.acting(world.ada), task.task_id, TaskStatus.CANCELLED)
    if why == "too late":
        world.clock.forward(timedelta(minutes=11))
    before = status(world, task)
    headers = {"headers": {"sec-fetch-site": "cross-site"}} if why == "another site" else {}
    by = done_path(browser, world.ada, task).rpartition("/")[2]
    if why == "somebody else's":
        done, where = {**done, "body": done["body"].replace(where.rpartition("/")[2], by)}, f"/web/done/{by}"

    answer = undo(browser, done, where, **headers)

    assert answer["statusCode"] == (403 if why == "another site" else 409)
    assert status(world, task) is before
