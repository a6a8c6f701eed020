"""The Settings modal: what reaches a person, through which channel, and when."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from bot.ids import Action, Callback, Field
from bot.messages.blocks import Block, Element, actions, button, context, option, plain
from bot.messages.refusals import field_errors
from bot.messages.text import escape
from bot.modals.fields import View, field_input
from bot.modals.new_task import build_outcome
from bot.replies import show
from core.errors import InvalidInputError
from core.notifications.model import Channel, Kind
from core.notifications.preferences import CHOOSABLE, Preferences, PreferenceService, Ways, by_default
from core.people.model import Actor, Person, place
from core.workspace.settings import DAYS_BEFORE

_KIND_WORDS: Final = {
    Kind.ASSIGNED: "A task that I am given",
    Kind.UNASSIGNED: "A task that is taken from me",
    Kind.STATUS_CHANGED: "A new status of my task",
    Kind.DEADLINE_CHANGED: "A new deadline of my task",
    Kind.COMMENTED: "A comment on my task",
    Kind.DUE: "The daily reminder",
}
_DAY_WORDS: Final = {0: "on the day", 1: "the day before"}
_WEEK: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NONE: Final = "none"
_AT_ONCE, _DAILY = "at_once", "daily"
_RESET: Final = "-reset"
"""Fields of another edition do not keep what was chosen before."""


class SettingsModal:
    def __init__(self, preferences: PreferenceService) -> None:
        self._preferences = preferences

    def open(self, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Open the form with what the person chose so far."""
        actor: Actor = context["actor"]
        view = build_settings(self._preferences.get(actor), actor.person)
        client.views_open(trigger_id=body["trigger_id"], view=view)
        ack()

    def handle_reset(self, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Show the defaults in the form; nothing is saved by that."""
        actor: Actor = context["actor"]
        shown = int(body["view"]["private_metadata"])
        defaults = self._preferences.get(actor).defaults.model_copy(update={"version": shown})
        said = "These are your team's defaults. Save to use them."
        view = build_settings(defaults, actor.person, said=said, edition=_other_edition(body["view"]))
        show(client, body["view"]["id"], view)
        ack()

    def handle_test(self, ack: Ack, body: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        """Send the person a Slack message and an email, and say so in the form, which keeps what was chosen."""
        actor: Actor = context["actor"]
        self._preferences.send_test(actor)
        said = "A test is on its way to you, as a Slack message and as an email."
        show(client, body["view"]["id"], _said_in(body["view"], said))
        ack()

    def on_submit(self, ack: Ack, view: View, context: BoltContext) -> None:
        """Keep what was chosen; what cannot be is said at its field."""
        actor: Actor = context["actor"]
        try:
            self._preferences.save(actor, parse_settings(view))
        except InvalidInputError as error:
            ack(response_action="errors", errors=field_errors(error))
            return
        ack(response_action="update", view=build_outcome("Saved. It counts from now on.", [], title="Settings"))


def build_settings(preferences: Preferences, person: Person, *, said: str = "", edition: str = "") -> View:
    """Ask for everything a person decides about their news."""
    blocks = [
        context(f"All hours are where you are: {escape(place(person.zone))}."),
        _kinds(Field.CHOICES, "Send me a Slack message for", preferences, Channel.SLACK, edition),
        _kinds(Field.EMAILS, "Send me an email for", preferences, Channel.EMAIL, edition),
        _pace(preferences, edition),
        *_hours(preferences, edition),
        _days_before(preferences, edition),
        _working_days(preferences, edition),
    ]
    if person.is_admin:
        blocks.append(_weekly(preferences, edition))
    blocks.append(
        actions(
            button(
                "Send a test", Action.SETTINGS_TEST, "test", spoken="Send a test: a message and an email to yourself"
            ),
            button("Back to defaults", Action.SETTINGS_RESET, "reset"),
        )
    )
    if said:
        blocks.append(_said(said))
    return {
        "type": "modal",
        "callback_id": Callback.SETTINGS,
        "title": plain("Settings"),
        "submit": plain("Save"),
        "close": plain("Cancel"),
        "private_metadata": str(preferences.version),
        "blocks": blocks,
    }


def parse_settings(view: View) -> dict[str, Any]:
    """Read the form as the fields of `Preferences`; whoever sees the form is in Slack."""
    chosen = {field: next(iter(states.values())) for field, states in view["state"]["values"].items()}
    quiet_from, quiet_until = (_one(chosen[field]) for field in (Field.QUIET_FROM, Field.QUIET_UNTIL))
    slack, email = _several(chosen[Field.CHOICES]), _several(chosen[Field.EMAILS])
    return {
        "version": int(view["private_metadata"]),
        "choices": {kind: ways for kind in CHOOSABLE if (ways := _ways(kind, kind in slack, kind in email)) != Ways()},
        "digest": _one(chosen[Field.PACE]) == _DAILY,
        "reminder_hour": int(_one(chosen[Field.REMINDER_HOUR])),
        "days_before": frozenset(map(int, _several(chosen[Field.DAYS_BEFORE]))),
        "working_days": frozenset(map(int, _several(chosen[Field.WORKING_DAYS]))),
        "quiet_from": None if quiet_from == _NONE else int(quiet_from),
        "quiet_until": None if quiet_until == _NONE else int(quiet_until),
        "weekly_digest": bool(_several(chosen.get(Field.WEEKLY_DIGEST, {}))),
    }


def _ways(kind: Kind, slack: bool, email: bool) -> Ways:  # noqa: FBT001 - in the order of the form
    """What differs from the default is a choice; the rest follows the default, whatever becomes of it."""
    return Ways(
        slack=None if slack == by_default(kind, Channel.SLACK, in_slack=True) else slack,
        email=None if email == by_default(kind, Channel.EMAIL, in_slack=True) else email,
    )


def _kinds(field: Field, label: str, preferences: Preferences, channel: Channel, edition: str) -> Block:
    on = [kind for kind in CHOOSABLE if channel in preferences.channels(kind, in_slack=True)]
    element = _boxes([option(_KIND_WORDS[kind], kind) for kind in CHOOSABLE], on)
    return field_input(field, label, element, edition=edition, optional=True)


def _pace(preferences: Preferences, edition: str) -> Block:
    options = [option("At once", _AT_ONCE), option("Once a day, all together", _DAILY)]
    element = _chosen("radio_buttons", options, _DAILY if preferences.digest else _AT_ONCE)
    hint = "Once a day is at the hour of the daily reminder."
    return field_input(Field.PACE, "Emails come", element, edition=edition, hint=hint)


def _hours(preferences: Preferences, edition: str) -> list[Block]:
    hours = [option(f"{hour:02}:00", str(hour)) for hour in range(24)]
    or_none = [option("No quiet hours", _NONE), *hours]
    reminder = _chosen("static_select", hours, str(preferences.remind_at))
    begins, ends = (
        _chosen("static_select", or_none, _NONE if hour is None else str(hour))
        for hour in (preferences.quiet_from, preferences.quiet_until)
    )
    hint = "News waits until they are over. Only a new task that is urgent does not."
    return [
        field_input(
            Field.REMINDER_HOUR,
            "Daily reminder at",
            reminder,
            edition=edition,
            hint=f"Your team's default: {preferences.defaults.remind_at:02}:00.",
        ),
        field_input(Field.QUIET_FROM, "Quiet hours begin at", begins, edition=edition, hint=hint),
        field_input(Field.QUIET_UNTIL, "Quiet hours end at", ends, edition=edition),
    ]


def _days_before(preferences: Preferences, edition: str) -> Block:
    options = [option(_days_words(days).capitalize(), str(days)) for days in DAYS_BEFORE]
    element = _boxes(options, map(str, preferences.remind_before))
    default = ", ".join(_days_words(days) for days in sorted(preferences.defaults.remind_before)) or "none"
    hint = f"All in one message a day. What is overdue is always in it. Your team's default: {default}."
    return field_input(Field.DAYS_BEFORE, "Remind me of a deadline", element, edition=edition, optional=True, hint=hint)


def _working_days(preferences: Preferences, edition: str) -> Block:
    options = [option(day, str(number)) for number, day in enumerate(_WEEK, start=1)]
    element = _boxes(options, map(str, preferences.reachable_on))
    default = preferences.defaults.reachable_on
    named = "every day" if len(default) == len(_WEEK) else ", ".join(_WEEK[day - 1] for day in sorted(default))
    hint = f"On other days there is no reminder, and news waits. Your team's default: {named}."
    return field_input(Field.WORKING_DAYS, "Days on which to reach me", element, edition=edition, hint=hint)


def _days_words(days: int) -> str:
    return _DAY_WORDS.get(days, f"{days} days before")


def _weekly(preferences: Preferences, edition: str) -> Block:
    element = _boxes([option("How the team is doing", "weekly")], ["weekly"] if preferences.weekly_digest else [])
    hint = "What is overdue, who has nothing to do, and what is not assigned to anybody."
    return field_input(Field.WEEKLY_DIGEST, "Once a week", element, edition=edition, optional=True, hint=hint)


def _boxes(options: Sequence[Element], ticked: Iterable[str]) -> Element:
    wanted = set(ticked)
    initial = [each for each in options if each["value"] in wanted]
    # Slack refuses an empty list.
    return {"type": "checkboxes", "options": list(options)} | ({"initial_options": initial} if initial else {})


def _chosen(kind: str, options: Sequence[Element], value: str) -> Element:
    initial = next(each for each in options if each["value"] == value)
    return {"type": kind, "options": list(options), "initial_option": initial}


def _one(state: dict[str, Any]) -> str:
    return str(state["selected_option"]["value"])


def _several(state: dict[str, Any]) -> list[str]:
    return [each["value"] for each in state.get("selected_options") or []]


def _other_edition(view: View) -> str:
    shown = next(block["element"]["action_id"] for block in view["blocks"] if block["type"] == "input")
    return "" if shown.endswith(_RESET) else _RESET


def _said(text: str) -> Block:
    return {**context(text), "block_id": Field.SAID}


def _said_in(view: View, text: str) -> View:
    """The form as it is shown, saying something below the buttons."""
    kept = ("type", "callback_id", "title", "submit", "close", "private_metadata", "blocks")
    blocks = [block for block in view["blocks"] if block.get("block_id") != Field.SAID]
    return {name: view[name] for name in kept} | {"blocks": [*blocks, _said(text)]}
