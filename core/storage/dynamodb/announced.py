"""History entries of people and settings, each saved with the change that it tells of."""

from core.events import Event
from core.storage import schema
from core.storage.dynamodb.table import Item


def entry_item(keys: schema.Keys, key: Item, event: Event) -> Item:
    """An entry that is also found by who did it, and with all that was done to the team and its settings."""
    return {
        **key,
        "type": schema.ACTIVITY,
        "person_id": event.member.person_id if event.member else None,
        "detail_type": event.detail_type,
        **event.detail,
        "gsi1pk": keys.administration(),
        "gsi1sk": event.event_id,
        "gsi2pk": keys.actor(event.actor.person_id),
        "gsi2sk": event.event_id,
    }
