"""Malformed events, as malice or a broken client may send them:
good ones with something wrong at any level.
"""

import random
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

DEEPLY_NESTED: Any = {}
for _ in range(400):
    DEEPLY_NESTED = {"a": [DEEPLY_NESTED]}
WRONG_VALUES: list[Any] = [
    None,
    True,
    0,
    -1,
    2**53 - 1,
    "",
    "\0",
    "é" * 300,
    "A" * 43,
    "not base64 ~",
    "@camille",
    [],
    {},
    [[]],
    ["x"],
    {"x": {}},
    {"": None},
    [None] * 50,
]
# Synapse lets none of these into a room
UNSENDABLE = [*WRONG_VALUES, 1.5, 2**80, float("inf"), "\ud800", DEEPLY_NESTED]
OLM = "m.olm.v1.curve25519-aes-sha2"
MEGOLM = "m.megolm.v1.aes-sha2"


def mutated(value: Any, chance: random.Random, absurd: list[Any]) -> Any:
    """A copy with something wrong at some level: a value replaced, a key gone, a key too many."""
    copy = deepcopy(value)
    places = list(_places(copy))
    for inside, key in chance.sample(places, min(len(places), chance.choice((1, 1, 2)))):
        if chance.random() < 0.25:
            inside.pop(key, None) if isinstance(inside, dict) else None
        else:
            inside[key] = chance.choice(absurd)
    return copy


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in list(inner):
        yield value, key
        yield from _places(item)


MESSAGE = {
    "msgtype": "m.text",
    "body": "!aide",
    "m.mentions": {"user_ids": ["@x:y"]},
    "m.relates_to": {"m.in_reply_to": {"event_id": "$x"}},
}
STATE_EVENTS = {
    "m.room.power_levels": {
        "users": {"@x:y": 50},
        "events": {"m.room.name": 50},
        "notifications": {"room": 50},
        "redact": 50,
    },
    "m.room.join_rules": {"join_rule": "invite", "allow": [{"type": "m.room_membership", "room_id": "!x"}]},
    "m.room.name": {"name": "Essai"},
    "m.room.canonical_alias": {"alias": "", "alt_aliases": []},
    "m.room.tombstone": {"body": "ailleurs", "replacement_room": "!x:y"},
    "m.room.encryption": {"algorithm": MEGOLM, "rotation_period_ms": 1},
}
TIMELINE_EVENTS = {
    "m.room.message": MESSAGE,
    "m.reaction": {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$x", "key": "✅"}},
    "org.matrix.msc3381.poll.response": {
        "m.relates_to": {"rel_type": "m.reference", "event_id": "$x"},
        "org.matrix.msc3381.poll.response": {"answers": ["a"]},
    },
}


def to_device_event(to_key: str, from_key: str) -> dict[str, Any]:
    """A to-device m.room.encrypted between two curve25519 keys, sound but for its last layer."""
    return {
        "algorithm": OLM,
        "sender_key": from_key,
        "ciphertext": {to_key: {"type": 0, "body": "AwogGJJzMhf/S3GQFXAOrCZ3iKyGU5ZScVtjI0KypTYrW/gSIA"}},
    }
