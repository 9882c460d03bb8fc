"""👍 and 👎 (« moins de ça ») under a panorama: they weigh on what the next ones hold, until they are taken back."""

from bot.command import Context
from bot.command.handlers import Reaction, on_reaction
from schedules.news.digest import KEY, LESS, LIKED
from storage.news import readers
from storage.tables import Opinion

VALUES = {LIKED: 1, LESS: -1}


@on_reaction(KEY)
async def tapped(ctx: Context, tap: Reaction) -> None:
    if tap.key is None:
        return await readers.take_back(ctx.db, tap.event_id)
    value = VALUES.get(tap.key[:1])  # without what gives the hand a colour
    if value is not None:
        edition = tap.message_key.removeprefix(KEY)
        await readers.opine(ctx.db, Opinion(event_id=tap.event_id, person=ctx.person.id, edition=edition, value=value, at=ctx.now))
    return None
