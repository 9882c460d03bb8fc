"""What power somebody has in a room, by its raw state: nio does not know the creators of room version 12."""

import math
from typing import Any

from storage.tables import Room

REDACT = 50  # when the room says nothing (m.room.power_levels)


def level(room: Room, user: str) -> float:
    """Their power; creators from version 12 on stand above all numbers (MSC4289)."""
    if user in room.creators:
        return math.inf
    users = room.power.get("users")
    default = number(room.power.get("users_default"), 0)
    return number(users.get(user), default) if isinstance(users, dict) else default


def may_redact(room: Room, user: str) -> bool:
    """Whether they may take back what others wrote, and so end a poll of theirs."""
    return level(room, user) >= number(room.power.get("redact"), REDACT)


def number(value: Any, default: float) -> float:
    """Old rooms have numbers as text."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return default
