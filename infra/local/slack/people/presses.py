"""Pressing buttons and picking from menus: https://docs.slack.dev/interactivity/handling-user-interaction"""

from infra.local.slack import payloads, view_stacks
from infra.local.slack.block_tree import interactive_elements
from infra.local.slack.choices import action_of, held_after
from infra.local.slack.errors import ImpossibleError
from infra.local.slack.model import Json, View
from infra.local.slack.people.acting import NOT_INTERACTIVE, Acting, Outcome, of_interaction


class Presses(Acting):
    """Buttons and menus. `value` tells buttons of one action apart, and is what is picked from a menu."""

    async def press(self, user: str, channel: str, ts: str, action_id: str, value: str | None = None) -> Outcome:
        """Use an element of a message."""
        workspace = self._workspace
        person = self._active(user)
        place = self._place(person, channel)
        if not workspace.app.manifest.is_interactive:
            return Outcome(None, 0, "not_interactive", NOT_INTERACTIVE)
        message = self._message(person, place, ts)
        values = initial_values(message.blocks)
        action = self._use(message.blocks, values, action_id, value)
        payload = payloads.message_action(workspace, person, place, message, action, values)
        return of_interaction(await self._requests.send_payload(person.id, payload))

    async def press_at_home(self, user: str, action_id: str, value: str | None = None) -> Outcome:
        """Use an element of App Home."""
        person = self._active(user)
        return await self._press_in(view_stacks.home(self._workspace, person.id), person.id, action_id, value)

    async def press_in_modal(self, user: str, action_id: str, value: str | None = None) -> Outcome:
        """Use an element of the modal in front."""
        person = self._active(user)
        return await self._press_in(view_stacks.top(self._workspace, person.id), person.id, action_id, value)

    async def _press_in(self, view: View | None, user: str, action_id: str, value: str | None) -> Outcome:
        if view is None:
            raise ImpossibleError(f"{user} has no such view open")
        action = self._used(view.content["blocks"], action_id, value)
        view.values = held_after(view.values, action)
        payload = payloads.view_action(self._workspace, self._active(user), view, action)
        return of_interaction(await self._requests.send_payload(user, payload))

    def _use(self, blocks: list[Json], values: Json, action_id: str, value: str | None) -> Json:
        """Build the action of using an element, and have `values` hold what it chose."""
        for block_id, element in interactive_elements(blocks):
            other_button = element["type"] == "button" and value not in (None, element.get("value"))
            if element["action_id"] == action_id and not other_button:
                action = action_of(element, value) | {"block_id": block_id, "action_ts": self._workspace.tick()}
                hold(values, block_id, element, action)
                return action
        raise ImpossibleError(f"there is nothing with action_id {action_id}")
