"""What people type after `/team`."""

import pytest

from bot.commands.team_grammar import (
    TEAM_BY_NAME,
    TEAM_VERBS,
    AddMember,
    OpenTeamSettings,
    ShowAudit,
    ShowDirectory,
    ShowRequests,
    ShowTeamStats,
    TeamCommand,
    TeamHelp,
    parse_team_command,
)
from bot.commands.tokens import Email, Named
from bot.errors import sentence_for
from core.errors import InvalidInputError
from core.ids import SlackUserId, TaskId

ANA = SlackUserId("U0ANA")


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("", ShowDirectory()),
        (" ana  si", ShowDirectory("ana si")),
        ("&lt;b&gt;", ShowDirectory("<b>")),
        ("<@U0ANA|ana>", ShowDirectory("@ana", ANA)),
        ("<mailto:ana@example.com|ana@example.com>", ShowDirectory("ana@example.com", Email("ana@example.com"))),
        ("add", AddMember()),
        ("ADD <@U0ANA>", AddMember(ANA)),
        ("invite dana@example.com", AddMember(Email("dana@example.com"))),
        ("add @dana", AddMember(Named("dana"))),
        ("requests", ShowRequests()),
        ("audit", ShowAudit()),
        ("audit <@U0ANA>", ShowAudit(ANA)),
        ("audit T-42", ShowAudit(task_id=TaskId("T-42"))),
        ("audit since last monday", ShowAudit(since="last monday")),
        ("audit ana@example.com Since 2026-11-01", ShowAudit(Email("ana@example.com"), since="2026-11-01")),
        ("stats", ShowTeamStats()),
        ("settings", OpenTeamSettings()),
        ("help", TeamHelp()),
        ("help invite", TeamHelp("add")),
        ("help me", TeamHelp()),
    ],
)
def test_what_is_typed_is_read(text: str, command: TeamCommand) -> None:
    found = parse_team_command(text)

    assert (type(found), found) == (type(command), command)


@pytest.mark.parametrize(
    ("text", "field", "code"),
    [
        ("add <@U0ANA> <@U0BEN>", "member", "several_people"),
        ("add Dana Berg", "member", "not_understood"),
        ("audit everything", "audit", "not_understood"),
        ("audit <@U0ANA> T-42", "audit", "not_understood"),
        ("audit since", "since", "missing"),
    ],
)
def test_what_cannot_be_used_says_why(text: str, field: str, code: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        parse_team_command(text)

    [problem] = refused.value.problems
    assert (problem.field, problem.code) == (field, code)
    assert "can't be used" not in (sentence_for(refused.value) or "")


def test_every_example_of_help_is_a_command_of_its_verb() -> None:
    for verb in TEAM_VERBS:
        for typed in verb.more:
            command = parse_team_command(typed.removeprefix("/team "))
            assert type(command) is type(verb.parse(""))


def test_no_two_verbs_share_a_name() -> None:
    assert len(TEAM_BY_NAME) == sum(1 + len(verb.aliases) for verb in TEAM_VERBS)
