"""Parts of a message: the outbox entries of its edits, and of what comes with it."""

from collections.abc import Iterator
from typing import Any

from bot.outbox.post import Post, Rank
from storage.tables import OutboxEntry


def edit_of(base: OutboxEntry, body: dict[str, Any], version: int) -> OutboxEntry:
    """The entry that gives a message of ours another content (m.replace)."""
    return OutboxEntry(
        kind="event",
        rank=Rank.ANSWER,
        room_id=base.room_id,
        person=base.person,
        content=body,
        target_act=base.id,
        relation="edit",
        message_key=base.message_key,
        version=version,
    )


def parts_of(base: OutboxEntry, post: Post) -> Iterator[OutboxEntry]:
    """What is below it, its files, the reactions to tap."""
    for each in post.children:
        yield OutboxEntry(
            kind="event", rank=base.rank, type=each.type, content=each.content, message_key=each.key
        )
    for file in post.files:
        yield OutboxEntry(kind="file", rank=base.rank, content=file.content(), data=file.data)
    for key in post.reactions:
        yield OutboxEntry(
            kind="event",
            rank=base.rank,
            type="m.reaction",
            content={"key": key},
            target_act=base.id,
            relation="reaction",
        )
