"""The workspace's settings in words."""

from typing import Any, Final

from core.workspace.settings import Weekday

_WORDS: Final = {
    "members_can_assign": "whether members hand out tasks",
    "guests": "whether guests may use Task Bot",
    "reminder_hour": "the hour of reminders",
    "reminder_days": "the days before a deadline",
    "business_days": "the business days",
    "link_requests_to": "who is told of link requests",
}


def setting_name(field: str) -> str:
    """Name a setting in the middle of a sentence."""
    return _WORDS.get(field, field.replace("_", " "))


def setting_value(field: str, value: Any) -> str:
    """Say what a setting is, as history and the form have it."""
    match field:
        case "reminder_hour":
            return f"{value:02}:00"
        case "reminder_days":
            return ", ".join(map(str, value)) or "none"
        case "business_days":
            return ", ".join(Weekday(day).name.capitalize()[:3] for day in value)
        case "link_requests_to":
            return f"{len(value)} of the admins" if value else "all admins"
    return "yes" if value is True else "no" if value is False else str(value)
