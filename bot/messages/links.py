"""What somebody sees who is not linked to a team account yet."""

from bot.ids import Action
from bot.messages.blocks import Block, actions, link_button, section


def build_link_prompt(url: str) -> tuple[str, list[Block]]:
    """Offer the way in; `url` is for this person alone and good for ten minutes."""
    text = "I don't know yet who you are in the team. Link your account, then type it again."
    return text, [section(text), actions(link_button("Link my account", Action.LINK, url))]
