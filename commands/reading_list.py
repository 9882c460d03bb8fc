"""Reading list (bookmarks), `!garder`, `!meslectures`:
what somebody puts aside to read, titles of the panorama and cards alike.

A bare number is that of a title of the last panorama, as its last line says; of a card when the panorama has
no such number. Only who has just seen a card of that number here may mean both, and is asked.
"""

from typing import Literal

from bot.command import NOTHING, Answer, Context, Role, Scope, command
from bot.command.handlers import on_answer
from bot.outbox.question import Ask, Reply, numbered
from bot.text import Count, Say, UserError
from commands.news.lookup import entry
from commands.resources.lookup import answered_card, find_resource, number, says_card
from schedules.news.edition import KEY
from schedules.news.entries import entries
from schedules.resources import card
from storage import outbox
from storage.news import editions, readers
from storage.resources import library, search
from storage.tables import Edition, Resource

MOST = 20  # of each, in one answer


@command(
    "garder",
    aliases=("lireplustard",),
    english=("save", "keep"),
    usage=Say("`!garder numéro`"),
    example="!garder 2",
    help=Say("mettre de côté un titre du panorama, ou une fiche"),
    allow=Role.MEMBER,
    rank=22,
)
async def garder(ctx: Context, *, which: Answer = NOTHING) -> Say | Ask:
    if not which.strip() and (answered := await answered_card(ctx)) is not None:
        return await _keep_card(ctx, answered)
    n = number(which)
    if n is None:
        raise UserError(
            "Il me manque un numéro. Exemples : `!garder 2` pour un titre du panorama, `!garder fiche 9` "
            "pour une fiche."
        )
    if says_card(which):
        return await _keep_card(ctx, await find_resource(ctx, which))
    row, edition = await library.active(ctx.db, n), await editions.last(ctx.db)
    if row is not None and (edition is None or not 1 <= n <= len(edition.stories)):
        return await _keep_card(ctx, row)
    if row is not None and edition is not None and await _both(ctx, row, edition):
        return await _which(ctx, n, row)
    return await _keep_story(ctx, (await entry(ctx, n)).story.id)


@on_answer("keep.which")
async def kept_which(ctx: Context, reply: Reply) -> Say:
    if reply.choice == "1":
        return await _keep_story(ctx, int(reply.data["story"]))
    row = await library.active(ctx.db, int(reply.data["card"]))
    if row is None:
        raise UserError("Cette fiche n’est plus dans la bibliothèque.")
    return await _keep_card(ctx, row)


@command(
    "meslectures",
    aliases=("lectures",),
    english=("saved",),
    usage=Say("`meslectures` ou `meslectures vider`"),
    example="!meslectures",
    help=Say("retrouver ce que j’ai mis de côté"),
    allow=Role.MEMBER,
    where=Scope.DIRECT,
    rank=23,
)
async def meslectures(ctx: Context, what: Literal["vider", "clear"] | None) -> Say:
    if what:
        await readers.clear_bookmarks(ctx.db, ctx.person.id)
        await library.clear_bookmarks(ctx.db, ctx.person.id)
        return Say("C’est fait : votre liste est vide.")
    stories, cards = await _stories(ctx), await _cards(ctx)
    if stories is None and cards is None:
        return Say(
            "Votre liste est vide. Pour mettre de côté un titre du panorama : `garder` suivi de son numéro."
        )
    return Say.lines(stories, cards, Say("Pour tout effacer : `meslectures vider`"))


async def _both(ctx: Context, row: Resource, edition: Edition) -> bool:
    """Whether the number may as well be that of the card:
    it was shown here, or listed for this person, after the panorama appeared.
    """
    answered = await outbox.by_event(ctx.db, ctx.reply_to) if ctx.reply_to else None
    if answered and (answered.message_key or "").startswith(KEY):
        return False
    listing = await search.last_listing(ctx.db, ctx.person.id, ctx.room.id)
    listed = listing is not None and listing.at > edition.planned
    return listed or await library.shown_since(ctx.db, row.id, ctx.room.id, edition.planned)


async def _which(ctx: Context, n: int, row: Resource) -> Ask:
    found = await entry(ctx, n)
    say = Say.lines(
        Say("Lequel mettre de côté ? Touchez un chiffre :"),
        Say("1. le titre n° {n} du panorama, « {title} »", n=n, title=found.title),
        Say("2. la fiche {n}, « {title} »", n=n, title=card.title(row)),
    )
    return Ask(say, then="keep.which", choices=numbered(2), data={"story": found.story.id, "card": n})


async def _keep_story(ctx: Context, story: int) -> Say:
    await readers.bookmark(ctx.db, ctx.person.id, story, ctx.now)
    return _done(ctx)


async def _keep_card(ctx: Context, row: Resource) -> Say:
    await library.bookmark(ctx.db, ctx.person.id, row.id, ctx.now)
    return _done(ctx)


def _done(ctx: Context) -> Say:
    if ctx.room.direct:
        return Say("C’est mis de côté, {name}. Votre liste : `meslectures`.", name=ctx.person.name)
    return Say(
        "C’est mis de côté, {name}. Vous retrouverez votre liste en message privé avec `!meslectures`.",
        name=ctx.person.name,
    )


async def _stories(ctx: Context) -> Say | None:
    bookmarked = await readers.bookmarked(ctx.db, ctx.person.id)
    found = await entries(
        ctx.db, bookmarked[:MOST], ctx.now.astimezone(ctx.config.zone).date(), ctx.config.zone
    )
    title = Say("**Vos lectures** ({count})", count=Count(len(bookmarked), "un titre", "{n} titres"))
    return (
        Say.lines(title, *(each.line(n) for n, each in enumerate(found, 1)), _older(len(bookmarked)))
        if bookmarked
        else None
    )


async def _cards(ctx: Context) -> Say | None:
    bookmarked = await library.bookmarked(ctx.db, ctx.person.id)
    voices = await library.voices_of(ctx.db, [row.id for row in bookmarked])
    title = Say("**Vos fiches** ({count})", count=Count(len(bookmarked), "une fiche", "{n} fiches"))
    return (
        Say.lines(
            title,
            *(card.line(row, voices.get(row.id, 0)) for row in bookmarked[:MOST]),
            _older(len(bookmarked)),
        )
        if bookmarked
        else None
    )


def _older(count: int) -> Say | None:
    return Say("… et {count} plus anciens.", count=count - MOST) if count > MOST else None
