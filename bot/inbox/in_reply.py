"""Words that are a command by what they answer: « 2 » in reply to a poll. An edit of them is in reply to the same message, which it does not say."""

from typing import Any

from bot.command import Context, Found
from bot.handlers import Handlers
from storage import outbox
from storage.tables import ProcessedEvent


async def command_meant(handlers: Handlers, ctx: Context) -> Found | None:
    entry = await outbox.by_event(ctx.db, ctx.reply_to) if ctx.reply_to else None
    key = entry.message_key or "" if entry and entry.room_id == ctx.room.id else ""
    reader = handlers.reply_handler(key)
    line = await reader(ctx, key) if reader else None
    found = handlers.commands.find(line, ctx.caller) if line else None
    return found if isinstance(found, Found) else None


def in_its_place(content: dict[str, Any], original: ProcessedEvent) -> dict[str, Any]:
    """What an edit says, in reply to what the message replied to."""
    if not original.in_reply_to:
        return content
    return {**content, "m.relates_to": {"m.in_reply_to": {"event_id": original.in_reply_to}}}
