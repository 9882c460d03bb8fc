"""What somebody may do in a room, by its raw state: nio does not know the creators of room version 12."""

from bot.inbox.power import level, number
from storage.tables import Room


def needed(room: Room, event_type: str) -> float:
    """The power it takes to send a message event of this type."""
    events = room.power.get("events")
    default = number(room.power.get("events_default"), 0)
    return number(events.get(event_type), default) if isinstance(events, dict) else default


def may_send(room: Room, user: str, event_type: str) -> bool:
    return level(room, user) >= needed(room, event_type)
