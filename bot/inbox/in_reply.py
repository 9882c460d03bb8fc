"""Words that are a command by what they answer: « 2 » in reply to a poll. An edit of them is in reply to the same message, which it does not say."""

from typing import Any

from bot.command import Context, Found, registry
from bot.command.handlers import prefix_of, replies
from storage import outbox
from storage.tables import ProcessedEvent

IN_REPLY = " in reply to "  # then the event: the end of the outcome of such a message


async def command_meant(ctx: Context) -> Found | None:
    act = await outbox.by_event(ctx.db, ctx.reply_to) if ctx.reply_to else None
    message_key = act.message_key or "" if act and act.room_id == ctx.room.id else ""
    prefix = prefix_of(message_key, replies)
    line = await replies[prefix](ctx, message_key) if prefix else None
    found = registry.find(line, ctx.asker) if line else None
    return found if isinstance(found, Found) else None


def noted(outcome: str, ctx: Context) -> str:
    """The outcome to record: an edit may mend it, or take it back."""
    return f"{outcome}{IN_REPLY}{ctx.reply_to}"


def in_its_place(content: dict[str, Any], original: ProcessedEvent) -> dict[str, Any]:
    """What an edit says, in reply to what the message replied to."""
    target = original.outcome.partition(IN_REPLY)[2]
    return {**content, "m.relates_to": {"m.in_reply_to": {"event_id": target}}} if target else content
