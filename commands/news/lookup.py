"""Look-up: the entries of the last edition by the numbers that people read."""

from bot.command import Context, shown
from bot.text import UserError
from schedules.news import calendar
from schedules.news.edition import Contents
from schedules.news.entries import Entry, entries
from storage.news import editions
from storage.tables import Edition


async def contents(ctx: Context, edition: Edition) -> Contents:
    today = calendar.before(edition.name, ctx.config).astimezone(ctx.config.zone).date()
    found = await entries(ctx.db, await editions.stories(ctx.db, edition.stories), today, ctx.config.zone)
    return Contents(edition.name, edition.first_day, found, edition.total)


async def entry(ctx: Context, number: int) -> Entry:
    """The one of this number in the last edition. Raises UserError."""
    edition = await editions.last(ctx.db)
    if edition is None:
        raise UserError("Il n’y a pas encore de panorama : les numéros sont ceux du dernier paru.")
    if not 1 <= number <= len(edition.stories):
        raise UserError(
            "Le dernier panorama va de 1 à {last} : il n’a pas de n° {number}. Le revoir : `{line}`.",
            last=len(edition.stories),
            number=number,
            line=shown("panorama", ctx.caller),
        )
    return (await contents(ctx, edition)).entries[number - 1]
