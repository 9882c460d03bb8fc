"""What an answer quotes: the message it answers, where something stands between the two."""

from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox.history import History
from bot.outbox.post import Cause, Post
from storage import outbox
from storage.tables import OutboxEntry

ANSWERS = "org.animatrice.answers"  # the event that a message answers without quoting it


async def reply_relation(
    db: AsyncSession, entry: OutboxEntry, relation: dict[str, Any], history: History
) -> dict[str, Any]:
    """The `m.relates_to` of an entry, as it is about to be sent; when it answers what is just above it, only
    a key of ours (ANSWERS), which clients do not show.

    Clients show a reply as a quotation (`m.in_reply_to`), and that of a reply as two: in a private room
    nothing is quoted; elsewhere one level, and only when the room has gone on since. In a thread the relation
    is what puts it there (MSC3440).
    """
    if "rel_type" in relation:
        return {"m.relates_to": relation}
    event = relation["m.in_reply_to"]["event_id"]
    if entry.person is not None or history.is_latest(entry.room_id or "", event, besides=entry.cause):
        return {ANSWERS: event}
    ours = await outbox.by_event(db, event)
    quoted = ours.content.get("m.relates_to", {}) if ours else {}
    return {"m.relates_to": quoted if "m.in_reply_to" in quoted else relation}


def with_relation_of(before: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    """What is not out yet still answers what it answered, when it is to be said otherwise."""
    return (
        {**body, "m.relates_to": before["m.relates_to"]}
        if "m.relates_to" in before and "m.relates_to" not in body
        else body
    )


def in_reply(body: dict[str, Any], post: Post, cause: Cause) -> dict[str, Any]:
    """A reply to the message that asked, in its thread if it was in one."""
    if post.reply_to is None:
        return body
    if post.unquoted:
        return {**body, ANSWERS: post.reply_to}
    relation: dict[str, Any] = {"m.in_reply_to": {"event_id": post.reply_to}}
    if thread := post.thread or (cause.thread if post.reply_to == cause.id else None):
        relation |= {"rel_type": "m.thread", "event_id": thread, "is_falling_back": False}
    return {**body, "m.relates_to": relation}
