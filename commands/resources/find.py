"""`!ressources`, `!suite`, `!ressource 9`: what members recommended is found again, for members."""

from datetime import timedelta

from bot.command import NOTHING, Answer, Context, Role, command, shown
from bot.outbox import Post, Rank
from bot.text import Say, UserError
from commands.resources import edit, transfer
from commands.resources.lookup import answered_card, number
from schedules.resources.card import USEFUL, card, key
from schedules.resources.result import Page, nothing, page
from schedules.resources.search import understood
from storage import outbox
from storage.resources import library, search_cursor
from storage.resources.search import search
from storage.tables import Listing, Resource

GOES_ON = timedelta(days=1)  # how long « suite » knows what was asked


@command(
    "ressources",
    aliases=("chercher", "cherche", "trouver"),
    english=("resources", "search", "find"),
    usage=Say("`!ressources` suivi de ce que vous cherchez, ou `!ressources exporter`"),
    example="!ressources évaluation",
    help=Say("retrouver une ressource recommandée"),
    rank=29,
)
async def ressources(ctx: Context, *, words: Answer = NOTHING) -> Say | None:
    _members_only(ctx)
    if (found := transfer.action(words)) is not None:
        entry, rest = found
        return await entry(ctx, rest)
    row = await library.active(ctx.db, n) if (n := number(words)) is not None else None
    return await _shown(ctx, row) if row else await _page(ctx, words or words.typed)


@command(
    "ressource",
    aliases=("fiche",),
    english=("resource", "card"),
    usage=Say("`!ressource numéro`, `!ressource corriger numéro titre = …`, `!ressource retirer numéro`"),
    example="!ressource 9",
    help=Say("la fiche de ce numéro"),
    rank=31,
)
async def ressource(ctx: Context, *, which: Answer = NOTHING) -> Say | None:
    """Words instead of a number are a search: the singular is what many type."""
    _members_only(ctx)
    if (found := edit.action(which.typed) or transfer.action(which)) is not None:
        act, rest = found
        return await act(ctx, rest)
    if not which.strip():
        row = await answered_card(ctx)
        if row is None:
            raise UserError("Il me manque le numéro de la fiche. Exemple : `{line}`", line=shown("ressource 9", ctx.caller))
        return await _shown(ctx, row)
    n = number(which)
    if n is None:
        return await _page(ctx, which)
    row = await library.resource(ctx.db, n)
    if row is None or row.status not in (library.ACTIVE, library.RETIRED):
        raise UserError("Il n’y a pas de fiche {n}. Pour chercher : `{line}`", n=n, line=shown("ressources évaluation", ctx.caller))
    return await _shown(ctx, row)


@command(
    "suite",
    aliases=("encore",),
    english=("next",),
    usage=Say("`!suite`"),
    example="!suite",
    help=Say("la suite de la dernière liste demandée"),
    rank=60,
)
async def suite(ctx: Context) -> Say:
    _members_only(ctx)
    listing = await search_cursor.last(ctx.db, ctx.person.id, ctx.room.id)
    if listing is None or ctx.now - listing.at > GOES_ON:
        raise UserError("Je n’ai pas de liste à continuer ici. Pour en demander une : `{line}`", line=shown("ressources évaluation", ctx.caller))
    return await _page(ctx, listing.query, listing.shown)


async def _shown(ctx: Context, row: Resource) -> Say | None:
    """A card like the one that was posted: 👍 under it counts, and it may be replied to. Not where it corrects a refusal, which it then replaces."""
    say, cause = await card(ctx.db, row), ctx.cause.id
    if row.status == library.RETIRED or await outbox.versions(ctx.db, f"answer:{cause}", ctx.room.id):
        return say
    person = ctx.person.id if ctx.room.direct else None
    key_ = f"{key(row)}:{cause}"
    await ctx.post(Post(room=ctx.room.id, person=person, say=say, rank=Rank.ANSWER, key=key_, reply_to=cause, reactions=(USEFUL,)))
    return None


async def _page(ctx: Context, typed: str, before: int = 0) -> Say:
    asked = await understood(ctx.db, typed, ctx.now.astimezone(ctx.config.zone))
    shown_now = Page(asked, await search(ctx.db, asked.query), before)
    if not shown_now.found.numbers:
        return await nothing(ctx.db, asked, ctx.caller)
    if not shown_now.numbers:
        raise UserError("C’est tout : il n’y a pas de suite. Pour chercher autre chose : `{line}`", line=shown("ressources", ctx.caller))
    seen = before + len(shown_now.numbers)
    await search_cursor.remember(ctx.db, Listing(person=ctx.person.id, room_id=ctx.room.id, query=asked.said, shown=seen, at=ctx.now))
    return await page(ctx.db, shown_now, ctx.caller)


def _members_only(ctx: Context) -> None:
    if ctx.person.role < Role.MEMBER:
        raise UserError(
            "La recherche de ressources est réservée aux membres du réseau. Je peux vous indiquer une personne : `{line}`.",
            line=shown("contact", ctx.caller),
        )
