"""State events: what they say of a room becomes its row, and what power somebody has there;
nio does not know the creators of room version 12.
"""

import math
import re
from collections.abc import Callable
from typing import Any

from bot.matrix.events import Event
from bot.matrix.parse import string
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


STATE = 50  # when the room says nothing of state events


def may_set_state(room: Room, user: str, event_type: str) -> bool:
    """Whether they may send a state event of this type."""
    events = room.power.get("events")
    default = number(room.power.get("state_default"), STATE)
    needed = number(events.get(event_type), default) if isinstance(events, dict) else default
    return level(room, user) >= needed


def number(value: Any, default: float) -> float:
    """Old rooms have numbers as text."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return default


VERSION = re.compile("[0-9]{1,4}")  # a number; others are experiments
NEW_POWER = 12  # from this room version on, creators stand above all levels (MSC4289)


def _create(room: Room, event: Event) -> None:
    room.version = string(event.content, "room_version") or "1"
    more = event.content.get("additional_creators")
    listed = [who for who in more if isinstance(who, str)] if isinstance(more, list) else []
    room.creators = (
        [event.sender, *listed] if VERSION.fullmatch(room.version) and int(room.version) >= NEW_POWER else []
    )


def _power(room: Room, event: Event) -> None:
    room.power = event.content


def _encryption(room: Room, event: Event) -> None:
    room.encrypted = True  # it cannot be turned off


def _join_rule(room: Room, event: Event) -> None:
    room.join_rule = string(event.content, "join_rule")


def _name(room: Room, event: Event) -> None:
    room.name = string(event.content, "name")[:255]


def _alias(room: Room, event: Event) -> None:
    room.alias = string(event.content, "alias")[:255]


def _tombstone(room: Room, event: Event) -> None:
    room.successor = string(event.content, "replacement_room")[:255]


READERS: dict[str, Callable[[Room, Event], None]] = {
    "m.room.create": _create,
    "m.room.power_levels": _power,
    "m.room.encryption": _encryption,
    "m.room.join_rules": _join_rule,
    "m.room.name": _name,
    "m.room.canonical_alias": _alias,
    "m.room.tombstone": _tombstone,
}
