"""`!agenda`, `!rencontre`, `!inscrits`: what everybody may read of the meetings, and their own answer to each; counts, as names are for the team."""

from bot.command import Context, Role, Scope, command, shown
from bot.outbox import File, Post, Rank
from bot.readers.spreadsheet import MIMETYPE, as_csv
from bot.text import Say
from bot.time.format import When
from commands.meetings import lookup
from commands.meetings.lookup import AHEAD, Called
from schedules.meetings import attendance, calendar, card, count_line, needs, receipts, summary, wording
from schedules.meetings.attendance import invited, oneself
from schedules.meetings.receipts import mine
from schedules.meetings.summary import Known
from storage import rooms
from storage.meetings import answers, counts, meetings, preferences, seats
from storage.meetings import needs as needed
from storage.tables import Meeting

MOST = 4


@command(
    "agenda",
    aliases=("rencontres", "dates-reseau", "evenements"),
    english=("calendar", "events"),
    usage=Say("`!agenda`"),
    example="!agenda",
    help=Say("les prochaines rencontres, et votre réponse à chacune"),
    rank=15,
)
async def agenda(ctx: Context) -> Say:
    await lookup.one(ctx, None, *AHEAD)  # refuses when there is none
    found = [row for row in await meetings.ahead(ctx.db, ctx.now, AHEAD) if await lookup.visible(ctx, row)][:MOST]
    lines = [await _line(ctx, row) for row in found]
    name = await lookup.short(ctx, found[0])
    return Say.lines(
        Say("**Prochaines rencontres**"),
        *lines,
        Say("Répondre : `{answer}` – En savoir plus : `{more}`", answer=_typed(ctx, f"presence oui {name}"), more=_typed(ctx, f"rencontre {name}")),
    )


async def _line(ctx: Context, row: Meeting) -> Say:
    """« T4 : jeudi 10 décembre, de 9 h 30 à 14 h, Marquemont – « Participation des habitants » – vous venez »"""
    when = _when(ctx, row)
    place = row.town or row.place
    said = Say("{when}, {place}", when=when, place=place) if place else Say("{when}", when=when)
    if row.title:
        said = Say("{said} – « {title} »", said=said, title=wording.one_line(row.title))
    answer = mine(await receipts.standing(ctx, row, ctx.person.id), row)
    state = answer if await lookup.out(ctx, row) else Say("pas encore annoncée")
    return Say("- **{name}** : {said} – {state}", name=await lookup.short(ctx, row), said=said, state=state)


@command(
    "rencontre",
    aliases=("reunion",),
    english=("meeting",),
    usage=Say("`!rencontre [T4]`"),
    example="!rencontre T4",
    help=Say("la prochaine rencontre : où, quand, au programme"),
    rank=26,
)
async def rencontre(ctx: Context, called: Called | None) -> Say | None:
    row = await lookup.one(ctx, called, *AHEAD, *(() if called is None else (meetings.CANCELLED,)))
    if row.status == meetings.CANCELLED:
        return card.text(row, ctx.config)
    say = Say.lines(
        Say("**Rencontre du réseau – {when}**", when=_when(ctx, row)),
        Say("**{title}**", title=wording.one_line(row.title)) if row.title else None,
        *card.about(row, ctx.config),
        Say(""),
        await _state(ctx, row),
    )
    return say if row.ends_at <= ctx.now else await _with_file(ctx, row, say)


def _when(ctx: Context, row: Meeting) -> When:
    return When(row.starts_at, row.ends_at, ctx.config.zone, ctx.now.astimezone(ctx.config.zone).date())


async def _state(ctx: Context, row: Meeting) -> Say:
    """What this person answered; of one that is over, how many did."""
    if not await lookup.out(ctx, row):
        return Say("Elle n’est pas encore annoncée. Pour l’annoncer : `!rencontre annoncer {name}`", name=await lookup.short(ctx, row))
    if row.ends_at <= ctx.now:
        return count_line.text(row, await counts.counts(ctx.db, row), ctx.now, ctx.config)
    stands = await receipts.standing(ctx, row, ctx.person.id)
    reads = await attendance.reader(ctx, row, oneself(ctx), private=ctx.room.direct)
    return Say.lines(receipts.answer_reminder(row, stands, reads, ctx.config), await _reminders(ctx))


async def _reminders(ctx: Context) -> Say | None:
    """Who never chose is told, in private, that they may."""
    if not ctx.room.direct or ctx.person.role < Role.MEMBER or await preferences.wish(ctx.db, ctx.person.id):
        return None
    return Say("Un rappel en privé la veille ? `rappels la veille`")


async def _with_file(ctx: Context, row: Meeting, say: Say) -> Say | None:
    """The calendar file goes where it interrupts nobody: with the answer in private and in the team's room, else in private to whom talks with us."""
    file = calendar.file(row, ctx.config, ctx.now)
    if ctx.room.direct or ctx.room.kind == "team":
        await ctx.reply(say, files=(file,))
        return None
    reads = await attendance.reader(ctx, row, oneself(ctx), private=False)
    if not reads.reachable:
        return Say.lines(say, Say("Le fichier d’agenda est sous l’annonce ; pour le recevoir : `rencontre` en message privé."))
    day = wording.day(row, ctx.config, ctx.now)
    await ctx.post(Post(person=ctx.person.id, say=Say("La rencontre du {day}, pour votre agenda :", day=day), rank=Rank.ANSWER, files=(file,)))
    return Say.lines(say, Say("Le fichier d’agenda est dans notre conversation privée."))


@command(
    "inscrits",
    aliases=("inscription-etat", "combien"),
    english=("attendees",),
    usage=Say("`!inscrits [T4]`"),
    example="!inscrits",
    help=Say("combien de personnes viennent"),
    rank=27,
)
async def inscrits(ctx: Context, called: Called | None) -> Say:
    row = await lookup.one(ctx, called)
    day = wording.day(row, ctx.config, ctx.now)
    return Say.lines(
        Say("**Rencontre du {day}**", day=day),
        count_line.text(row, await counts.counts(ctx.db, row), ctx.now, ctx.config),
        await _way(ctx, row),
    )


async def _way(ctx: Context, row: Meeting) -> Say | None:
    """What one may do about it."""
    if row.ends_at <= ctx.now:
        return None
    name = await lookup.short(ctx, row)
    if ctx.room.kind == "team":
        return Say("Qui vient : `!recap {name}`", name=name)
    return Say("Votre réponse : `{line}`", line=_typed(ctx, f"presence {name}"))


def _typed(ctx: Context, line: str) -> str:
    return shown(line, ctx.caller)


@command(
    "recap",
    aliases=("liste",),
    english=("rsvp list",),
    usage=Say("`!recap [T4]`"),
    example="!recap T4",
    help=Say("qui vient : le compte et la liste"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=18,
)
async def recapitulate(ctx: Context, called: Called | None) -> Say | None:
    row = await _one(ctx, called)
    known = await _known(ctx, row)
    say = summary.text(row, known, ctx.now, ctx.config)
    if not known.named:
        return Say.lines(say, Say("Liste nominative : effacée, un an après la rencontre.") if row.counts else None)
    file = File(name=f"recap-{row.name}.csv", data=as_csv(summary.rows(row, known, ctx.config), ctx.config.language), mimetype=MIMETYPE)
    listed = Say("Liste nominative : fichier joint {file}, visible dans ce salon seulement.", file=file.name)
    say = Say.lines(say, listed, _forgotten(ctx, row, known))
    if known.needs:
        key = needs.recap_key(row, ctx.cause.id)
        await ctx.post(Post(room=ctx.room.id, say=say, rank=Rank.ANSWER, key=key, reply_to=ctx.event_id, files=(file,)))
    else:
        await ctx.reply(say, files=(file,))
    return None


async def _one(ctx: Context, called: Called | None) -> Meeting:
    """The one that is named; else the next one, or the last when none is ahead."""
    if called is not None:
        return await lookup.one(ctx, called, meetings.ANNOUNCED, meetings.CANCELLED)
    last = await meetings.before(ctx.db, ctx.now)
    if last is not None and last.status == meetings.ANNOUNCED and not await meetings.ahead(ctx.db, ctx.now):
        return last
    return await lookup.one(ctx, called)


async def _known(ctx: Context, row: Meeting) -> Known:
    number, network = row.id, ctx.network
    return Known(
        counts=await counts.counts(ctx.db, row),
        invited=0 if row.counts else len(await invited(ctx, row)),
        guests=bool(set(row.rooms) & set(network.of_kind("open"))),
        answers=await answers.answers(ctx.db, number),
        places=await seats.places(ctx.db, number),
        needs=await needed.of_meeting(ctx.db, number),
        near=await rooms.within_reach(ctx.db, network.me, network.configured),
    )


def _forgotten(ctx: Context, row: Meeting, known: Known) -> Say | None:
    """A file that somebody keeps elsewhere is theirs to delete."""
    if not known.needs:
        return None
    return Say("J’efface les besoins le {day}, ce message et son fichier avec eux.", day=needs.erased_on(row, ctx.now, ctx.config))
