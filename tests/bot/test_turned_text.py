"""Text that would turn what stands around it is read in order wherever people see it: card, mail, page."""

from tests.handlers.test_web import Browser, words
from tests.support.links import LinkWorld
from tests.support.mails import mail_of
from tests.support.news import assigned, task_news
from tests.support.world import slack_played

TURNING = [chr(each) for each in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0)]


def test_a_card_a_mail_its_subject_and_its_page_read_in_the_order_that_was_typed() -> None:
    links = LinkWorld()
    world, browser = links.world, Browser(links)
    with slack_played(world) as slack:
        slack.command(world.ana, "new \u202eevil\u2066 un\x00closed -- \u202edesc \u05e9\u05dc\u05d5\u05dd")
        card = slack.command(world.ana, "show 1").shown
    [task] = world.tasks.open_of(world.ana.person_id, limit=10).items
    mail = mail_of(task_news(assigned(task, by=world.ada)), world.ana)
    page = words(browser.ask("GET", browser.mail_links.view(world.ana.person_id, task.task_id).partition("example")[2]))

    for shown in (card, mail.subject, mail.html, mail.text, page):
        assert "evil unclosed" in shown
        assert not [ascii(each) for each in TURNING if each in shown]
    for shown in (card, mail.html, mail.text, page):
        assert "desc \u05e9\u05dc\u05d5\u05dd" in shown
