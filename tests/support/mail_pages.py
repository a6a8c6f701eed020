"""The pages behind the buttons of mails, for pictures and for checks of how they can be used."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from core.mail_links import MailLinks
from core.notifications.mail_choices import MailChoices
from core.notifications.model import Kind
from core.storage.memory import MemoryPreferenceRepository
from core.tasks.model import NewTask, Priority, TaskStatus
from handlers._web_mail import TaskPages, UnsubscribePages
from handlers.web_pages import Pages
from tests.support.links import LOGIN_URL
from tests.support.mails import LINK_KEY, PUBLIC_URL
from tests.support.world import NOW, World


def every_page() -> Mapping[str, str]:
    """The HTML of each by name."""
    world, pages = World(), Pages(LOGIN_URL)
    links = MailLinks(LINK_KEY, PUBLIC_URL, world.clock)
    tasks = TaskPages(links, world.people, world.tasks, pages, world.clock)
    emails = UnsubscribePages(links, MailChoices(world.people_kept, MemoryPreferenceRepository()), pages)
    new = NewTask(
        title="Fix login",
        description="Users on SSO get a loop.\nSince Monday.",
        assigned_to=world.ana.person_id,
        deadline=NOW + timedelta(days=2),
        priority=Priority.HIGH,
        labels=("web", "sso"),
    )
    task = world.tasks.create(world.acting(world.ada), new).task

    def token(address: str) -> str:
        return urlsplit(address).path.rpartition("/")[2]

    anas, bens = (token(links.view(person.person_id, task.task_id)) for person in (world.ana, world.ben))
    stop = token(links.unsubscribe(world.ana.person_id, [Kind.ASSIGNED, Kind.COMMENTED]))
    answers: dict[str, dict[str, Any]] = {
        "view": tasks.show(anas),
        "mark-done": tasks.ask(anas),
        "not-yours": tasks.ask(bens),
        "changed": tasks.mark_done(anas, {"body": "version=7"}),
        "no-link": tasks.show("x"),
        "stop": emails.show(stop),
        "stopped": emails.choose(stop, by_email=False),
    }
    world.tasks.change_status(world.acting(world.ana), task.task_id, TaskStatus.DONE)
    answers["done"] = tasks.ask(anas)
    return {name: answer["body"] for name, answer in answers.items()}
