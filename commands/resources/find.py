"""Search of the library, for members: `!ressources`, `!suite`;
all of it as a file, `!ressources exporter`, and a file of it taken in, `importer`.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.command import NOTHING, Answer, Context, Role, command, shown
from bot.command.quotes import word
from bot.outbox import MOST_LISTED, File, Post, Rank
from bot.text import Count, Say, UserError
from bot.time.format import DayMonth
from commands.resources.lookup import members_only, number
from schedules.resources.card import line, show
from schedules.resources.export_file import ExportFormat, as_csv, as_json
from schedules.resources.result import ResultPage, render_nothing, render_page
from schedules.resources.search import parse_query
from storage.resources import imports, library
from storage.resources.search import last_listing, remember_listing, search
from storage.tables import ImportRequest, Listing
from storage.text import key

WRITERS = {"csv": (as_csv, "text/csv"), "json": (as_json, "application/json")}

HOW = Say.lines(
    Say(
        "Pour importer une liste, postez ici un fichier CSV, "
        "YAML ou JSON, puis répondez-lui `!ressources importer`."
    ),
    Say(
        "Ses colonnes : lien (la seule nécessaire), titre, pourquoi, thème, type, recommandée par, ville, "
        "le, minutes, accès."
    ),
    Say("Un modèle rempli : `!ressources exporter`"),
)
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
    members_only(ctx)
    if (found := _action(words)) is not None:
        entry, rest = found
        return await entry(ctx, rest)
    row = await library.active(ctx.db, n) if (n := number(words)) is not None else None
    return await show(ctx, row) if row else await _page(ctx, words or words.typed)


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
    members_only(ctx)
    listing = await last_listing(ctx.db, ctx.person.id, ctx.room.id)
    if listing is None or ctx.now - listing.at > GOES_ON:
        raise UserError(
            "Je n’ai pas de liste à continuer ici. Pour en demander une : `{line}`",
            line=shown("ressources évaluation", ctx.caller),
        )
    return await _page(ctx, listing.query, listing.shown)


async def _page(ctx: Context, typed: str, before: int = 0) -> Say:
    parsed = await parse_query(ctx.db, typed, ctx.now.astimezone(ctx.config.zone))
    page = ResultPage(parsed, await search(ctx.db, parsed.query), before)
    if not page.found.numbers:
        return await render_nothing(ctx.db, parsed, ctx.caller)
    if not page.numbers:
        raise UserError(
            "C’est tout : il n’y a pas de suite. Pour chercher autre chose : `{line}`",
            line=shown("ressources", ctx.caller),
        )
    seen = before + len(page.numbers)
    await remember_listing(
        ctx.db, Listing(person=ctx.person.id, room_id=ctx.room.id, query=parsed.text, shown=seen, at=ctx.now)
    )
    return await render_page(ctx.db, page, ctx.caller)


async def _export(ctx: Context, rest: str) -> Say | None:
    """In private when asked in an ordinary room: a file interrupts everybody."""
    file, listed = await _file(ctx, rest)
    local = ctx.now.astimezone(ctx.config.zone).date()
    say = Say(
        "Voici la bibliothèque au {day} : {count}.",
        day=DayMonth(local),
        count=Count(len(listed), "une fiche", "{n} fiches"),
    )
    say = Say.lines(say, *listed) if len(listed) <= MOST_LISTED else say
    if ctx.room.direct or ctx.room.kind == "team":
        await ctx.reply(say, files=(file,))
        return None
    await ctx.post(Post(person=ctx.person.id, say=say, rank=Rank.ANSWER, files=(file,)))
    return Say("Je vous envoie le fichier en message privé.")


async def _file(ctx: Context, rest: str) -> tuple[File, list[Say]]:
    """The file, and each of its resources in words. CSV when nothing is said."""
    typed = key(rest) or "csv"
    if typed not in WRITERS:
        raise UserError("Je sais écrire en CSV et en JSON. Exemple : `!ressources exporter csv`")
    rows = await imports.everything(ctx.db)
    if not rows:
        raise UserError("La bibliothèque est encore vide. Pour commencer : `!recommander` suivi d’un lien.")
    write, mimetype = WRITERS[typed]
    voices = await imports.voices(ctx.db)
    manner = ExportFormat(ctx.room.language, ctx.config.zone)
    name = f"{'resources' if ctx.room.language == 'en' else 'ressources'}-{manner.day(ctx.now)}.{typed}"
    file = File(name=name, data=write(rows, voices, manner), mimetype=mimetype)
    return file, [line(row, voices.get(row.id, 0)) for row in rows]


async def _import(ctx: Context, rest: str) -> Say:
    """Left for a task, which answers in the place of this command's own answer."""
    if ctx.person.role < Role.TEAM:
        raise UserError(
            "L’équipe d’animation importe les listes. Pour une ressource : `!recommander` suivi du lien."
        )
    if ctx.room.kind != "team":
        raise UserError(
            "Cela se fait dans le salon de l’équipe : "
            "postez-y le fichier, puis répondez-lui `!ressources importer`."
        )
    if ctx.file is None:
        return HOW
    cause = ctx.cause.id
    ctx.db.add(
        ImportRequest(
            event_id=cause, file_event=ctx.file, room_id=ctx.room.id, person=ctx.person.id, at=ctx.now
        )
    )
    return Say("Je lis ce fichier, un instant…")


Action = Callable[[Context, str], Awaitable[Say | None]]
ACTIONS: dict[str, Action] = {
    **dict.fromkeys(("exporter", "export"), _export),
    **dict.fromkeys(("importer", "import"), _import),
}
WITH = ("", *WRITERS)


def _action(typed: str) -> tuple[Action, str] | None:
    """What may follow `!ressources` in the place of a search, and what follows that.
    « exporter ses déchets » is a search.
    """
    found = word(typed)
    entry = ACTIONS.get(key(found[0])) if found and key(found[1]) in WITH else None
    return (entry, found[1]) if entry and found else None
