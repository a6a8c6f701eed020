"""Linking: the way of an honest person, and every way of getting linked to somebody else."""

from datetime import timedelta
from typing import Any

import pytest

from core.errors import ConflictError, DependencyError, NotLinkedError
from core.events import EventType
from core.ids import SlackUserId
from core.links.model import GOOD_FOR, LinkRefusedError, Refusal
from core.links.service import Departure
from core.people.model import Group, Person, SlackStatus
from tests.support.links import CHI, PUBLIC_URL, WORKSPACE_NAME, LinkWorld, make_profile
from tests.support.world import World, make_person

A_MOMENT = timedelta(seconds=1)


@pytest.fixture
def links() -> LinkWorld:
    return LinkWorld()


def refused(links: LinkWorld, state: str, code: str, browser_secret: str | None) -> Refusal:
    with pytest.raises(LinkRefusedError) as refusal:
        links.service.finish(state=state, code=code, browser_secret=browser_secret)
    return refusal.value.reason


def refused_after_sign_in(links: LinkWorld, person: Person, *, verified: bool = True) -> Refusal:
    """Go the whole way as `person` and tell why it did not lead to a link."""
    departure = links.service.go_on(links.token())
    state, code = links.sign_in(departure, person, verified=verified)
    return refused(links, state, code, departure.browser_secret)


def asked_after_sign_in(links: LinkWorld, person: Person, *, verified: bool = True) -> bool:
    """Go the whole way as `person`; whether that led to a request, and to no link."""
    departure = links.service.go_on(links.token())
    state, code = links.sign_in(departure, person, verified=verified)
    finished = links.service.finish(state=state, code=code, browser_secret=departure.browser_secret)
    unlinked = links.slack_user_of(person) is None and links.world.people.linked(CHI) is None
    request = links.kept.request(CHI, person.person_id)
    return not finished.is_linked and unlinked and request is not None


def link(links: LinkWorld, person: Person, slack_user_id: SlackUserId = CHI) -> None:
    departure = links.service.go_on(links.token(slack_user_id))
    state, code = links.sign_in(departure, person)
    links.service.finish(state=state, code=code, browser_secret=departure.browser_secret)


def test_who_has_the_same_confirmed_address_on_both_sides_is_linked(links: LinkWorld) -> None:
    link(links, links.world.chi)

    person = links.world.people.actor_from_slack(CHI).person
    assert person.person_id == links.world.chi.person_id
    assert person.time_zone == "Asia/Ho_Chi_Minh"


def test_a_link_is_announced_with_its_slack_user(links: LinkWorld) -> None:
    link(links, links.world.chi)

    (event,) = links.kept.events
    assert (event.detail_type, event.actor.person_id) == (EventType.LINK_MADE, links.world.chi.person_id)
    assert event.actor.slack_user_id == CHI
    assert [(change.field, change.before, change.after) for change in event.changes] == [("slack_user_id", None, CHI)]


def test_the_page_names_who_asked_and_where(links: LinkWorld) -> None:
    attempt = links.service.show(links.token())

    assert (attempt.profile.name, attempt.workspace_name) == ("Chi Nguyen", WORKSPACE_NAME)


def test_showing_the_page_changes_nothing(links: LinkWorld) -> None:
    token = links.token()
    before = dict(links.kept.attempts)

    for _ in range(3):
        links.service.show(token)

    assert links.kept.attempts == before


def test_no_secret_of_an_address_is_kept(links: LinkWorld) -> None:
    url = links.offers.start(CHI, WORKSPACE_NAME)
    token = url.removeprefix(f"{PUBLIC_URL}/web/link/")
    departure = links.service.go_on(token)
    state, _ = links.sign_in(departure, links.world.chi)

    assert len(token) >= 43
    assert not any(secret in repr(links.kept.attempts) for secret in (token, state, departure.browser_secret))


def test_every_link_and_every_sign_in_has_secrets_of_its_own(links: LinkWorld) -> None:
    tokens = [links.token(), links.token()]
    departures = [links.service.go_on(token) for token in tokens]

    assert len({*tokens, *(each.url for each in departures), *(each.browser_secret for each in departures)}) == 6


def test_a_link_works_for_ten_minutes(links: LinkWorld) -> None:
    token = links.token()
    links.world.clock.forward(GOOD_FOR - A_MOMENT)
    links.service.show(token)
    links.world.clock.forward(A_MOMENT)

    for step in (links.service.show, links.service.go_on):
        with pytest.raises(LinkRefusedError) as refusal:
            step(token)
        assert refusal.value.reason is Refusal.EXPIRED


def test_a_sign_in_has_ten_minutes_of_its_own(links: LinkWorld) -> None:
    token = links.token()
    links.world.clock.forward(GOOD_FOR - A_MOMENT)
    departure = links.service.go_on(token)
    state, code = links.sign_in(departure, links.world.chi)
    links.world.clock.forward(GOOD_FOR - A_MOMENT)

    links.service.finish(state=state, code=code, browser_secret=departure.browser_secret)

    assert links.slack_user_of(links.world.chi) == CHI


def test_a_sign_in_that_took_longer_links_nobody(links: LinkWorld) -> None:
    departure = links.service.go_on(links.token())
    state, code = links.sign_in(departure, links.world.chi)
    links.world.clock.forward(GOOD_FOR)

    assert refused(links, state, code, departure.browser_secret) is Refusal.EXPIRED
    assert links.slack_user_of(links.world.chi) is None


def test_a_link_that_was_never_given_out_looks_expired(links: LinkWorld) -> None:
    for token in ("", "guess", "\udcff"):
        with pytest.raises(LinkRefusedError) as refusal:
            links.service.show(token)
        assert refusal.value.reason is Refusal.EXPIRED


def test_a_link_goes_on_once(links: LinkWorld) -> None:
    token = links.token()
    links.service.go_on(token)

    for step in (links.service.show, links.service.go_on):
        with pytest.raises(LinkRefusedError) as refusal:
            step(token)
        assert refusal.value.reason is Refusal.USED


def test_two_browsers_that_go_on_at_the_same_moment_do_not_both_get_a_sign_in(links: LinkWorld) -> None:
    token = links.token()
    (key,) = links.kept.attempts
    attempt = links.service.show(token)
    links.service.go_on(token)

    with pytest.raises(ConflictError):
        links.kept.go_on(key, "of another state", attempt)


def test_a_callback_that_is_sent_again_is_refused(links: LinkWorld) -> None:
    departure = links.service.go_on(links.token())
    state, code = links.sign_in(departure, links.world.chi)
    links.service.finish(state=state, code=code, browser_secret=departure.browser_secret)

    assert refused(links, state, code, departure.browser_secret) is Refusal.USED
    assert len(links.kept.events) == 1


def test_a_state_is_used_up_also_by_a_code_that_proves_nothing(links: LinkWorld) -> None:
    departure = links.service.go_on(links.token())
    state, code = links.sign_in(departure, links.world.chi)

    assert refused(links, state, "a guessed code", departure.browser_secret) is Refusal.NOT_SIGNED_IN
    assert refused(links, state, code, departure.browser_secret) is Refusal.USED


@pytest.mark.parametrize("cookie", [None, "", "a guessed cookie"])
def test_a_sign_in_ends_only_in_the_browser_in_which_it_began(links: LinkWorld, cookie: str | None) -> None:
    departure = links.service.go_on(links.token())
    state, code = links.sign_in(departure, links.world.chi)

    assert refused(links, state, code, cookie) is Refusal.OTHER_BROWSER
    assert links.slack_user_of(links.world.chi) is None


def test_trying_in_another_browser_takes_nothing_from_the_right_one(links: LinkWorld) -> None:
    departure = links.service.go_on(links.token())
    state, code = links.sign_in(departure, links.world.chi)
    refused(links, state, code, "another browser's cookie")

    links.service.finish(state=state, code=code, browser_secret=departure.browser_secret)

    assert links.slack_user_of(links.world.chi) == CHI


def two_sign_ins(links: LinkWorld) -> tuple[tuple[str, str, Departure], tuple[str, str, Departure]]:
    """Mallory's and Chi's, both signed in and not yet back."""
    mallory = links.world.add(make_person("Mallory", slack_user_id=None))
    mallorys_slack = SlackUserId("U0MALLORY")
    links.profiles.known[mallorys_slack] = make_profile(mallorys_slack, name="Mallory", email=mallory.email)
    found = []
    for slack_user_id, person in ((mallorys_slack, mallory), (CHI, links.world.chi)):
        departure = links.service.go_on(links.token(slack_user_id))
        state, code = links.sign_in(departure, person)
        found.append((state, code, departure))
    return found[0], found[1]


def test_a_swapped_state_is_refused(links: LinkWorld) -> None:
    (mallorys_state, _, _), (_, chis_code, chis) = two_sign_ins(links)

    assert refused(links, mallorys_state, chis_code, chis.browser_secret) is Refusal.OTHER_BROWSER
    assert links.kept.events == []


def test_a_swapped_code_is_refused(links: LinkWorld) -> None:
    (mallorys_state, _, mallorys), (_, chis_code, _) = two_sign_ins(links)

    assert refused(links, mallorys_state, chis_code, mallorys.browser_secret) is Refusal.NOT_SIGNED_IN
    assert links.kept.events == []


def test_a_link_is_no_state_and_a_state_is_no_link(links: LinkWorld) -> None:
    token = links.token()
    departure = links.service.go_on(links.token())
    state, code = links.sign_in(departure, links.world.chi)

    assert refused(links, token, code, departure.browser_secret) is Refusal.EXPIRED
    with pytest.raises(LinkRefusedError) as refusal:
        links.service.go_on(state)
    assert refusal.value.reason is Refusal.EXPIRED


def test_whoever_signs_in_on_a_forwarded_link_does_not_become_the_sender(links: LinkWorld) -> None:
    victim = links.world.add(make_person("Vera", slack_user_id=None))

    assert asked_after_sign_in(links, victim)
    with pytest.raises(NotLinkedError):
        links.world.people.actor_from_slack(CHI)


def test_letter_case_does_not_make_addresses_differ(links: LinkWorld) -> None:
    links.profiles.known[CHI] = make_profile(email="Chi@Example.COM")

    link(links, links.world.chi)

    assert links.slack_user_of(links.world.chi) == CHI


@pytest.mark.parametrize(
    "lookalike",
    [
        "\N{KELVIN SIGN}im@example.com",
        "k\N{LATIN SMALL LETTER DOTLESS I}m@example.com",
        "KI\N{COMBINING DOT ABOVE}M@example.com",
        "\N{FULLWIDTH LATIN SMALL LETTER K}im@example.com",
        "\N{CYRILLIC SMALL LETTER KA}im@example.com",
        "kim@example.com ",
        "kim+1@example.com",
        "k.im@example.com",
    ],
)
def test_an_address_that_only_looks_alike_is_another(links: LinkWorld, lookalike: str) -> None:
    kim = links.world.add(make_person("Kim", slack_user_id=None))
    links.profiles.known[CHI] = make_profile(email=lookalike)

    assert asked_after_sign_in(links, kim)


@pytest.mark.parametrize("profile", [{"email_confirmed": False}, {"email": None}, {"email": ""}])
def test_an_address_that_slack_has_not_confirmed_proves_nothing(links: LinkWorld, profile: dict[str, Any]) -> None:
    links.profiles.known[CHI] = make_profile(**profile)

    assert asked_after_sign_in(links, links.world.chi)


def test_an_address_that_the_pool_has_not_verified_proves_nothing(links: LinkWorld) -> None:
    assert asked_after_sign_in(links, links.world.chi, verified=False)


OUTSIDERS: list[dict[str, Any]] = [
    {"is_bot": True},
    {"is_guest": True},
    {"is_stranger": True},
    {"is_deactivated": True},
    {"team_id": "T0ELSEWHERE"},
]


@pytest.mark.parametrize("kind", OUTSIDERS)
def test_who_is_no_full_member_of_the_workspace_gets_no_link(links: LinkWorld, kind: dict[str, Any]) -> None:
    links.profiles.known[CHI] = make_profile(**kind)

    with pytest.raises(LinkRefusedError) as refusal:
        links.token()
    assert refusal.value.reason is Refusal.OUTSIDER
    assert links.kept.attempts == {}


@pytest.mark.parametrize("kind", OUTSIDERS)
def test_a_link_given_to_no_full_member_leads_no_further_than_the_page(links: LinkWorld, kind: dict[str, Any]) -> None:
    token = links.token()
    [(key, attempt)] = links.kept.attempts.items()
    links.kept.attempts[key] = attempt.model_copy(update={"profile": make_profile(**kind)})

    for step in (links.service.show, links.service.go_on):
        with pytest.raises(LinkRefusedError) as refusal:
            step(token)
        assert refusal.value.reason is Refusal.OUTSIDER


def test_a_slack_user_is_linked_to_one_person(links: LinkWorld) -> None:
    link(links, links.world.chi)
    twin = links.world.add(make_person("Chi Two", person_id="sub-chi-two", slack_user_id=None))

    assert refused_after_sign_in(links, twin) is Refusal.ALREADY_LINKED
    assert links.slack_user_of(twin) is None
    assert links.world.people.actor_from_slack(CHI).person_id == links.world.chi.person_id


def test_a_person_is_linked_to_one_slack_user(links: LinkWorld) -> None:
    link(links, links.world.chi)
    second = SlackUserId("U0CHI2")
    links.profiles.known[second] = make_profile(second)

    with pytest.raises(LinkRefusedError) as refusal:
        link(links, links.world.chi, second)

    assert refusal.value.reason is Refusal.ALREADY_LINKED
    assert links.slack_user_of(links.world.chi) == CHI
    assert len(links.kept.events) == 1


def test_somebody_whom_the_team_does_not_know_is_not_linked(links: LinkWorld) -> None:
    stranger = make_person("Chi Nguyen", person_id="sub-of-nobody")

    assert refused_after_sign_in(links, stranger) is Refusal.NOT_IN_TEAM


@pytest.mark.parametrize("known", [(frozenset({Group.TEAM_MEMBERS}), False), (frozenset(), True)])
def test_somebody_who_was_switched_off_or_left_the_groups_is_not_linked(links: LinkWorld, known: Any) -> None:
    links.world.cognito.known[links.world.chi.person_id] = known
    links.world.clock.forward(timedelta(minutes=2))

    assert refused_after_sign_in(links, links.world.chi) is Refusal.NOT_IN_TEAM
    assert links.slack_user_of(links.world.chi) is None


@pytest.mark.parametrize("silent", ["login", "cognito"])
def test_nobody_is_linked_while_cognito_cannot_be_asked(links: LinkWorld, silent: str) -> None:
    links.world.clock.forward(timedelta(minutes=2))
    departure = links.service.go_on(links.token())
    state, code = links.sign_in(departure, links.world.chi)
    (links.login if silent == "login" else links.world.cognito).is_down = True

    with pytest.raises(DependencyError):
        links.service.finish(state=state, code=code, browser_secret=departure.browser_secret)
    assert links.slack_user_of(links.world.chi) is None


def test_a_guest_is_linked_where_the_team_has_opened_itself_to_guests() -> None:
    links = LinkWorld(World(guests=True))
    links.profiles.known[CHI] = make_profile(is_guest=True)

    link(links, links.world.chi)

    assert links.world.people.actor_from_slack(CHI).person.slack_status is SlackStatus.GUEST


def test_a_time_zone_that_nobody_here_knows_becomes_utc() -> None:
    assert make_profile(time_zone="Mars/Olympus").time_zone == "UTC"
    assert make_profile(time_zone="../etc/passwd").time_zone == "UTC"
