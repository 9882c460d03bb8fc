"""From a row of the outbox to the request it stands for, its targets resolved."""

from pathlib import Path
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.matrix.events import Request
from bot.outbox.history import History
from bot.outbox.outbox import MARKER
from bot.outbox.post import Rank
from bot.outbox.quote import reply_relation
from bot.text import Say
from bot.text import content as message
from storage import outbox, sealing
from storage.tables import OutboxEntry

FALLBACK = 1_000  # characters


LOST = Say(
    "Un message vous attendait ici, et je ne peux plus le lire : sa clé est perdue. "
    "Écrivez-moi de nouveau votre question, s’il vous plaît."
)


async def request(db: AsyncSession, entry: OutboxEntry, history: History, data_dir: Path) -> Request:
    """What to ask of the server. The target's event is known by now: the queue gave this row after it."""
    target = entry.target_event
    if entry.target_act:
        parent = await db.get(OutboxEntry, entry.target_act)
        target = parent.event_id if parent else None
    if entry.relation == "room":
        entry.room_id = target
    said = _unsealed(entry, data_dir)
    content = _content(entry, said, target)
    if "m.relates_to" in said and entry.rank == Rank.ANSWER and entry.relation != "edit":
        relation = await reply_relation(db, entry, said["m.relates_to"], history)
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


def _unsealed(entry: OutboxEntry, data_dir: Path) -> dict[str, Any]:
    """What is to be said; that it is lost, when the key of what was sealed is gone."""
    sealed = entry.content.get(outbox.SEALED)
    if sealed is None:
        return entry.content
    found: dict[str, Any] | None = sealing.unseal(data_dir, sealed)
    return found or message(LOST, "fr", notice=True)


def _content(entry: OutboxEntry, said: dict[str, Any], target: str | None) -> dict[str, Any]:
    if entry.kind in ("redact", "join", "leave", "create"):
        return said
    if entry.relation == "edit":
        return _edit(entry, said, target)
    if entry.relation == "reaction":
        return {
            "m.relates_to": {"rel_type": "m.annotation", "event_id": target, "key": said["key"]},
            MARKER: entry.txn,
        }
    if entry.relation == "reference":
        return {
            **said,
            "m.relates_to": {"rel_type": "m.reference", "event_id": target},
            MARKER: entry.txn,
        }
    return {**said, MARKER: entry.txn}


def _edit(entry: OutboxEntry, said: dict[str, Any], target: str | None) -> dict[str, Any]:
    """An edit never notifies, so it mentions nobody.
    Older clients show its fallback, which begins with a star and is cut: an event has 64 kB.
    """
    body = {**said, "m.mentions": {}}
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
