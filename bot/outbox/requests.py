"""From a row of the outbox to the request it stands for, its targets resolved."""

from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.matrix.events import Request
from bot.outbox.history import History
from bot.outbox.outbox import MARKER
from bot.outbox.post import Rank
from bot.outbox.quote import reply_relation
from storage.tables import OutboxEntry

FALLBACK = 1_000  # characters


async def request(db: AsyncSession, entry: OutboxEntry, history: History) -> Request:
    """What to ask of the server. The target's event is known by now: the queue gave this row after it."""
    target = entry.target_event
    if entry.target_act:
        parent = await db.get(OutboxEntry, entry.target_act)
        target = parent.event_id if parent else None
    if entry.relation == "room":
        entry.room_id = target
    content = _content(entry, target)
    if "m.relates_to" in entry.content and entry.rank == Rank.ANSWER and entry.relation != "edit":
        relation = await reply_relation(db, entry, history)
        content = {key: each for key, each in content.items() if key != "m.relates_to"} | relation
    return Request(
        kind=entry.kind,
        txn=entry.txn,
        room=entry.room_id,
        type=entry.type,
        content=content,
        target=target,
        data=entry.data,
    )


def _content(entry: OutboxEntry, target: str | None) -> dict[str, Any]:
    if entry.kind in ("redact", "join", "leave", "create"):
        return entry.content
    if entry.relation == "edit":
        return _edit(entry, target)
    if entry.relation == "reaction":
        return {
            "m.relates_to": {"rel_type": "m.annotation", "event_id": target, "key": entry.content["key"]},
            MARKER: entry.txn,
        }
    if entry.relation == "reference":
        return {
            **entry.content,
            "m.relates_to": {"rel_type": "m.reference", "event_id": target},
            MARKER: entry.txn,
        }
    return {**entry.content, MARKER: entry.txn}


def _edit(entry: OutboxEntry, target: str | None) -> dict[str, Any]:
    """An edit never notifies, so it mentions nobody.
    Older clients show its fallback, which begins with a star and is cut: an event has 64 kB.
    """
    body = {**entry.content, "m.mentions": {}}
    fallback: dict[str, Any] = {
        "msgtype": body.get("msgtype"),
        "body": f"* {str(body.get('body', ''))[:FALLBACK]}",
        "m.mentions": {},
    }
    return {
        **fallback,
        "m.new_content": body,
        "m.relates_to": {"rel_type": "m.replace", "event_id": target},
        MARKER: entry.txn,
    }
