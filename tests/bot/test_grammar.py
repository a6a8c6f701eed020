"""What people type after `/task`, in every way in which keyboards and Slack pass it on."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.commands.grammar import BY_NAME, VERBS, nearest_verb, parse_command
from bot.commands.model import (
    Assign,
    Delete,
    Due,
    Edit,
    Find,
    Help,
    History,
    ListTasks,
    New,
    OpenNew,
    OpenSettings,
    Say,
    SetStatus,
    Show,
    Stats,
    TaskCommand,
    Which,
    Whose,
)
from bot.commands.printing import print_command
from bot.commands.tokens import Email, Named, Someone, Who
from core.errors import InvalidInputError
from core.ids import SlackUserId, TaskId
from core.tasks.model import Priority, TaskStatus

T42 = TaskId("T-42")
ANA = SlackUserId("U0ANA")


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("", ListTasks()),
        ("  ", ListTasks()),
        ("new", OpenNew()),
        ("new Fix login", New("Fix login")),
        ("NEW Fix login", New("Fix login")),
        ("add Fix login", New("Fix login")),
        (
            "new Fix login <@U0ANA|ana> by fri 5pm !high <#C01|web> -- users on SSO get a loop",
            New("Fix login", ANA, "fri 5pm", Priority.HIGH, ("web",), "users on SSO get a loop"),
        ),
        ("new !high #web <@U0ANA> Fix login by fri 5pm", New("Fix login", ANA, "fri 5pm", Priority.HIGH, ("web",))),
        ("new by fri 5pm <@U0ANA> Fix login +web", New("Fix login", ANA, "fri 5pm", labels=("web",))),
        ('new by fri 5pm "Fix login"', New("Fix login", when="fri 5pm")),
        ('new "Stand by me" by fri', New("Stand by me", when="fri")),
        ("new “Stand by me” by fri", New("Stand by me", when="fri")),
        ("new „Stand by me“ by fri", New("Stand by me", when="fri")),
        ("new «Stand by me» by fri", New("Stand by me", when="fri")),
        ("new Stand by me by fri", New("Stand by me", when="fri")),
        ('new Say "hi" to <@U0ANA>', New('Say "hi" to', ANA)),
        ('new "say \\"hi\\" twice"', New('say "hi" twice')),
        ('new Buy a 5" screen', New('Buy a 5" screen')),
        ("new Fix login — users on SSO", New("Fix login", description="users on SSO")),
        ("new Fix login -- a -- b", New("Fix login", description="a -- b")),
        ('new "a -- b" -- c', New("a -- b", description="c")),
        ("new Explain git commit --amend", New("Explain git commit --amend")),
        ("new Fix\N{NO-BREAK SPACE}login by\N{NO-BREAK SPACE}fri", New("Fix login", when="fri")),
        ("new Fix <mailto:ana@example.com|ana@example.com>", New("Fix", Email("ana@example.com"))),
        ("new Fix ana@example.com, today", New("Fix today", Email("ana@example.com"))),
        ("new Fix @ana", New("Fix", Named("ana"))),
        ("new Fix @me", New("Fix", Someone.ME)),
        ("new Fix @nobody", New("Fix", Someone.NOBODY)),
        ("new Fix #42 and +1 and C++ !important", New("Fix #42 and +1 and C++ !important")),
        ("new Fix &lt;b&gt; &amp;amp; more", New("Fix <b> &amp; more")),
        ("new Read <https://example.com/a?b=1&amp;c|example>", New("Read https://example.com/a?b=1&c")),
        ("new Tell <!channel>", New("Tell @channel")),
        ("new Fix -- ask <@U0BEN|ben> in <#C01|web>\nsoon", New("Fix", description="ask @ben in #web\nsoon")),
        ("new Fix #Web #web", New("Fix", labels=("web",))),
        ("done T-42", SetStatus(T42, TaskStatus.DONE)),
        ("done t-42", SetStatus(T42, TaskStatus.DONE)),
        ("finish 42", SetStatus(T42, TaskStatus.DONE)),
        ("done T—42", SetStatus(T42, TaskStatus.DONE)),
        ("done T-42 -- it was the cache", SetStatus(T42, TaskStatus.DONE, "it was the cache")),
        ("block T-42 -- waits for Ben", SetStatus(T42, TaskStatus.BLOCKED, "waits for Ben")),
        ("done T-42 -- T-43 is the same", SetStatus(T42, TaskStatus.DONE, "T-43 is the same")),
        ("comment T-42 T-43 is the same", Say(T42, "T-43 is the same")),
        ("comment 42 3 people called", Say(T42, "3 people called")),
        ("due 42 5 may", Due(T42, "5 may")),
        ("rename T-42", Edit(T42)),
        ("reassign T-42 me", Assign(T42, Someone.ME)),
        ("start T-42", SetStatus(T42, TaskStatus.IN_PROGRESS)),
        ("reopen T-42", SetStatus(T42, TaskStatus.OPEN)),
        ("cancel T-42", SetStatus(T42, TaskStatus.CANCELLED)),
        ("show T-42", Show(T42)),
        ("T-42", Show(T42)),
        ("show <https://bot.example/web/tasks/T-42?sig=1|T-42>", Show(T42)),
        ("show <https://bot.example/web/tasks/T-42>", Show(T42)),
        ("edit T-42", Edit(T42)),
        ("history 42", History(T42)),
        ("delete T-42.", Delete(T42)),
        ("assign T-42 <@U0ANA>", Assign(T42, ANA)),
        ("assign <@U0ANA> T-42", Assign(T42, ANA)),
        ("assign T-42 to me", Assign(T42, Someone.ME)),
        ("assign T-42 nobody", Assign(T42, Someone.NOBODY)),
        ("assign T-42 back", Assign(T42, Someone.GIVER)),
        ("assign T-42 ana@example.com", Assign(T42, Email("ana@example.com"))),
        ("due T-42 tomorrow 9am", Due(T42, "tomorrow 9am")),
        ("due T-42 by fri", Due(T42, "fri")),
        ("due T-42 none", Due(T42, None)),
        ("due T-42 no deadline", Due(T42, None)),
        ("comment T-42 -- I am\non it", Say(T42, "I am\non it")),
        ("find login page", Find("login page")),
        ("find #web", Find("web")),
        ("stats", Stats()),
        ("settings", OpenSettings()),
        ("notifications", OpenSettings()),
        ("list", ListTasks()),
        ("list team overdue", ListTasks(Whose.TEAM, Which.OVERDUE)),
        ("list my mine overdue late", ListTasks(which=Which.OVERDUE)),
        ("list @me mine", ListTasks()),
        ("list overdue team", ListTasks(Whose.TEAM, Which.OVERDUE)),
        ("list created this week", ListTasks(Whose.CREATED, Which.WEEK)),
        ("list in progress #web", ListTasks(which=Which.IN_PROGRESS, labels=("web",))),
        ("list <@U0ANA> done", ListTasks(which=Which.DONE, person=ANA)),
        ("ls unassigned", ListTasks(Whose.UNASSIGNED)),
        ("help", Help()),
        ("?", Help()),
        ("help done", Help(verb="done")),
        ("help finish", Help(verb="done")),
        ("dnoe T-1", Help(unknown="dnoe T-1", meant="done")),
        ("Buy &amp; bring  milk", Help(unknown="Buy & bring milk")),
        ("T-42 asap", Help(unknown="T-42 asap")),
        ("/done T-42", SetStatus(T42, TaskStatus.DONE)),
        ("\N{ZERO WIDTH SPACE}done T-42", SetStatus(T42, TaskStatus.DONE)),
        ("fnid x", Help(unknown="fnid x", meant="find")),
        ("new Written by 2 people by fri", New("Written by 2 people", when="fri")),
        ("new Written by May's team by fri", New("Written by May's team", when="fri")),
        ('new "Stand by friday" by monday', New("Stand by friday", when="monday")),
        ("new Fix by friday as told by Ben", New("Fix by friday as told", when="Ben")),
    ],
)  # fmt: skip
def test_what_is_typed_is_read(text: str, command: TaskCommand) -> None:
    found = parse_command(text)

    assert (type(found), found) == (type(command), command)


@pytest.mark.parametrize(
    ("text", "field", "code"),
    [
        ("new by friday", "title", "missing"),
        ("new <@U0ANA> <@U0BEN> Fix", "assigned_to", "several_people"),
        ("new Fix !hgih", "priority", "not_understood"),
        ("new Fix !high !low", "priority", "several"),
        ("done", "task_id", "missing"),
        ("done everything", "task_id", "not_understood"),
        ("done 1 2 3", "task_id", "several"),
        ("done T-1, T-4", "task_id", "several"),
        ("done 1,2", "task_id", "several"),
        ("start T-1 and T-4 -- both", "task_id", "several"),
        ("show T-42 T-43", "task_id", "several_alone"),
        ("delete T-42 &amp; 43", "task_id", "several_alone"),
        ("cancel T-47 T-48", "task_id", "several_in_form"),
        ("assign T-1 T-2 <@U0ANA>", "task_id", "several_in_form"),
        ("due T-1 T-2 friday", "task_id", "several_in_form"),
        ("start T-46 blah", "note", "without_dashes"),
        ("done T-46 - the cache", "note", "without_dashes"),
        ("cancel T-46 customer left -- really", "note", "without_dashes"),
        ("show T-42 please", "task_id", "alone"),
        ("rename T-42 Fix the login", "task_id", "in_form"),
        ("T-42 done", "task_id", "before_verb"),
        ("assign T-42 <@U0ANA> please", "assigned_to", "alone"),
        ("new Fix by friday by monday", "deadline", "several"),
        ("new Fix by 24 dec <@U0ANA> by 5pm", "deadline", "several"),
        ("new Fix by fri, by end of month", "deadline", "several"),
        ("show <https://example.com>", "task_id", "not_understood"),
        ("assign T-42", "assigned_to", "missing"),
        ("assign <@U0ANA>", "task_id", "missing"),
        ("assign T-42 <@U0ANA> <@U0BEN>", "assigned_to", "several_people"),
        ("assign T-42 anna", "assigned_to", "missing"),
        ("due T-42", "deadline", "missing"),
        ("comment T-42", "comment", "missing"),
        ("find", "words", "missing"),
        ("list overdeu", "list", "nearly_understood"),
        ("list zzz", "list", "not_understood"),
        ('list "overdue today"', "list", "not_understood"),
        ("list !urgent", "list", "by_priority"),
        ("list team !soon", "list", "by_priority"),
        ("list mine team", "list", "two_lists"),
        ("list done overdue", "list", "two_lists"),
        ("list <@U0ANA> created", "list", "two_lists"),
        ("list team <@U0ANA>", "list", "two_lists"),
        ("list <@U0ANA> <@U0BEN>", "list", "several_people"),
    ],
)
def test_what_cannot_be_used_says_why(text: str, field: str, code: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        parse_command(text)

    [problem] = refused.value.problems
    assert (problem.field, problem.code) == (field, code)


PIECES = st.one_of(
    st.sampled_from(
        [
            *BY_NAME, "T-42", "42", "<@U0ANA|ana>", "<@U0BEN>", "@ana", "@me", "back", "ana@example.com", "by", "fri",
            "5pm", "!high", "!low", "!x", "#web", "+ui", "<#C01|2024>", "<#C01>", "--", "—", '"a b"', '"', "“", "”",
            "“x y”", "\\", "&lt;", "&amp;", "&lt;@U0ANA&gt;", "<!channel>", "<https://x.y/T-7?a=1&amp;b|t>", "<", ">",
            "<mailto:a@b.co|a@b.co>", "<mailto:>", "team", "overdue", "done", "none", "to", "\N{NO-BREAK SPACE}", "\n",
            "\N{ZERO WIDTH JOINER}", "\N{RIGHT-TO-LEFT OVERRIDE}", "<tel:1|1>", "list", "new",
        ]
    ),
    st.text(max_size=12),
)  # fmt: skip
TYPED = st.lists(st.tuples(PIECES, st.sampled_from([" ", " ", " ", ""])), max_size=12).map(
    lambda pieces: "".join(f"{piece}{space}" for piece, space in pieces)
)
VERBED = st.tuples(st.sampled_from(sorted(BY_NAME)), TYPED).map(" ".join)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("dnoe", "done"), ("dnoe T-1", "done"), ("hlep", "help"), ("lsit team", "list"), ("assing T-1 me", "assign"),
        ("cancle T-1", "cancel"), ("stats", "stats"), ("serach login", "find"), ("my tasks", "list"),
        ("overdue", "list"),
        ("snooze T-4 tomorrow", None), ("thanks", None), ("remvoe T-4", None), ("delte T-4", None), ("move T-4", None),
        ("remind T-4", None), ("unblock T-4", None), ("unassign T-4", None), ("incomplete T-4", None), ("undo", None),
        ("review the draft", None), ("sign the contract", None), ("Close", "done"), ("started the day well", None),
        ("links to the report", None), ("links", "link"), ("fine print", "find"),
        ("priority T-4 high", None), ("label T-4 web", None), ("snooze", None), ("asap", None), ("!!!", None),
    ],
)  # fmt: skip
def test_a_verb_is_guessed_only_where_it_is_no_surprise(text: str, meant: str | None) -> None:
    assert nearest_verb(text) == meant


@given(st.one_of(VERBED, TYPED, st.sampled_from(["delet", "deletes", "remov", "dele", "rmm"])))
def test_deleting_is_never_guessed(text: str) -> None:
    assert nearest_verb(text) != "delete"


def test_every_example_of_help_is_a_command_of_its_verb() -> None:
    for verb in VERBS:
        for typed in verb.more:
            assert typed.startswith("/task ")
            command = parse_command(typed.removeprefix("/task "))
            assert not isinstance(command, Help) or verb.name == "help"


def test_no_two_verbs_share_a_name() -> None:
    assert len(BY_NAME) == sum(1 + len(verb.aliases) for verb in VERBS)


@settings(max_examples=3000, deadline=None)
@given(st.one_of(VERBED, TYPED, st.text()))
@example("new x by by")
@example("due 1 by by fri")
@example("new x by 0 «")
@example("<mailto:> NEW")
def test_a_command_that_is_printed_is_read_as_the_same_command(text: str) -> None:
    try:
        command = parse_command(text)
    except InvalidInputError:
        return

    found = parse_command(print_command(command))

    assert (type(found), found) == (type(command), command)


WHO: st.SearchStrategy[Who | None] = st.one_of(
    st.none(),
    st.sampled_from([ANA, Email("a&b@example.com"), Named("ana"), Someone.NOBODY]),
)
TITLES: st.SearchStrategy[Any] = st.text(min_size=1).map(lambda text: " ".join(text.split())).filter(bool)


@settings(max_examples=500, deadline=None)
@given(
    st.builds(
        New,
        title=TITLES,
        owner=WHO,
        when=st.sampled_from([None, "fri 5pm", "end of week"]),
        priority=st.sampled_from(Priority),
        labels=st.lists(st.sampled_from(["web", "ui", "2024"]), unique=True).map(tuple),
        description=st.sampled_from(["", 'a "quoted" <b> -- word', "&amp;"]),
    )
)
def test_any_new_task_can_be_written_as_a_command(command: New) -> None:
    found = parse_command(print_command(command))

    assert (type(found), found) == (type(command), command)
