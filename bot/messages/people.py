"""People as lists and the form of one person show them."""

from typing import Final

from bot.messages.text import capped, clipped, escape, mention
from core.people.model import Group, Person

NAME_SHOWN: Final = 120


def called(person: Person) -> str:
    """What somebody goes by, as it is: Cognito lets a person be without a name, but not without an address."""
    return person.name or person.email


def name_of(person: Person) -> str:
    """Name a person in mrkdwn without calling them."""
    return escape(clipped(called(person), NAME_SHOWN))


def standing(person: Person) -> str:
    """Say what somebody is in the team."""
    if person.removed_at is not None:
        return "removed"
    if not person.enabled:
        return "*disabled*"
    if person.is_admin:
        return "admin"
    return "team member" if person.is_team_member else "in no group"


def slack_side(person: Person) -> str:
    """Say who they are in Slack; mentions in modals call nobody."""
    return mention(person.ref) if person.slack_user_id else "not linked"


def load(person: Person, overdue: int) -> str:
    """Say how much somebody has to do."""
    if person.open_tasks <= 0:
        return "no open tasks"
    late = f", *{capped(overdue)} overdue*" if overdue else ""
    return f"{person.open_tasks} open{late}"


def groups_words(person: Person) -> str:
    """Name the groups of ours that somebody is in."""
    words = {Group.ADMINS: "Admins", Group.TEAM_MEMBERS: "Team members"}
    return ", ".join(words[group] for group in Group if group in person.groups) or "none"
