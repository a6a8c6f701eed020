"""The modal of `/team` in one person's hands: what it shows, what they press, type and submit."""

import itertools
from typing import Any

from bot.ids import Action, Field
from core.people.model import Person
from infra.local.slack.rules.check import check_view
from infra.local.slack.rules.shapes import Surface
from tests.support.world import Answered, SlackPlayed, words_of

View = dict[str, Any]
_NUMBERS = itertools.count(1)


class TeamModal:
    def __init__(self, slack: SlackPlayed, person: Person | str) -> None:
        self.slack = slack
        self.person = person
        self.view: View = {}
        self.errors: dict[str, str] = {}
        self._id = f"V{next(_NUMBERS)}"
        self._turn = 0

    def type(self, text: str = "", **changed: Any) -> Answered:
        answer = self.slack.command(self.person, text, command="/team", **changed)
        self._look(answer)
        return answer

    def press(self, action: Action | str, value: str | None = None, *, again: bool = False, **chosen: Any) -> Answered:
        """Press a button that the modal shows; a given value is a forged one, or something chosen.

        `again`: Slack sends the last press once more.
        """
        element = self._element(action) if value is None else {}
        self._turn += 0 if again else 1
        pressed = {
            "action_id": action,
            "block_id": "b",
            "value": value if value is not None else element.get("value"),
            "action_ts": f"{self._turn}.5",
        }
        container = {"type": "view", "view_id": self._id}
        view = self._sent(**chosen)
        answer = self.slack.interact(
            self.person, "block_actions", container=container, view=view, actions=[pressed], response_url=""
        )
        self._look(answer)
        return answer

    def choose(self, label: str) -> Answered:
        """Choose from the row menu that the modal shows."""
        [menu] = [each for each in self.elements if each["type"] == "overflow"]
        [chosen] = [each for each in menu["options"] if each["text"]["text"] == label]
        self._turn += 1
        pressed = {"action_id": menu["action_id"], "selected_option": chosen, "action_ts": f"{self._turn}.5"}
        container = {"type": "view", "view_id": self._id}
        answer = self.slack.interact(
            self.person, "block_actions", container=container, view=self._sent(), actions=[pressed], response_url=""
        )
        self._look(answer)
        return answer

    def suggested(self, field: Field, typed: str) -> list[str]:
        """Whom a field for people offers."""
        [element] = [each["element"] for each in self.view["blocks"] if each.get("block_id") == field]
        answer = self.slack.interact(
            self.person, "block_suggestion", action_id=element["action_id"], block_id=field, value=typed
        )
        return [option["text"]["text"] for option in answer.json["options"]]

    def press_of(self, action: Action, person: Person) -> Answered:
        """Press the button that belongs to one person."""
        assert (action, person.person_id) in {(each["action_id"], each.get("value")) for each in self.elements}
        return self.press(action, person.person_id)

    def submit(self, **chosen: Any) -> Answered:
        """Fill in and submit; what is not given stays as it stands."""
        answer = self.slack.interact(self.person, "view_submission", view=self._sent(**chosen))
        self._look(answer)
        return answer

    @property
    def hash(self) -> str:
        """By which its state at the last press is known."""
        return f"h{self._turn}"

    @property
    def shown(self) -> str:
        return words_of(self.view.get("blocks", []))

    @property
    def elements(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for block in self.view.get("blocks", []):
            found += block.get("elements", []) if block["type"] == "actions" else []
            found += [block[part] for part in ("accessory", "element") if part in block]
        return found

    @property
    def offered(self) -> set[str]:
        """What can be pressed."""
        return {each["text"]["text"] for each in self.elements if each["type"] == "button"}

    @property
    def people(self) -> list[str]:
        """The names of those on the page of the directory, as they are spoken."""
        rows = [block["accessory"]["accessibility_label"] for block in self.view["blocks"] if "accessory" in block]
        return [row.partition(": ")[2] for row in rows]

    def initial(self, field: Field) -> Any:
        [element] = [each["element"] for each in self.view["blocks"] if each.get("block_id") == field]
        options = element.get("initial_options", [])
        return element.get("initial_value") if element["type"] != "checkboxes" else {each["value"] for each in options}

    def _element(self, action: Action | str) -> dict[str, Any]:
        [element] = [each for each in self.elements if each["action_id"] == action]
        return element

    def _sent(self, **chosen: Any) -> View:
        view = {"type": "modal", **self.view, "id": self._id, "hash": self.hash}
        return {**view, "state": {"values": dict(_states(view.get("blocks", []), chosen))}}

    def _look(self, answer: Answered) -> None:
        """See what the modal shows now."""
        calls = [arguments for method, arguments in self.slack.ears.calls if method in {"views.open", "views.update"}]
        self.errors = {}
        if calls:
            self.view = calls[-1]["view"]
        if answer.body.startswith("{"):
            said = answer.json
            self.errors = said.get("errors", {})
            if "view" in said:
                check_view(said["view"], Surface.MODAL)
                self.view = said["view"]


def _states(blocks: list[dict[str, Any]], chosen: dict[str, Any]) -> list[tuple[str, Any]]:
    states = []
    for block in blocks:
        if block["type"] == "input":
            states.append((block["block_id"], _state(block["element"], chosen.get(block["block_id"]))))
        elif block.get("block_id") == Field.ONLY:
            states.append((Field.ONLY, _state(block["elements"][0], chosen.get(Field.ONLY))))
    return states


def _state(element: dict[str, Any], given: Any) -> dict[str, Any]:
    state: dict[str, Any]
    match element["type"]:
        case "checkboxes" | "multi_external_select":
            ticked = given if given is not None else [each["value"] for each in element.get("initial_options", [])]
            state = {"selected_options": [{"value": each} for each in ticked]}
        case "static_select":
            state = {"selected_option": {"value": given or element["initial_option"]["value"]}}
        case _:
            state = {"value": given if given is not None else element.get("initial_value")}
    return {element["action_id"]: {"type": element["type"], **state}}
