"""Filling in, submitting and closing the modal in front: https://docs.slack.dev/surfaces/modals"""

from typing import Any, Final

from infra.local.slack import payloads, strict_json, view_stacks
from infra.local.slack.block_tree import interactive_elements
from infra.local.slack.choices import action_of, is_empty, state_of
from infra.local.slack.errors import ImpossibleError, SlackError
from infra.local.slack.model import Json, Person, View
from infra.local.slack.people.acting import Acting, Outcome, of_interaction
from infra.local.slack.rules.composition import MENU_OPTION, OPTION_GROUP
from infra.local.slack.rules.shapes import Place, Surface, items

UNUSABLE: Final = "invalid_view_response"
TROUBLE: Final = "We had some trouble connecting. Try again?"
MISSING: Final = "Please complete this required field."


class Modals(Acting):
    """The modal in front of a person."""

    async def fill(self, user: str, block_id: str, value: str | None) -> Outcome:
        """Type or choose in an input; where its block says `dispatch_action`, the app hears of it at once."""
        person, view = self._in_front(user)
        block, element = _input(view, block_id)
        held = view.values.get(block_id, {}).get(element["action_id"]) or {}
        offered = [*view.offered.get(element["action_id"], []), *(held.get("selected_options") or [])]
        view.values[block_id] = {element["action_id"]: state_of(element, value, offered)}
        if not block.get("dispatch_action"):
            return Outcome(None, 0, None, None)
        action = action_of(element, value, offered) | {"block_id": block_id, "action_ts": self._workspace.tick()}
        payload = payloads.view_action(self._workspace, person, view, action)
        return of_interaction(await self._requests.send_payload(person.id, payload))

    async def suggest(self, user: str, block_id: str, typed: str) -> tuple[Outcome, list[Json]]:
        """Type into an external select; gives what the app offers."""
        person, view = self._in_front(user)
        _, element = _input(view, block_id)
        action_id = element["action_id"]
        payload = payloads.block_suggestion(self._workspace, person, view, block_id, action_id, typed)
        sent = await self._requests.send_payload(person.id, payload)
        if sent.failure is None:
            try:
                view.offered[action_id] = _options(sent.answer)
            except SlackError as refusal:
                sent.failure = "; ".join([refusal.error, *refusal.messages])
        return of_interaction(sent), view.offered.get(action_id, [])

    async def submit(self, user: str) -> Outcome:
        """Submit the modal; where a required input is empty, Slack says so and the app hears nothing."""
        person, view = self._in_front(user)
        if view.content.get("submit") is None:
            raise ImpossibleError("this modal has nothing to submit")
        view.errors = dict.fromkeys(_required_and_empty(view), MISSING)
        if view.errors:
            return Outcome(None, 0, None, MISSING)
        sent = await self._requests.send_payload(person.id, payloads.view_submission(self._workspace, person, view))
        if sent.failure is None:
            try:
                self._honour(person, view, sent.answer)
            except SlackError as refusal:
                sent.failure = "; ".join([UNUSABLE, refusal.error, *refusal.messages])
        return Outcome(sent.status, sent.ms, sent.failure, TROUBLE if sent.failure else None)

    async def close(self, user: str, *, everything: bool = False) -> Outcome:
        """Close the modal, or every one below it too; an app that asked for it is told."""
        person, view = self._in_front(user)
        is_cleared = everything or bool(view.content.get("clear_on_close"))
        payload = payloads.view_closed(self._workspace, person, view, is_cleared=is_cleared)
        if is_cleared:
            view_stacks.clear(self._workspace, person.id)
        else:
            view_stacks.close(self._workspace, person.id)
        if not view.content.get("notify_on_close"):
            return Outcome(None, 0, None, None)
        return of_interaction(await self._requests.send_payload(person.id, payload))

    def _in_front(self, user: str) -> tuple[Person, View]:
        person = self._active(user)
        view = view_stacks.top(self._workspace, person.id)
        if view is None:
            raise ImpossibleError(f"{person.name} has no modal open")
        return person, view

    def _honour(self, person: Person, view: View, answer: str) -> None:
        """Do what the answer to a submission says; an empty one closes the modal.

        https://docs.slack.dev/surfaces/modals#response_actions
        """
        content = _object(answer) if answer.strip() else {}
        match content.get("response_action"):
            case None:
                view_stacks.close(self._workspace, person.id)
            case "clear":
                view_stacks.clear(self._workspace, person.id)
            case "errors":
                view.errors = _errors(view, content.get("errors"))
            case "update":
                view_stacks.replace(self._workspace, view, view_stacks.checked(content.get("view"), Surface.MODAL))
            case "push":
                view_stacks.push(self._workspace, person.id, view_stacks.checked(content.get("view"), Surface.MODAL))
            case other:
                raise SlackError("invalid_arguments", [f"unknown response_action: {other}"])


def _input(view: View, block_id: str) -> tuple[Json, Json]:
    for block in view.content["blocks"]:
        if block["block_id"] == block_id and block["type"] == "input":
            return block, block["element"]
    raise ImpossibleError(f"the modal has no input {block_id}")


def _required_and_empty(view: View) -> list[str]:
    optional = {each["block_id"] for each in view.content["blocks"] if each["type"] == "input" and each.get("optional")}
    inputs = {each["block_id"] for each in view.content["blocks"] if each["type"] == "input"}
    return [
        block_id
        for block_id, element in interactive_elements(view.content["blocks"])
        if block_id in inputs - optional and is_empty(view.values[block_id][element["action_id"]])
    ]


def _errors(view: View, errors: Any) -> dict[str, str]:
    """Read what is wrong at which input block."""
    inputs = {each["block_id"] for each in view.content["blocks"] if each["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not all(isinstance(each, str) for each in errors.values()):
        raise SlackError("invalid_arguments", ["errors must name input blocks and say a sentence for each"])
    if unknown := errors.keys() - inputs:
        raise SlackError("invalid_arguments", [f"no input block {each}" for each in sorted(unknown)])
    return errors


def _object(answer: str) -> Json:
    try:
        content = strict_json.loads(answer)
    except ValueError as problem:
        raise SlackError("invalid_json") from problem
    if not isinstance(content, dict):
        raise SlackError("json_not_object")
    return content


def _options(answer: str) -> list[Json]:
    """Read the options in the answer to a suggestion, those of groups too.

    https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload
    """
    content = _object(answer)
    place = Place(Surface.MODAL)
    options, groups = content.get("options", []), content.get("option_groups", [])
    problems = [
        *items(MENU_OPTION, 100)(options, place / "options"),
        *items(OPTION_GROUP, 100)(groups, place / "option_groups"),
    ]
    if problems:
        raise SlackError("invalid_options", problems)
    return [*options, *(each for group in groups for each in group["options"])]
