"""From the server's JSON to events, one at a time: whatever anybody on the network could have put in there.

Nothing below trusts a type. What comes out can be stored and printed anywhere: no lone surrogates,
no NUL (PostgreSQL refuses it), no number a database cannot hold, no bottomless nesting.
"""

import json
import logging
import math
import re
from dataclasses import replace
from typing import Any

from bot.matrix.events import Event
from bot.time.clock import Clock

log = logging.getLogger(__name__)

DEEPEST = 32  # levels; the deepest content people's clients send has about ten
LONGEST_ID = 255  # bytes, by the specification; nobody's id is longer
LAST_INTEGER = 2**53 - 1  # canonical JSON
# strings, so as not to count what is inside them, and brackets
TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]')
NOT_BY_CIPHER = {"m.room.redaction", "m.room.encrypted"}  # the server could not judge them


class Absurd(ValueError):
    """A value that nothing should have to store."""


def parse(body: bytes) -> dict[str, Any]:
    """The JSON object of an answer. Raises ValueError for anything else, never for what one person put in
    it.
    """
    try:
        found = json.loads(body, parse_int=_integer)
    except RecursionError:
        found = json.loads(shallow(body), parse_int=_integer)
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found


def shallow(body: bytes) -> bytes:
    """The same JSON with null where it is nested beyond what a parser bears:
    one stranger's message must not hide all others.
    """
    depth, start, kept = 0, 0, []
    for token in TOKEN.finditer(body):
        if token[0] in b"[{":
            depth += 1
            if depth == 3 * DEEPEST:
                kept += [body[start : token.start()], b"null"]
        elif token[0] in b"]}":
            if depth == 3 * DEEPEST:
                start = token.end()
            depth -= 1
    return b"".join([*kept, body[start:]])


def _integer(digits: str) -> int | float:
    """Python refuses to read thousands of digits."""
    return int(digits) if len(digits) < 20 else math.inf


def event(raw: object, room: str, clock: Clock) -> Event | None:
    """One event of a timeline or state block; None when it has no usable id, sender or type."""
    source = mapping(raw)
    id_, sender, type_ = (name(source.get(key)) for key in ("event_id", "sender", "type"))
    state_key = source.get("state_key")
    if id_ is None or sender is None or type_ is None or not _is_key(state_key):
        log.warning(
            "matrix: passed over %s of type %s in %s: no usable id, sender, type or state key",
            id_,
            type_,
            room,
        )
        return None
    unsigned = mapping(source.get("unsigned"))
    content = {} if unsigned.get("redacted_because") else contents(source.get("content"), type_, id_)
    return Event(
        id=id_,
        room=room,
        sender=sender,
        type=type_,
        content=content,
        at=clock.at(milliseconds(source.get("origin_server_ts"))),
        state_key=state_key,
        redacts=_redacts(type_, source, content),
        txn=name(unsigned.get("transaction_id")),
    )


def stripped(raw: object, room: str, clock: Clock) -> Event | None:
    """One event of an invitation's state: these have neither id nor time."""
    source = mapping(raw)
    found = event({**source, "event_id": "-"}, room, clock)
    return None if found is None else replace(found, id="", at=clock.now())


def contents(value: object, type_: str, id_: str) -> dict[str, Any]:
    """A content fit to be stored; {} for one that is not."""
    try:
        return clean_json(value) if isinstance(value, dict) else {}
    except Absurd as error:
        log.warning("matrix: the content of %s %s is absurd: %s", type_, id_, error)
        return {}


def clean_json(value: Any, depth: int = 0) -> Any:
    """The same value without what breaks databases; raises Absurd."""
    if depth > DEEPEST:
        raise Absurd("too deep")
    if isinstance(value, str):
        return text(value)
    if isinstance(value, dict):
        # A key is left out rather than mended: mended, it could pass for another one.
        return {key: clean_json(inner, depth + 1) for key, inner in value.items() if text(key) == key}
    if isinstance(value, list):
        return [clean_json(inner, depth + 1) for inner in value]
    if (isinstance(value, int) and abs(value) > LAST_INTEGER) or (
        isinstance(value, float) and not math.isfinite(value)
    ):
        raise Absurd("a number out of range")
    return value


def text(value: str) -> str:
    return value.encode(errors="replace").decode().replace("\0", "")


def mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def listing(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def name(value: object) -> str | None:
    """An identifier or a type, if it can be one."""
    if not isinstance(value, str) or not value or len(value) > LONGEST_ID or text(value) != value:
        return None
    return value


def milliseconds(value: object) -> int:
    """Out of the calendar stands for "now", which Clock.at makes of it."""
    return value if isinstance(value, int) and 0 <= value <= LAST_INTEGER else LAST_INTEGER


def _is_key(value: object) -> bool:
    return value is None or value == "" or name(value) is not None


def _redacts(type_: str, source: dict[str, Any], content: dict[str, Any]) -> str | None:
    """Room version 11 moved it into the content."""
    return (
        name(content.get("redacts")) or name(source.get("redacts")) if type_ == "m.room.redaction" else None
    )


def string(content: dict[str, Any], key: str) -> str:
    """A string of an event's content; whatever else stands there is none."""
    value = content.get(key)
    return value if isinstance(value, str) else ""
