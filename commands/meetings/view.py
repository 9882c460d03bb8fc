"""View meetings: `!agenda`, `!rencontre`, `!inscrits` for everybody, in counts;
`!recap` for the team, with names.
"""

from bot.command import Context, Role, Scope, command, shown
from bot.outbox import File, Post, Rank
from bot.readers.spreadsheet import MIMETYPE, as_csv
from bot.text import Count, Say
from bot.time.format import When
from commands.meetings import lookup
from commands.meetings.lookup import UPCOMING, MeetingName
from schedules.meetings import attendance, calendar, card, export_file, receipts, summary, wording
from schedules.meetings.attendance import invited, participant
from schedules.meetings.receipts import AttendanceStatus
from schedules.meetings.summary import Responses
from storage import rooms
from storage.meetings import answers, counts, meetings, needs, preferences, seats
from storage.meetings.answers import MAYBE, NO, REMOTE
from storage.meetings.waitlist import OFFERED, WAITING
from storage.quarter import cohosts
from storage.tables import Meeting

MOST = 4


@command(
    "agenda",
    aliases=("rencontres", "dates-reseau", "evenements"),
    english=("calendar", "events"),
    usage=Say("`!agenda`"),
    example="!agenda",
    help=Say("les prochaines rencontres ; en message privé, votre réponse à chacune"),
    rank=15,
)
async def agenda(ctx: Context) -> Say:
    await lookup.find(ctx, None, *UPCOMING)  # refuses when there is none
    rows = [
        row for row in await meetings.upcoming(ctx.db, ctx.now, UPCOMING) if await lookup.visible(ctx, row)
    ][:MOST]
    lines = [await _line(ctx, row) for row in rows]
    name = await lookup.short_name(ctx, rows[0])
    return Say.lines(
        Say("**Prochaines rencontres**"),
        *lines,
        Say(
            "Répondre : `{answer}` – En savoir plus : `{more}`",
            answer=_command(ctx, f"presence oui {name}"),
            more=_command(ctx, f"rencontre {name}"),
        ),
        None if ctx.room.direct else Say("Votre réponse à chacune : `agenda`, en message privé."),
    )


async def _line(ctx: Context, row: Meeting) -> Say:
    """« T4 : jeudi 10 décembre, de 9 h 30 à 14 h, Marquemont –
    « Participation des habitants » – vous venez », what they answered for their eyes only.
    """
    when = _when(ctx, row)
    place = row.town or row.place
    text = Say("{when}, {place}", when=when, place=place) if place else Say("{when}", when=when)
    if row.title:
        text = Say("{said} – « {title} »", said=text, title=wording.one_line(row.title))
    name = await lookup.short_name(ctx, row)
    if not await lookup.is_public(ctx, row):
        return Say("- **{name}** : {said} – {state}", name=name, said=text, state=Say("pas encore annoncée"))
    if not ctx.room.direct:
        return Say("- **{name}** : {said}", name=name, said=text)
    state = short_status(await receipts.status_of(ctx, row, ctx.person.id), row)
    return Say("- **{name}** : {said} – {state}", name=name, said=text, state=state)


@command(
    "rencontre",
    aliases=("reunion",),
    english=("meeting",),
    usage=Say("`!rencontre [T4]`"),
    example="!rencontre T4",
    help=Say("la prochaine rencontre : où, quand, au programme"),
    rank=26,
)
async def rencontre(ctx: Context, called: MeetingName | None) -> Say | None:
    row = await lookup.find(ctx, called, *UPCOMING, *(() if called is None else (meetings.CANCELLED,)))
    if row.status == meetings.CANCELLED:
        return await _with_file(ctx, row, card.text(row, ctx.config))
    say = Say.lines(
        Say("**Rencontre du réseau – {when}**", when=_when(ctx, row)),
        Say("**{title}**", title=wording.one_line(row.title)) if row.title else None,
        *card.about(row, ctx.config),
        Say(""),
        await _state(ctx, row),
    )
    return await _with_file(ctx, row, say)


def _when(ctx: Context, row: Meeting) -> When:
    return When(row.starts_at, row.ends_at, ctx.config.zone, ctx.now.astimezone(ctx.config.zone).date())


async def _state(ctx: Context, row: Meeting) -> Say:
    """What this person answered, for their eyes only; of one that is over, how many did."""
    if not await lookup.is_public(ctx, row):
        return Say(
            "Elle n’est pas encore annoncée. Pour l’annoncer : `!rencontre annoncer {name}`",
            name=await lookup.short_name(ctx, row),
        )
    if row.ends_at <= ctx.now:
        return wording.count_line(row, await counts.of_meeting(ctx.db, row), ctx.now, ctx.config)
    if not ctx.room.direct:
        return _answering(await lookup.short_name(ctx, row))
    status = await receipts.status_of(ctx, row, ctx.person.id)
    audience = await attendance.audience_of(ctx, row, participant(ctx), private=True)
    return Say.lines(receipts.answer_reminder(row, status, audience, ctx.config), await _reminders(ctx))


def _answering(name: str) -> Say:
    """In a room."""
    return Say("Répondre : `!presence oui {name}`. Votre réponse : `presence`, en message privé.", name=name)


async def _reminders(ctx: Context) -> Say | None:
    """Who never chose is told, in private, that they may."""
    if (
        not ctx.room.direct
        or ctx.person.role < Role.MEMBER
        or await preferences.reminders_of(ctx.db, ctx.person.id)
    ):
        return None
    return Say("Un rappel en privé la veille ? `rappels la veille`")


async def _with_file(ctx: Context, row: Meeting, say: Say) -> Say | None:
    """The calendar file of one that is ahead goes where it interrupts nobody:
    with the answer in private and in the team's room, else in private to whom talks with us.
    """
    if row.ends_at <= ctx.now:
        return say
    url = await card.permalink_of(ctx, row, await rooms.rooms_of(ctx.db, ctx.person.id))
    file = calendar.file(row, ctx.config, ctx.now, url)
    if ctx.room.direct or ctx.room.kind == "team":
        await ctx.reply(say, files=(file,))
        return None
    audience = await attendance.audience_of(ctx, row, participant(ctx), private=False)
    if not audience.reachable:
        return Say.lines(
            say,
            Say("Pour recevoir le fichier d’agenda : `rencontre {name}` en message privé.", name=row.name),
        )
    day = wording.day(row, ctx.config, ctx.now)
    await ctx.post(
        Post(
            person=ctx.person.id,
            say=Say("La rencontre du {day}, pour votre agenda :", day=day),
            rank=Rank.ANSWER,
            files=(file,),
        )
    )
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
async def inscrits(ctx: Context, called: MeetingName | None) -> Say:
    row = await lookup.find(ctx, called)
    day = wording.day(row, ctx.config, ctx.now)
    return Say.lines(
        Say("**Rencontre du {day}**", day=day),
        wording.count_line(row, await counts.of_meeting(ctx.db, row), ctx.now, ctx.config),
        await _next_step(ctx, row),
    )


async def _next_step(ctx: Context, row: Meeting) -> Say | None:
    """What one may do about it."""
    if row.ends_at <= ctx.now:
        return None
    name = await lookup.short_name(ctx, row)
    if ctx.room.kind == "team":
        return Say("Qui vient : `!recap {name}`", name=name)
    if ctx.room.direct:
        return Say("Votre réponse : `{line}`", line=_command(ctx, f"presence {name}"))
    return _answering(name)


def _command(ctx: Context, line: str) -> str:
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
async def recapitulate(ctx: Context, called: MeetingName | None) -> Say | None:
    row = await _find_meeting(ctx, called)
    responses = await _responses(ctx, row)
    say = summary.text(row, responses, ctx.now, ctx.config)
    if not responses.has_names:
        return Say.lines(
            say, Say("Liste nominative : effacée, un an après la rencontre.") if row.counts else None
        )
    file = File(
        name=Say("recap-{name}.csv", name=row.name).text(ctx.room.language),
        data=as_csv(export_file.rows(row, responses, ctx.config), ctx.config.language),
        mimetype=MIMETYPE,
    )
    where = Say("Liste nominative : fichier joint {file}, visible dans ce salon seulement.", file=file.name)
    listed = export_file.listed(row, responses)
    say = Say.lines(say, where, *listed, _erased_on(ctx, row, responses))
    if responses.needs:
        key = summary.recap_key(row, ctx.cause.id)
        await ctx.post(
            Post(room=ctx.room.id, say=say, rank=Rank.ANSWER, key=key, reply_to=ctx.event_id, files=(file,))
        )
    else:
        await ctx.reply(say, files=(file,))
    return None


async def _find_meeting(ctx: Context, called: MeetingName | None) -> Meeting:
    """The one that is named; else the next one, or the last when none is ahead."""
    if called is not None:
        return await lookup.find(ctx, called, meetings.ANNOUNCED, meetings.CANCELLED)
    last = await meetings.previous(ctx.db, ctx.now)
    if (
        last is not None
        and last.status == meetings.ANNOUNCED
        and not await meetings.upcoming(ctx.db, ctx.now)
    ):
        return last
    return await lookup.find(ctx, called)


async def _responses(ctx: Context, row: Meeting) -> Responses:
    number, network = row.id, ctx.network
    return Responses(
        counts=await counts.of_meeting(ctx.db, row),
        invited=0 if row.counts else len(await invited(ctx, row)),
        guests=bool(set(row.rooms) & set(network.of_kind("open"))),
        answers=await answers.of_everybody(ctx.db, number),
        seats=await seats.of_meeting(ctx.db, number),
        needs=await needs.of_meeting(ctx.db, number),
        reachable=await rooms.within_reach(ctx.db, network.me, network.configured),
        cohosts=await cohosts.names(ctx.db, number),
    )


def _erased_on(ctx: Context, row: Meeting, responses: Responses) -> Say | None:
    """A file that somebody keeps elsewhere is theirs to delete."""
    if not responses.needs:
        return None
    return Say(
        "J’efface les besoins le {day}, ce message et son fichier avec eux.",
        day=summary.needs_erased_on(row, ctx.now, ctx.config),
    )


def short_status(status: AttendanceStatus, row: Meeting) -> Say:
    """« vous venez », « peut-être, à reconfirmer », « sans réponse »."""
    if status.answer is None:
        return Say("pas encore de réponse de votre part")
    if status.answer.unconfirmed:
        return (
            Say("pas encore de réponse de votre part") if row.revision else Say("oui au sondage, à confirmer")
        )
    old = status.answer.revision < row.revision and status.answer.answer != NO
    answer = _short_answer(status)
    return Say("{said}, à reconfirmer", said=answer) if old else answer


def _short_answer(status: AttendanceStatus) -> Say:
    answer, seat = status.answer.answer if status.answer else NO, status.seat
    if answer == NO:
        return Say("vous ne venez pas")
    if answer == MAYBE:
        return Say("peut-être")
    if answer == REMOTE:
        return Say("vous suivez en visio")
    if seat is not None and seat.state == OFFERED:
        return Say("une place vous est proposée en message privé")
    if seat is not None and seat.state == WAITING:
        return Say("liste d’attente, n° {rank}", rank=status.rank or 1)
    others = seat.party - 1 if seat is not None else 0
    return (
        Say("vous venez avec {others}", others=Count(others, "une personne", "{n} personnes"))
        if others
        else Say("vous venez")
    )
