"""`!ressources exporter`, `!ressources importer`: the library handed over as a file, and taken in from one."""

from collections.abc import Awaitable, Callable

from bot.command import Context, Role
from bot.command.quotes import word
from bot.outbox import File, Post, Rank
from bot.text import Count, Say, UserError
from bot.time.format import DayMonth
from schedules.resources.export_file import Manner, as_csv, as_json
from storage.resources import imports
from storage.tables import ImportRequest
from storage.text import key

WRITERS = {"csv": (as_csv, "text/csv"), "json": (as_json, "application/json")}

HOW = Say.lines(
    Say("Pour importer une liste, postez ici un fichier CSV, YAML ou JSON, puis répondez-lui `!ressources importer`."),
    Say("Ses colonnes : lien (la seule nécessaire), titre, pourquoi, thème, type, recommandée par, ville, le, minutes, accès."),
    Say("Un modèle rempli : `!ressources exporter`"),
)


async def export(ctx: Context, rest: str) -> Say | None:
    """In private when asked in an ordinary room: a file interrupts everybody."""
    file, count = await _file(ctx, rest)
    local = ctx.now.astimezone(ctx.config.zone).date()
    say = Say("Voici la bibliothèque au {day} : {count}.", day=DayMonth(local), count=Count(count, "une fiche", "{n} fiches"))
    cause = ctx.cause.id
    if ctx.room.direct or ctx.room.kind == "team":
        person = ctx.person.id if ctx.room.direct else None
        post = Post(room=ctx.room.id, person=person, say=say, rank=Rank.ANSWER, key=f"answer:{cause}", reply_to=cause, files=(file,))
        await ctx.post(post)
        return None
    await ctx.post(Post(person=ctx.person.id, say=say, rank=Rank.ANSWER, files=(file,)))
    return Say("Je vous envoie le fichier en message privé.")


async def _file(ctx: Context, rest: str) -> tuple[File, int]:
    """The file and how many resources there are in it. CSV when nothing is said."""
    typed = key(rest) or "csv"
    if typed not in WRITERS:
        raise UserError("Je sais écrire en CSV et en JSON. Exemple : `!ressources exporter csv`")
    rows = await imports.everything(ctx.db)
    if not rows:
        raise UserError("La bibliothèque est encore vide. Pour commencer : `!recommander` suivi d’un lien.")
    write, mimetype = WRITERS[typed]
    voices = await imports.voices(ctx.db)
    manner = Manner(ctx.room.language, ctx.config.zone)
    name = f"{'resources' if ctx.room.language == 'en' else 'ressources'}-{manner.day(ctx.now)}.{typed}"
    return File(name=name, data=write(rows, voices, manner), mimetype=mimetype), len(rows)


async def take_in(ctx: Context, rest: str) -> Say:
    """Left for a task, which answers in the place of this command's own answer."""
    if ctx.person.role < Role.TEAM:
        raise UserError("L’équipe d’animation importe les listes. Pour une ressource : `!recommander` suivi du lien.")
    if ctx.room.kind != "team":
        raise UserError("Cela se fait dans le salon de l’équipe : postez-y le fichier, puis répondez-lui `!ressources importer`.")
    if ctx.file is None:
        return HOW
    cause = ctx.cause.id
    ctx.db.add(ImportRequest(event_id=cause, file_event=ctx.file, room_id=ctx.room.id, person=ctx.person.id, at=ctx.now))
    return Say("Je lis ce fichier, un instant…")


Act = Callable[[Context, str], Awaitable[Say | None]]
ACTIONS: dict[str, Act] = {**dict.fromkeys(("exporter", "export"), export), **dict.fromkeys(("importer", "import"), take_in)}
WITH = ("", *WRITERS)


def action(typed: str) -> tuple[Act, str] | None:
    """What may follow `!ressources` in the place of a search, and what follows that. « exporter ses déchets » is a search."""
    found = word(typed)
    entry = ACTIONS.get(key(found[0])) if found and key(found[1]) in WITH else None
    return (entry, found[1]) if entry and found else None
