"""From a row of the outbox to the request it stands for, its targets resolved."""

from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.matrix.events import Deed
from bot.outbox.outbox import MARKER
from storage.tables import Act

FALLBACK = 1_000  # characters


async def deed(db: AsyncSession, act: Act) -> Deed:
    """What to ask of the server. The target's event is known by now: the queue gave this row after it."""
    target = act.target_event
    if act.target_act:
        parent = await db.get(Act, act.target_act)
        target = parent.event_id if parent else None
    if act.relation == "room":
        act.room_id = target
    content = _content(act, target)
    return Deed(kind=_kind(act), txn=act.txn, room=act.room_id, type=act.type, content=content, target=target, data=act.data)


def _kind(act: Act) -> Any:
    return act.kind


def _content(act: Act, target: str | None) -> dict[str, Any]:
    if act.kind in ("redact", "join", "leave", "create"):
        return act.content
    if act.relation == "edit":
        return _edit(act, target)
    if act.relation == "reaction":
        return {"m.relates_to": {"rel_type": "m.annotation", "event_id": target, "key": act.content["key"]}, MARKER: act.txn}
    if act.relation == "reference":
        return {**act.content, "m.relates_to": {"rel_type": "m.reference", "event_id": target}, MARKER: act.txn}
    return {**act.content, MARKER: act.txn}


def _edit(act: Act, target: str | None) -> dict[str, Any]:
    """An edit never notifies, so it mentions nobody. Older clients show its fallback, which begins with a star and is cut: an event has 64 kB."""
    body = {**act.content, "m.mentions": {}}
    fallback: dict[str, Any] = {"msgtype": body.get("msgtype"), "body": f"* {str(body.get('body', ''))[:FALLBACK]}", "m.mentions": {}}
    return {**fallback, "m.new_content": body, "m.relates_to": {"rel_type": "m.replace", "event_id": target}, MARKER: act.txn}
