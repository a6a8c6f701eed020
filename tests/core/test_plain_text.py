"""What people type comes through every door without characters that turn or hide the text around them."""

import pytest

from core.errors import InvalidInputError
from core.links.model import SlackProfile
from core.people.model import Account
from core.people.orders import MemberEdit, NewMember
from core.tasks.model import Comment, NewTask, TaskEdit
from core.validation import validated

TURNED = "\u202eevil\u2066 un\x00closed"
TURNING = [chr(each) for each in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))]
CONTROLS = [chr(each) for each in (0, 7, 8, 0x1B, 0x7F, 0x80, 0x9F)]
SPOKEN = [
    "👩‍👩‍👧 at home 👍🏽 ❤️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "تصليح تسجيل الدخول T-42",
    "لתקן את ה־login‏!",
    "می‌خواهم",
    "ភាសា​ខ្មែរ",
    "कृपया क्‍ष",
]


@pytest.mark.parametrize("character", [*TURNING, *CONTROLS, "\ufeff", "\u2060"], ids=ascii)
def test_no_field_keeps_a_character_that_turns_or_hides_text(character: str) -> None:
    typed, kept = f"a{character}b", "ab"

    new = validated(NewTask, title=typed, description=typed, labels=[typed])
    edit = validated(TaskEdit, title=typed, description=typed, labels=[typed])
    member = validated(NewMember, email=f"{typed}@example.com", given_name=typed, family_name=typed)
    changed = validated(MemberEdit, given_name=typed, family_name=typed, title=typed)

    assert (new.title, new.description, new.labels) == (kept, kept, (kept,))
    assert (edit.title, edit.description, edit.labels) == (kept, kept, (kept,))
    assert validated(Comment, comment=typed).comment == kept
    assert (member.email, member.given_name, member.family_name) == ("ab@example.com", kept, kept)
    assert (changed.given_name, changed.family_name, changed.title) == (kept, kept, kept)


def test_names_that_slack_and_cognito_have_are_taken_over_without_them() -> None:
    account = Account(
        person_id="p-1",
        email="ana@example.com",
        given_name=TURNED,
        family_name=TURNED,
        title=TURNED,
        groups=frozenset(),
        enabled=True,
        must_change_password=False,
    )
    assert "\u202e" not in account.given_name + account.family_name + account.title
    assert SlackProfile(slack_user_id="U1", team_id="T1", name="\u202eAna").name == "Ana"


@pytest.mark.parametrize("typed", SPOKEN)
def test_every_language_and_every_emoji_stays_as_it_was_typed(typed: str) -> None:
    new = validated(NewTask, title=typed, description=typed, labels=[typed])

    assert (new.title, new.description, new.labels) == (typed, typed, (typed.lower(),))
    assert validated(Comment, comment=typed).comment == typed


def test_lines_and_tabs_of_a_description_stay() -> None:
    assert validated(NewTask, title="x", description="one\n\ttwo\r\nthree").description == "one\n\ttwo\r\nthree"


@pytest.mark.parametrize("typed", ["\u202e", "\x00", "\u200b", " \u200d \ufeff", "\u2066\u2069"], ids=ascii)
def test_a_title_that_shows_nothing_is_missing(typed: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        validated(NewTask, title=typed)
    assert [(each.field, each.code) for each in refused.value.problems] == [("title", "missing")]


def test_a_comment_of_nothing_else_is_missing() -> None:
    with pytest.raises(InvalidInputError):
        validated(Comment, comment="\u202e \x00")
