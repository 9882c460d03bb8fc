"""What passes between the homeserver and the rest of the bot: events heard, deeds to do.

Plain frozen values, so that nothing outside bot/matrix knows nio, and so that a test
can make them by hand.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

RequestKind = Literal["event", "redact", "file", "join", "leave", "create"]
Membership = Literal["join", "invite", "leave"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event as it reads once decrypted; whatever was malformed is already set right.

    `at` is the server's time shifted by the process offset. `content` is {} for what is
    unreadable, redacted or malformed. Stripped state (invitations) has "" for `id`.
    `txn` comes back only on events that this very device sent. `withheld`: of what is unreadable, the code
    under which its sender's device said that it gives us no key (`bot.matrix.withheld`).
    """

    id: str
    room: str
    sender: str
    type: str
    content: dict[str, Any]
    at: datetime
    state_key: str | None = None
    redacts: str | None = None
    txn: str | None = None
    encrypted: bool = False
    unreadable: bool = False
    withheld: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomUpdate:
    """What a sync says of one room besides its timeline.

    `state` is the state *before* the timeline (for an invitation: what the server shows
    of the room); apply it first, then the state events among Batch.events.
    """

    room: str
    membership: Membership
    state: tuple[Event, ...] = ()
    limited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """All that one sync brought. `token` is stored by the caller with the effects.

    `events` holds each room's own order, rooms merged by server time; gaps are filled in
    and once-unreadable events are given back readable. `overflow` names the rooms whose
    gap was longer than what is paged. `began` is when the answering request was sent.
    """

    since: str | None
    token: str
    began: datetime
    rooms: tuple[RoomUpdate, ...] = ()
    events: tuple[Event, ...] = ()
    overflow: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One thing to do on the server, under a transaction id that never means anything else.

    event: `type` and `content` go to `room`; redact: `target` is removed (content may hold
    {"reason"}); file: `data` is uploaded, then sent as `content` with its address;
    join: `room` may be an alias; leave: content may hold {"reason"}; create: `content` is
    the body of createRoom and `room` is None.
    """

    kind: RequestKind
    txn: str
    room: str | None = None
    type: str = ""
    content: dict[str, Any] = field(default_factory=dict)
    target: str | None = None
    data: bytes | None = None
