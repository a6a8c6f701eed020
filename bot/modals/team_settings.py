"""The form for what holds for the whole workspace."""

from collections.abc import Sequence
from typing import Any, Final

from slack_bolt import Ack, BoltContext

from bot.commands.team import Typed
from bot.commands.team_directory import open_slowly
from bot.commands.team_grammar import OpenTeamSettings
from bot.ids import Callback, Field
from bot.messages.blocks import Block, Element, option, plain, section
from bot.messages.refusals import field_errors
from bot.messages.workspace import setting_name, setting_value
from bot.modals.fields import View, build_person_option, field_input, person_select
from bot.modals.new_task import build_outcome
from core.errors import ConflictError, InvalidInputError
from core.people.model import Actor, Person
from core.people.service import PeopleService
from core.validation import validated
from core.workspace.service import SettingsService
from core.workspace.settings import DAYS_BEFORE, MOST_TOLD, Weekday, WorkspaceSettings

_TITLE: Final = "Workspace settings"
_ALLOWED: Final = {
    "members_can_assign": "Members may hand out tasks",
    "guests": "Guests may use Task Bot",
}
_DAY_WORDS: Final = {0: "On the day", 1: "The day before"}
_CHANGED: Final = (
    "*Somebody else has saved other settings meanwhile.* Below stands what you chose; *Save* puts it in place of "
    "what holds now:\n"
)


class TeamSettingsModal:
    def __init__(self, settings: SettingsService, people: PeopleService) -> None:
        self._settings = settings
        self._people = people

    def answer(self, _command: OpenTeamSettings, typed: Typed) -> None:
        """Open the form for an admin, with what holds now."""

        def build() -> View:
            return build_team_settings(self._settings.to_change(typed.actor), self._people.admins())

        open_slowly(typed, build)

    def on_submit(self, ack: Ack, view: View, context: BoltContext) -> None:
        """Save what was chosen; what cannot be is said at its field, and what somebody else saved meanwhile on top."""
        actor: Actor = context["actor"]
        version, chosen = int(view["private_metadata"]), parse_team_settings(view)
        try:
            self._settings.change(actor, version=version, **chosen)
        except InvalidInputError as error:
            ack(response_action="errors", errors=field_errors(error))
        except ConflictError:
            now = self._settings.to_change(actor)
            mine = validated(WorkspaceSettings, **{**now.facts, **chosen, "version": now.version})
            ack(response_action="update", view=build_team_settings(mine, self._people.admins(), instead_of=now))
        else:
            ack(
                response_action="update",
                view=build_outcome("Saved. It counts for everybody from now on.", [], title=_TITLE),
            )


def build_team_settings(
    settings: WorkspaceSettings, admins: Sequence[Person], *, instead_of: WorkspaceSettings | None = None
) -> View:
    """Ask for everything that admins decide for the whole workspace.

    `instead_of` is what somebody else has saved while this person was choosing.
    """
    return {
        "type": "modal",
        "callback_id": Callback.TEAM_SETTINGS,
        "title": plain(_TITLE),
        "submit": plain("Save"),
        "close": plain("Cancel"),
        "private_metadata": str(settings.version),
        "blocks": [
            *(_differences(instead_of, settings) if instead_of else []),
            _allowed(settings),
            _reminder_hour(settings),
            _reminder_days(settings),
            _business_days(settings),
            _told(settings, admins),
        ],
    }


def parse_team_settings(view: View) -> dict[str, Any]:
    """Read the form as the fields of `WorkspaceSettings`."""
    states = {field: next(iter(values.values())) for field, values in view["state"]["values"].items()}
    several = {
        field: [each["value"] for each in state.get("selected_options") or []] for field, state in states.items()
    }
    return {
        **{right: right in several[Field.ALLOWED] for right in _ALLOWED},
        "reminder_hour": int(states[Field.REMINDER_HOUR]["selected_option"]["value"]),
        "reminder_days": tuple(map(int, several[Field.REMINDER_DAYS])),
        "business_days": tuple(map(int, several[Field.BUSINESS_DAYS])),
        "link_requests_to": tuple(several[Field.LINK_REQUESTS_TO]),
    }


def _allowed(settings: WorkspaceSettings) -> Block:
    options = [option(words, right) for right, words in _ALLOWED.items()]
    ticked = [each for each in options if getattr(settings, each["value"])]
    element = {"type": "checkboxes", "options": options, **_initial(ticked)}
    return field_input(Field.ALLOWED, "What is allowed", element, optional=True)


def _reminder_hour(settings: WorkspaceSettings) -> Block:
    options = [option(f"{hour:02}:00", str(hour)) for hour in range(24)]
    element = {"type": "static_select", "options": options, "initial_option": options[settings.reminder_hour]}
    hint = "Where each person is, unless they chose another hour themselves."
    return field_input(Field.REMINDER_HOUR, "Daily reminder at", element, hint=hint)


def _reminder_days(settings: WorkspaceSettings) -> Block:
    options = [option(_DAY_WORDS.get(days, f"{days} days before"), str(days)) for days in DAYS_BEFORE]
    chosen = [each for each in options if int(each["value"]) in settings.reminder_days]
    element = {"type": "checkboxes", "options": options, **_initial(chosen)}
    hint = "For everybody who has not chosen other days."
    return field_input(Field.REMINDER_DAYS, "Remind of a deadline", element, optional=True, hint=hint)


def _business_days(settings: WorkspaceSettings) -> Block:
    options = [option(day.name.capitalize(), str(day.value)) for day in Weekday]
    chosen = [each for each in options if Weekday(int(each["value"])) in settings.business_days]
    return field_input(
        Field.BUSINESS_DAYS, "Business days", {"type": "checkboxes", "options": options, **_initial(chosen)}
    )


def _told(settings: WorkspaceSettings, admins: Sequence[Person]) -> Block:
    chosen = [build_person_option(person) for person in admins if person.person_id in settings.link_requests_to]
    element = person_select() | {
        "type": "multi_external_select",
        "max_selected_items": MOST_TOLD,
        **_initial(chosen),
    }
    hint = "Nobody chosen: all admins."
    return field_input(Field.LINK_REQUESTS_TO, "Who is told of link requests", element, optional=True, hint=hint)


def _differences(now: WorkspaceSettings, mine: WorkspaceSettings) -> list[Block]:
    """Say what holds now, as far as it is not what this person chose."""
    theirs = [
        f"• {setting_name(field)}: {setting_value(field, value)}"
        for field, value in now.facts.items()
        if value != mine.facts[field]
    ]
    return [section(_CHANGED + "\n".join(theirs or ["• the same"]))]


def _initial(chosen: Sequence[Element]) -> Element:
    # Slack refuses an empty list.
    return {"initial_options": list(chosen)} if chosen else {}
