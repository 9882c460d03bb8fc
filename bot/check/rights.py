"""What somebody may do in a room, by its raw state: nio does not know the creators of room version 12."""

import math
from typing import Any

from storage.tables import Room


def level(room: Room, user: str) -> float:
    """Their power; creators from version 12 on stand above all numbers (MSC4289)."""
    if user in room.creators:
        return math.inf
    users = room.power.get("users")
    default = _number(room.power.get("users_default"), 0)
    return _number(users.get(user), default) if isinstance(users, dict) else default


def needed(room: Room, event_type: str) -> float:
    """The power it takes to send a message event of this type."""
    events = room.power.get("events")
    default = _number(room.power.get("events_default"), 0)
    return _number(events.get(event_type), default) if isinstance(events, dict) else default


def may_send(room: Room, user: str, event_type: str) -> bool:
    return level(room, user) >= needed(room, event_type)


def _number(value: Any, default: float) -> float:
    """Old rooms have numbers as text."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return default
