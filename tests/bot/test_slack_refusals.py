"""What Slack's refusals lead to: stop and tell the admins, tell the person by email, or post anew."""

from collections.abc import Iterator

import pytest

from core.errors import DependencyError
from core.events import Event, EventType
from core.notifications.model import Channel, DeliveryState, Kind
from core.notifications.plan import channels_for, notifications_for
from core.notifications.preferences import Preferences
from tests.support.delivery import Kept
from tests.support.dms import Dms
from tests.support.mails import mail_of
from tests.support.news import ADA, ANA, BEN, assigned, commented, make_task
from tests.support.slack_workspace import Served


class Office(Dms):
    """The Slack channel as its function uses it, and the email channel beside it."""

    def __init__(self, workspace: Served) -> None:
        super().__init__(workspace)
        self.served = workspace
        self.kept = Kept(clock=self.clock, handover=self.mail)
        self.kept.add(ADA, ANA, BEN)
        self.service = self.kept.service(self.channel())

    def fault(self, error: str, method: str = "chat.postMessage", times: int = 1) -> None:
        fault = {"kind": "refuse", "method": method, "error": error, "times": times}
        self.served.post("/_local/slack/faults", fault)

    def state(self, event: Event) -> DeliveryState | None:
        return self.kept.records.states.get((event.event_id, Channel.SLACK, ANA.person_id))


@pytest.fixture
def office(running: Served) -> Iterator[Office]:
    running.workspace.reset()
    yield Office(running)
    running.workspace.faults.clear()


@pytest.mark.parametrize("error", ["user_disabled", "channel_not_found", "restricted_action", "messages_tab_disabled"])
def test_whom_slack_cannot_reach_is_told_by_email(office: Office, error: str) -> None:
    event = assigned()
    office.fault(error)

    assert office.service.deliver(event) is None

    assert office.state(event) is DeliveryState.FAILED
    assert office.mail.given == [(event, ANA.person_id)]
    assert office.mail.announced == []
    assert not office.installation.has_ended()


@pytest.mark.parametrize("error", ["invalid_auth", "token_revoked", "account_inactive"])
def test_a_dead_token_stops_slack_and_the_admins_are_told_once(office: Office, error: str) -> None:
    first, second = assigned(), assigned()
    office.fault(error)

    office.service.deliver(first)
    asked = len(office.served.get("/_local/slack/traffic")["entries"])
    office.service.deliver(second)

    assert office.installation.has_ended()
    [told] = office.mail.announced
    assert told.detail_type is EventType.SLACK_ENDED
    assert office.mail.given == [(first, ANA.person_id), (second, ANA.person_id)]
    assert [office.state(event) for event in (first, second)] == [DeliveryState.FAILED] * 2
    assert office.messages(ANA) == []
    assert len(office.served.get("/_local/slack/traffic")["entries"]) == asked


@pytest.mark.parametrize("error", ["missing_scope", "ekm_access_denied", "service_unavailable"])
def test_what_will_be_better_comes_again(office: Office, error: str) -> None:
    event = assigned()
    office.fault(error)

    with pytest.raises(DependencyError):
        office.service.deliver(event)
    office.service.deliver(event)

    assert len(office.cards(ANA)) == 1
    assert office.mail.given == []


@pytest.mark.parametrize("error", ["message_not_found", "cant_update_message", "channel_not_found"])
def test_a_card_that_is_gone_is_posted_anew(office: Office, error: str) -> None:
    task = make_task()
    office.tell(assigned(task))
    office.fault(error, "chat.update")

    office.tell(commented(task))

    assert len(office.cards(ANA)) == 2
    assert office.mail.given == []


def test_after_an_uninstallation_the_admins_are_told_with_the_next_news(office: Office) -> None:
    office.installation.end()

    office.service.deliver(assigned())
    office.service.deliver(assigned())

    assert len(office.mail.announced) == 1
    assert len(office.mail.given) == 2


def test_all_admins_hear_of_the_end_by_email_alone(office: Office) -> None:
    office.installation.end()
    office.service.deliver(assigned())
    [event] = office.mail.announced

    told = notifications_for(event, lambda: [ADA.person_id, BEN.person_id])

    assert [(each.kind, each.recipient) for each in told] == [
        (Kind.SLACK_ENDED, ADA.person_id), (Kind.SLACK_ENDED, BEN.person_id),
    ]  # fmt: skip
    assert [channels_for(each, ADA, Preferences()) for each in told] == [{Channel.EMAIL}] * 2


def test_the_mail_says_what_happened_and_what_to_do(office: Office) -> None:
    office.installation.end()
    office.service.deliver(assigned())
    [event] = office.mail.announced
    mail = mail_of(notifications_for(event, lambda: [ADA.person_id]), ADA)

    assert mail.subject == "[Task Bot] Slack does not let Task Bot in any more"
    for form in (mail.text, mail.html):
        assert "token was taken back" in form
        assert "Install the app again in Slack" in form


def test_told_again_after_an_outage_of_the_record_the_admins_have_one_mail(office: Office) -> None:
    """Whoever dies between telling and writing it down tells it by the same name again."""
    office.installation.end()
    office.service.deliver(assigned())
    ending = office.installation.ending()
    assert ending is not None
    office.installation._ending = type(ending)(ending.at, is_announced=False)

    office.service.deliver(assigned())

    first, second = office.mail.announced
    assert first.event_id == second.event_id
