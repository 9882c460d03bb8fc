"""Edit a meeting: `!rencontre modifier`, `reporter`, `annuler`.
What changes is shown; nothing counts before « oui ».

A new date keeps the answers, which are then to be confirmed; a new place keeps them as they are.
"""

from collections.abc import Collection
from zoneinfo import ZoneInfo

from bot.command import Answer, Context, Role, Scope, command
from bot.command.handlers import on_answer
from bot.outbox.question import NO, YES, Ask, Choice, Reply
from bot.text import Count, Long, Say, UserError
from bot.time.format import When
from commands import publish
from commands.meetings import lookup, parse_lines, parse_values
from commands.meetings.fields import BY_NAME, differences, warning
from commands.meetings.form import Draft, as_text, changed
from commands.meetings.lookup import UPCOMING, MeetingName
from commands.meetings.wizard import clock
from schedules.meetings import card, changes
from storage.meetings import answers, meetings
from storage.tables import Meeting

QUIET = Choice("quiet", "", ("sans prévenir", "sans notification", "quietly"))


@command(
    "rencontre modifier",
    english=("meeting edit",),
    usage=Say("`!rencontre modifier T4 lieu = …`"),
    example="!rencontre modifier T4 lieu = Mairie de Bruaville",
    help=Say("changer ce qui est dit d’une rencontre"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=14,
)
async def modifier(ctx: Context, called: MeetingName | None, *, text: str) -> Ask:
    row = await _find_upcoming(ctx, called)
    name = await lookup.short_name(ctx, row)
    if not parse_lines.looks_like_lines(text):
        raise UserError(
            "Que faut-il changer ? Par exemple `!rencontre modifier {name} lieu = Mairie de Bruaville`",
            name=name,
        )
    return await preview_change(
        ctx, row, parse_lines.parse(text, Draft.of(row), clock(ctx), f"!rencontre modifier {name}")
    )


@command(
    "rencontre reporter",
    aliases=("reporter",),
    english=("meeting move",),
    usage=Say("`!rencontre reporter T4 date`"),
    example="!rencontre reporter T4 mardi 15 décembre, 9 h 30 - 14 h",
    help=Say("donner une autre date à une rencontre"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    run_when_stale=True,
    rank=15,
)
async def reporter(ctx: Context, called: MeetingName | None, *, date: Answer) -> Ask:
    row = await _find_upcoming(ctx, called)
    return await preview_change(
        ctx, row, parse_values.require_hours(parse_values.when(date, Draft.of(row), clock(ctx)))
    )


async def _find_upcoming(ctx: Context, called: MeetingName | None) -> Meeting:
    """What took place stays as it was."""
    row = await lookup.find(ctx, called, *UPCOMING)
    if row.ends_at <= ctx.now:
        raise UserError(
            "La rencontre {name} a eu lieu. Pour en faire une autre : `!rencontre dupliquer {name} date`",
            name=row.name,
        )
    return row


async def _is_public_change(ctx: Context, row: Meeting, names: Collection[str]) -> bool:
    """Whether people know of the meeting, and of what changes: the card does not say its format."""
    return bool({*names} - {"kind"}) and await lookup.is_public(ctx, row)


async def preview_change(ctx: Context, row: Meeting, after: Draft) -> Ask:
    """What changes, shown; nothing counts before « oui ». UserError when nothing does."""
    before = Draft.of(row)
    names = [name for name in changed(before, after) if name in BY_NAME or name == "ends_at"]
    if not names:
        raise UserError(
            "Cela ne change rien : c’est déjà prévu ainsi. "
            "Pour changer autre chose : `!rencontre modifier {name} lieu = …`",
            name=row.name,
        )
    is_public = await _is_public_change(ctx, row, names)
    quiet = is_public and "starts_at" not in names  # else people would come at the wrong hour
    say = Say.lines(
        Say("**Rencontre {name} – ce qui change**", name=row.name),
        *differences(names, before, after, clock(ctx)),
        *_notes(ctx, before, after),
        _old_access(before, after, await lookup.short_name(ctx, row)),
        _question(_soon(ctx, after) if is_public else None, quiet=quiet),
    )
    choices = (YES, NO, QUIET) if quiet else (YES, NO)
    return Ask(
        say,
        then="meeting.change",
        choices=choices,
        data={"meeting": row.id, "before": before.data(), "after": after.data()},
    )


def _soon(ctx: Context, after: Draft) -> Say:
    """When it is told."""
    at = changes.announced_at(after.starts_at or ctx.now, ctx.now, ctx.hours)
    if at <= ctx.now:
        return Say("tout de suite")
    return (
        Say("dans une demi-heure")
        if at <= ctx.now + changes.TOGETHER
        else Say("le {when}", when=publish.instant(ctx, at))
    )


def _question(soon: Say | None, *, quiet: bool) -> Say:
    """`soon`: when it is told; None: never."""
    if soon is None:
        return Say("L’enregistrer ? Répondez oui ou non.")
    if not quiet:
        return Say(
            "Répondez oui ou non. Avec oui, le message de la rencontre est modifié, et je l’annonce {soon}.",
            soon=soon,
        )
    return Say.lines(
        Say(
            "Répondez oui : le message de la rencontre est modifié, et je l’annonce {soon}, avec vos "
            "autres changements.",
            soon=soon,
        ),
        Say("Répondez « sans prévenir » pour modifier le message sans rien annoncer, ou non."),
    )


def _notes(ctx: Context, before: Draft, after: Draft) -> list[Say | None]:
    """What follows from it, and what may have been forgotten."""
    zone = ctx.config.zone
    moved, elsewhere = _day_moved(before, after, zone), before.place != after.place
    fewer = after.capacity is not None and (before.capacity is None or after.capacity < before.capacity)
    return [
        warning(after, clock(ctx)) if moved else None,
        Say("Les réponses sont gardées : chaque personne doit confirmer la sienne.") if moved else None,
        Say("Les réponses sont gardées.") if elsewhere and not moved else None,
        Say("Personne ne perd sa place.") if fewer else None,
    ]


def _old_access(before: Draft, after: Draft, name: str) -> Say | None:
    if before.place == after.place or before.access != after.access or not after.access:
        return None
    return Say(
        "L’accès est-il encore le bon ? Pour le changer aussi : `!rencontre modifier {name} accès = …`",
        name=name,
    )


def _day_moved(before: Draft, after: Draft, zone: ZoneInfo) -> bool:
    days = [each.starts_at.astimezone(zone).date() for each in (before, after) if each.starts_at]
    return len(set(days)) > 1


@on_answer("meeting.change")
async def confirmed(ctx: Context, reply: Reply) -> Say:
    row = await meetings.meeting(ctx.db, int(reply.data["meeting"]))
    if (
        row is None
        or row.status not in UPCOMING
        or row.ends_at <= ctx.now
        or Draft.of(row) != Draft.read(reply.data["before"])
    ):
        raise UserError(
            "Cette rencontre a changé entre-temps : rien n’est modifié. Redemandez le changement si besoin."
        )
    if reply.choice == "no":
        return Say("D’accord, rien ne change.")
    after = Draft.read(reply.data["after"])
    if after.starts_at is None or (after.starts_at <= ctx.now and after.starts_at != row.starts_at):
        raise UserError(
            "Cette date est passée : rien n’est modifié. "
            "Donnez-en une autre : `!rencontre reporter {name} date`",
            name=row.name,
        )
    is_public = await _is_public_change(ctx, row, changed(Draft.of(row), after))
    await _apply(ctx, row, after, is_public=is_public and reply.choice != "quiet")
    if not is_public:
        return Say("C’est enregistré : rencontre {name}.", name=row.name)
    if reply.choice == "quiet":
        return Say("C’est fait : le message de la rencontre est modifié, sans notification.")
    return Say(
        "C’est fait : le message de la rencontre est modifié. L’annonce suit {soon}.", soon=_soon(ctx, after)
    )


async def _apply(ctx: Context, row: Meeting, after: Draft, *, is_public: bool) -> None:
    before = Draft.of(row)
    moved = _day_moved(before, after, ctx.config.zone)
    previous = {name: as_text(getattr(before, name)) for name in changed(before, after)}
    after.put(row)
    if moved and row.status == meetings.PLANNED:
        await _rename(ctx, row)
    ctx.db.add(row)
    if is_public:
        changes.remember(row, previous, ctx.now, moved=moved)
    elif row.status == meetings.ANNOUNCED:
        row.sequence += 1
    if moved:
        await changes.move_revision(ctx.db, row, ctx.config.zone)
    if row.status == meetings.ANNOUNCED:
        await card.refresh(ctx, row)


async def _rename(ctx: Context, row: Meeting) -> None:
    """In another quarter it has another name, unless people know the first one already."""
    day = row.starts_at.astimezone(ctx.config.zone).date()
    if not row.name.startswith(meetings.quarter(day)):
        row.name = await meetings.free_name(ctx.db, day)


@command(
    "rencontre annuler",
    english=("meeting cancel",),
    usage=Say("`!rencontre annuler T4 raison`"),
    example="!rencontre annuler T4 grève des transports",
    help=Say("annuler une rencontre, et dire pourquoi"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    run_when_stale=True,
    rank=18,
)
async def annuler(ctx: Context, called: MeetingName, *, reason: str = "") -> Ask:
    row = await _find_upcoming(ctx, called)
    why = parse_values.text(reason)
    if not why and row.status == meetings.ANNOUNCED:
        raise UserError(
            "Pour quelle raison ? Par exemple `!rencontre annuler {name} grève des transports`",
            name=await lookup.short_name(ctx, row),
        )
    count = Count(
        len(await answers.respondents(ctx.db, row.id)),
        "1 personne a répondu",
        "{n} personnes ont répondu",
        zero="personne n’a répondu",
    )
    say = Say.lines(
        Say(
            "Annuler la rencontre {name}, {when} ({count}) ?",
            name=row.name,
            when=When(row.starts_at, row.ends_at, ctx.config.zone),
            count=count,
        ),
        Say("Raison : {reason}", reason=Long(why)) if why else None,
        await _when_told(ctx, row),
    )
    return Ask(say, then="meeting.cancel", choices=(YES, NO), data={"meeting": row.id, "reason": why})


async def _when_told(ctx: Context, row: Meeting) -> Say:
    if not await lookup.is_public(ctx, row):
        return Say("Elle n’est pas encore annoncée : rien ne sera dit. Répondez oui ou non.")
    places = await publish.names(ctx, row.rooms)
    if changes.cancelled_at_once(row, ctx.now, ctx.hours):
        return Say(
            "Je l’annonce tout de suite dans {places}. C’est définitif. Répondez oui ou non.", places=places
        )
    when = publish.instant(ctx, ctx.hours.next_open(ctx.now))
    return Say(
        "Je le dirai le {when} dans {places}. C’est définitif. Répondez oui ou non.", when=when, places=places
    )


@on_answer("meeting.cancel")
async def cancelled(ctx: Context, reply: Reply) -> Say:
    row = await meetings.meeting(ctx.db, int(reply.data["meeting"]))
    if row is None or row.status not in UPCOMING or row.ends_at <= ctx.now:
        raise UserError("Cette rencontre n’est plus prévue : il n’y a rien à annuler.")
    if reply.choice == "no":
        return Say("D’accord, la rencontre {name} est maintenue.", name=row.name)
    row.reason = reply.data["reason"]
    if row.status == meetings.ANNOUNCED:
        await changes.cancel(ctx, row, changes.cancelled_at_once(row, ctx.now, ctx.hours))
    row.status = meetings.CANCELLED
    ctx.db.add(row)
    return Say("La rencontre {name} est annulée.", name=row.name)
