"""Pressing buttons and picking from menus: https://docs.slack.dev/interactivity/handling-user-interaction"""

from dataclasses import dataclass

from infra.local.slack import payloads, view_stacks
from infra.local.slack.block_tree import interactive_elements
from infra.local.slack.choices import action_of, held_after
from infra.local.slack.errors import ImpossibleError
from infra.local.slack.model import Json, Person, View
from infra.local.slack.people.acting import NOT_INTERACTIVE, Acting, Outcome, of_interaction


@dataclass(frozen=True, slots=True)
class Use:
    """What is used: `value` tells buttons of one action apart, and is what is picked; `block_id` tells blocks apart."""

    action_id: str
    value: str | None = None
    block_id: str | None = None


class Presses(Acting):
    """Buttons and menus."""

    async def press(self, user: str, channel: str, ts: str, use: Use) -> Outcome:
        """Use an element of a message."""
        workspace = self._workspace
        person = self._active(user)
        place = self._place(person, channel)
        if not workspace.app.manifest.is_interactive:
            return Outcome(None, 0, "not_interactive", NOT_INTERACTIVE)
        message = self._message(person, place, ts)
        action = self._used(message.blocks, use)
        payload = payloads.message_action(workspace, person, place, message, action)
        return of_interaction(await self._requests.send_payload(person.id, payload))

    async def press_at_home(self, user: str, use: Use) -> Outcome:
        """Use an element of App Home."""
        person = self._active(user)
        return await self._press_in(view_stacks.home(self._workspace, person.id), person, use)

    async def press_in_modal(self, user: str, use: Use) -> Outcome:
        """Use an element of the modal in front."""
        person = self._active(user)
        return await self._press_in(view_stacks.top(self._workspace, person.id), person, use)

    async def _press_in(self, view: View | None, person: Person, use: Use) -> Outcome:
        if view is None:
            raise ImpossibleError(f"{person.name} has no such view open")
        action = self._used(view.content["blocks"], use)
        view.values = held_after(view.values, action)
        payload = payloads.view_action(self._workspace, person, view, action)
        return of_interaction(await self._requests.send_payload(person.id, payload))

    def _used(self, blocks: list[Json], use: Use) -> Json:
        found = [
            (block_id, element)
            for block_id, element in interactive_elements(blocks)
            if element["action_id"] == use.action_id and _offers(element, use.value)
        ]
        if not found:
            raise ImpossibleError(f"there is nothing with action_id {use.action_id}")
        # A view that was published again meanwhile has other ids for blocks that the app did not name.
        block_id, element = next((each for each in found if each[0] == use.block_id), found[0])
        return action_of(element, use.value) | {"block_id": block_id, "action_ts": self._workspace.tick()}


def _offers(element: Json, value: str | None) -> bool:
    """Tell whether this is the element meant, of several with one action_id in different blocks."""
    if value is None:
        return True
    if element["type"] == "button":
        return bool(element.get("value") == value)
    options = element.get("options")
    return options is None or value in [each["value"] for each in options]
