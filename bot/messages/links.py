"""What people see in Slack about links: the way in, requests that admins decide on, and news of a link."""

import json
from typing import Any, Final

from bot.commands.model import LinkAccount, LinkCommand, Unlink, WhoAmI
from bot.ids import Action, Command
from bot.messages.blocks import Block, actions, button, context, link_button, literal, section
from bot.messages.text import clipped, escape
from core.ids import EventId, PersonId, SlackUserId
from core.links.changes import RequestKey
from core.links.model import LinkFacts, LinkRequest, RequestState
from core.notifications.model import Kind
from core.people.model import Person

WARNING: Final = (
    "Whoever controls the Slack user would act as that account. Ask both sides by another way before you approve."
)
_OUTCOMES: Final = {
    RequestState.APPROVED: "Approved by {who}. They are linked.",
    RequestState.DENIED: "Denied by {who}. Nobody was linked.",
    RequestState.WITHDRAWN: "Taken back: “This was not me” was said of it. Nobody was linked.",
}


def build_link_prompt(url: str, typed: str | None, asked: LinkCommand | None = None) -> tuple[str, list[Block]]:
    """Offer the way in; `url` is for this person alone and good for ten minutes.

    `typed` is what will be offered again, `asked` what they wanted to know or to have done about a link.
    """
    stranger = "I don't know yet who you are in the team. Link your team account."
    match asked:
        case WhoAmI():
            text = (
                "You are not linked to a team account, so you act as nobody. Link yours, and `/task whoami` shows it."
            )
        case Unlink():
            text = "You are not linked to a team account, so there is no link to end. You can link yours here."
        case LinkAccount():
            text = f"{stranger} After that you can use everything."
        case None:
            then = "I offer you what you typed." if typed is not None else "do the same once more."
            text = f"{stranger} After that, {then}"
    return text, [section(text), actions(link_button("Link my account", Action.LINK, url))]


def build_who(person: Person) -> tuple[str, list[Block]]:
    """Tell somebody whom they are taken for."""
    groups = ", ".join(sorted(person.groups)) or "none"
    rows = [
        f"*Slack user*  <@{person.slack_user_id}>",
        f"*Team account*  {escape(person.name)}, {escape(person.email)}",
        f"*Groups*  {escape(groups)}",
        f"*Time zone*  {escape(person.time_zone)}",
    ]
    return f"You are {person.name}", [section("\n".join(rows))]


def build_already_linked(person: Person) -> tuple[str, list[Block]]:
    text = f"You are linked to {escape(person.name)}, {escape(person.email)}."
    return text, [section(text), context("To link another account, type `/task unlink` first.")]


def build_unlinked(person: Person) -> tuple[str, list[Block]]:
    text = f"You are no longer linked to {escape(person.name)}, {escape(person.email)}."
    return text, [section(text), context("Your tasks stay as they are. To link again, type `/task link`.")]


def build_request(request: LinkRequest) -> tuple[str, list[Block]]:
    """Show admins the two sides, and the decision or the way to make it."""
    facts = request.facts
    text = f"Link request: {escape(facts.slack_name)} and {escape(facts.account_name)}"
    blocks = [section("*Are these two the same person?*"), *_sides(facts)]
    if request.state is not RequestState.PENDING:
        outcome = outcome_of(request)
        return f"{text}. {outcome}", [*blocks, section(f"*{outcome}*")]
    return text, [*blocks, context(WARNING), decision_buttons(request)]


def outcome_of(request: LinkRequest) -> str:
    """Say in mrkdwn what became of a request."""
    return _OUTCOMES[request.state].format(who=escape(request.decided_by or "an admin"))


def decision_buttons(request: LinkRequest) -> Block:
    """Offer both decisions; whoever cannot see hears whom they are about."""
    facts = request.facts
    value = key_value(RequestKey(facts.slack_user_id, facts.person_id, request.request_id))
    spoken = f"{facts.slack_name} and {facts.account_name}"
    return actions(
        button("Approve", Action.LINK_APPROVE, value, style="primary", spoken=clipped(f"Approve: {spoken}", 75)),
        button("Deny", Action.LINK_DENY, value, style="danger", spoken=clipped(f"Deny: {spoken}", 75)),
    )


def build_link_news(kind: Kind, facts: LinkFacts, not_me: str | None) -> tuple[str, list[Block]]:
    """Tell one of the two sides, or an admin, what became of a link."""
    text = _sentence(kind, facts)
    blocks = [section(text)]
    if kind is Kind.LINK_MADE:
        blocks += _typed(facts.typed)
    if not_me is not None:
        dispute = link_button("This was not me", Action.LINK_DISPUTE, not_me)
        del dispute["style"]
        blocks.append(actions(dispute))
    return text, blocks


def key_value(key: RequestKey) -> str:
    """Write a request's key into a button."""
    return json.dumps([key.slack_user_id, key.person_id, key.request_id])


def read_key(value: str) -> RequestKey:
    slack_user_id, person_id, request_id = json.loads(value)
    return RequestKey(SlackUserId(slack_user_id), PersonId(person_id), EventId(request_id))


def without_run_button(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same message when what was typed has been run."""
    return [block for block in blocks if not _runs(block)]


def _runs(block: dict[str, Any]) -> bool:
    return any(element.get("action_id") == Action.RUN_TYPED for element in block.get("elements", []))


def _typed(typed: str | None) -> list[Block]:
    if typed is None:
        return []
    command = typed if is_for_team(typed) else f"{Command.TASK} {typed}".strip()
    return [literal(f"You had typed: {command}"), actions(button("Run it now", Action.RUN_TYPED, command))]


def is_for_team(typed: str) -> bool:
    """Whether what is offered again is a whole command; what followed `/task` is kept without it."""
    return typed.split(maxsplit=1)[:1] == [Command.TEAM]


def _sides(facts: LinkFacts) -> list[Block]:
    return [
        section(f"*In Slack*  <@{facts.slack_user_id}>"),
        literal(f"{facts.slack_name}, {address_of(facts.slack_email, sure=facts.slack_email_confirmed)}"),
        section("*Team account*  signed in to by whoever asks"),
        literal(f"{facts.account_name}, {address_of(facts.account_email, sure=facts.account_email_verified)}"),
    ]


def address_of(address: str | None, *, sure: bool) -> str:
    """Say an address, and where nobody has shown that it is theirs, that too."""
    if not address:
        return "no address"
    return address if sure else f"{address} (not confirmed)"


def _sentence(kind: Kind, facts: LinkFacts) -> str:
    account = f"{escape(facts.account_name)} ({escape(facts.account_email)})"
    who = escape(facts.decided_by) if facts.decided_by else None
    match kind:
        case Kind.LINK_ASKED:
            return (
                f"You asked to act as the team account of {account}. The addresses on both sides do not prove that it "
                "is you, so an admin decides. I'll tell you."
            )
        case Kind.LINK_DENIED if facts.is_disputed:
            return f"You were not linked to the team account of {account}: somebody said that it was not them."
        case Kind.LINK_DENIED:
            return f"{who} decided not to link you to the team account of {account}. If it is yours, talk to them."
        case Kind.LINK_MADE:
            by = f"{who} linked you" if who else "You are linked"
            return f"{by} to the team account of {account}. Whatever you type to me is done in its name."
        case Kind.LINK_REMOVED if facts.is_disputed:
            return f"You no longer act as {account}: somebody said that the link was not theirs."
        case Kind.LINK_REMOVED:
            return f"You no longer act as {account}. To link again, type `/task link`. Not your doing? Tell an admin."
        case Kind.LINK_DISPUTED:
            return (
                f"*“This was not me”* was said of the link between <@{facts.slack_user_id}> and {account}, so I took "
                "it away. Look at what was done in that name since, and have the account's password changed."
            )
        case _:
            raise ValueError(kind)
