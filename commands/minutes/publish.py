"""Minutes, `!compterendu`: the team publishes them, a link or a file; everybody finds them again."""

from bot.command import Context, Role, command
from bot.command.handlers import on_answer
from bot.outbox.question import Ask, Reply
from bot.text import Say, UserError
from bot.text.clean import web_address
from bot.web import inside
from commands.meetings import lookup
from commands.meetings.lookup import MeetingName
from schedules.meetings.wording import day
from schedules.minutes.publish import publish
from storage import rooms
from storage.meetings import meetings
from storage.minutes import links, minutes
from storage.rollcall import papers, rollcalls
from storage.tables import Meeting, PaperRequest


async def forget_link(ctx: Context, event_id: str) -> None:
    """A message with a link, on the day of a meeting, was removed."""
    await links.forget(ctx.db, event_id)


@command(
    "compterendu",
    aliases=("cr",),
    english=("minutes",),
    usage=Say("`!compterendu [T4]`, suivi d’un lien pour le publier"),
    example="!compterendu T4 https://example.org/compte-rendu",
    help=Say("le compte rendu d’une rencontre"),
    allow=Role.MEMBER,
    rank=29,
    undo=forget_link,
)
async def compterendu(ctx: Context, called: MeetingName | None, *, link: str = "") -> Say | Ask:
    row = await _meeting(ctx, called)
    file = ctx.file
    if not link and (ctx.room.kind != "team" or file is None):
        return await _show(ctx, row)
    if ctx.room.kind != "team" or ctx.person.role < Role.TEAM:
        raise UserError("Seule l’équipe d’animation publie un compte rendu, depuis son salon.")
    address = _address(ctx, link, row) if link else ""
    names = [found.name for room in row.rooms if (found := await rooms.room(ctx.db, room))]
    say = Say(
        "Publier ce compte rendu de la rencontre du {day} dans « {rooms} » ?",
        day=day(row, ctx.config, ctx.now),
        rooms=" », « ".join(names),
    )
    return Ask(say, then="minutes.publish", data={"meeting": row.id, "link": address, "file": file or ""})


def _address(ctx: Context, link: str, row: Meeting) -> str:
    """Raises UserError for what is no link, or leads to what only a network's own machines can open."""
    address = web_address(link.strip("<> "))
    if address is None:
        raise UserError(
            "Je n’ai pas trouvé de lien. Par exemple `!compterendu {name} https://example.org/compte-rendu`, "
            "ou répondez `!compterendu {name}` au fichier.",
            name=row.name,
        )
    if inside(address) and not ctx.config.web.allow_private:
        raise UserError(
            "Ce lien mène à une adresse interne : les membres ne pourraient pas l’ouvrir. Donnez un lien "
            "public, ou répondez `!compterendu {name}` au fichier.",
            name=row.name,
        )
    return address


async def _meeting(ctx: Context, called: MeetingName | None) -> Meeting:
    """The one that is named, else the last one; begun in any case."""
    row = await lookup.find(ctx, called) if called else await rollcalls.last_begun(ctx.db, ctx.now)
    if row is None or not await lookup.visible(ctx, row):
        raise UserError("Aucune rencontre n’a encore eu lieu.")
    if ctx.now < row.starts_at:
        raise UserError("Cette rencontre n’a pas encore eu lieu : {day}.", day=day(row, ctx.config, ctx.now))
    return row


async def _show(ctx: Context, row: Meeting) -> Say:
    known = await minutes.of_meeting(ctx.db, row.id)
    when = day(row, ctx.config, ctx.now)
    if known is None:
        return Say("Le compte rendu de la rencontre du {day} n’est pas encore publié.", day=when)
    if known.link:
        return Say("Compte rendu de la rencontre du {day} : [le lire]({link})", day=when, link=known.link)
    return Say(
        "Le compte rendu de la rencontre du {day} est le fichier {file}, publié dans le salon.",
        day=when,
        file=known.file,
    )


@on_answer("minutes.publish")
async def confirmed(ctx: Context, reply: Reply) -> Say | None:
    if reply.choice != "yes":
        return Say("D’accord, je ne publie rien.")
    row = await meetings.meeting(ctx.db, int(reply.data["meeting"]))
    if row is None or row.status != meetings.ANNOUNCED:
        raise UserError("Cette rencontre n’est plus annoncée.")
    if link := str(reply.data["link"]):
        return await publish(ctx, row, link=link)
    ctx.db.add(
        PaperRequest(
            event_id=ctx.event_id,
            kind=papers.MINUTES,
            meeting_id=row.id,
            person=ctx.person.id,
            room_id=ctx.room.id,
            content={"room": ctx.room.id, "event": str(reply.data["file"])},
            at=ctx.now,
        )
    )
    return Say("Je prends le fichier et je le publie.")
