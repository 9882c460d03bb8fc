"""Receipts: what somebody is told of their own answer, of their seat or of their rank in the waitlist."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.config import Config
from bot.outbox import UnitOfWork
from bot.text import Count, Say
from bot.text.clean import web_address
from bot.time import Day, Instant
from schedules.meetings import wording
from storage.meetings import answers, meetings, needs, seats, waitlist
from storage.meetings.answers import MAYBE, NO, REMOTE, Answer
from storage.meetings.waitlist import LAST_DAY, OFFERED, SEATED, Seat
from storage.tables import Meeting


@dataclass(frozen=True)
class AttendanceStatus:
    """`free`: seats that nobody has; None: no limit.
    `suffix`: what a command needs after its answer to mean this meeting. `has_needs`: they have told what
    they need.
    """

    answer: Answer | None
    seat: Seat | None
    rank: int | None
    free: int | None
    suffix: str
    has_needs: bool = False


@dataclass(frozen=True)
class Audience:
    """Whom it is told to, and how. `private`: only they read it; `reachable`: they have a private room;
    `guest`: from outside the network.
    """

    name: str
    now: datetime
    private: bool = False
    reachable: bool = False
    guest: bool = False

    def command(self, line: str) -> str:
        """A command line as they would type it: bare where they read this alone."""
        return line if self.private else f"!{line}"


async def status_of(uow: UnitOfWork, row: Meeting, person: str) -> AttendanceStatus:
    return await status_among(uow, row, person, await seats.of_meeting(uow.db, row.id))


async def status_among(
    uow: UnitOfWork, row: Meeting, person: str, all_seats: Sequence[Seat]
) -> AttendanceStatus:
    """The same when everybody's seats are at hand."""
    own = next((each for each in all_seats if each.person == person), None)
    first = next(iter(await meetings.upcoming(uow.db, uow.now)), None)
    suffix = "" if first is None or first.id == row.id else f" {row.name}"
    answer = await answers.answer_of(uow.db, row.id, person)
    has_needs = bool(await needs.of_person(uow.db, row.id, person))
    return AttendanceStatus(
        answer,
        own,
        waitlist.rank(all_seats, person),
        waitlist.free_seats(all_seats, row.capacity),
        suffix,
        has_needs,
    )


def answer_reminder(row: Meeting, status: AttendanceStatus, audience: Audience, config: Config) -> Say:
    """What they answered some time ago, as it stands."""
    return _text(row, status, Say("Votre réponse, {name}", name=audience.name), audience, config)


def confirmation(row: Meeting, status: AttendanceStatus, audience: Audience, config: Config) -> Say:
    """What they have just answered. Who comes is asked what they need, where nobody else reads it."""
    say = _text(row, status, Say("C’est noté, {name}", name=audience.name), audience, config)
    comes = status.seat is not None and status.seat.state == SEATED
    return (
        Say.lines(say, wording.needs_prompt()) if audience.private and comes and not status.has_needs else say
    )


def _text(row: Meeting, status: AttendanceStatus, opening: Say, audience: Audience, config: Config) -> Say:
    if status.answer is None:
        return missing_answer(row, status, audience, config)
    if status.answer.unconfirmed:
        return _unconfirmed(row, status, opening, audience, config)
    old = status.answer.revision < row.revision and status.answer.answer != NO
    line = audience.command(
        f"presence {_answer_word(status.answer)}{status.suffix}{_companions_word(status.answer)}"
    )
    return Say.lines(
        _answered(row, status, opening, audience, config),
        Say("La date a changé depuis cette réponse. Pour la reconfirmer : `{line}`.", line=line)
        if old
        else None,
    )


def _unconfirmed(
    row: Meeting, status: AttendanceStatus, opening: Say, audience: Audience, config: Config
) -> Say:
    """Their yes to the poll keeps no seat; once the date is another one it says nothing."""
    if row.revision:
        return missing_answer(row, status, audience, config)
    line = audience.command(f"presence oui{status.suffix}")
    return Say(
        "{opening} : oui au sondage pour le {day}, à confirmer. Pour venir : `{line}`.",
        opening=opening,
        day=wording.day(row, config, audience.now),
        line=line,
    )


def missing_answer(row: Meeting, status: AttendanceStatus, audience: Audience, config: Config) -> Say:
    return Say("Il me manque votre réponse. {how}", how=how_to_answer(row, status, audience, config))


def how_to_answer(row: Meeting, status: AttendanceStatus, audience: Audience, config: Config) -> Say:
    """Says nothing of what they answered."""
    return Say(
        "Pour la rencontre du {day} : `{yes}`, `{remote}`, `{maybe}` ou `{no}`.",
        day=wording.day(row, config, audience.now),
        yes=audience.command(f"presence oui{status.suffix}"),
        remote=audience.command(f"presence visio{status.suffix}"),
        maybe=audience.command(f"presence peut-être{status.suffix}"),
        no=audience.command(f"presence non{status.suffix}"),
    )


def _answer_word(answer: Answer) -> str:
    return {REMOTE: "visio", MAYBE: "peut-être", NO: "non"}.get(answer.answer, "oui")


def _companions_word(answer: Answer) -> str:
    """Who comes along is not left behind."""
    return f" +{answer.party - 1} {answer.others}".rstrip() if answer.party > 1 else ""


def _answered(
    row: Meeting, status: AttendanceStatus, opening: Say, audience: Audience, config: Config
) -> Say:
    when = wording.day(row, config, audience.now)
    answer = status.answer.answer if status.answer else NO
    if answer in (NO, MAYBE):
        return _not_coming(answer, opening, when, audience.command(f"presence oui{status.suffix}"))
    if answer == REMOTE:
        return Say.lines(
            Say("{opening} : vous suivrez la rencontre du {day} en visio.", opening=opening, day=when),
            _video(row, audience),
        )
    if status.seat is None or status.seat.state == SEATED:
        return _coming(row, status, opening, audience, config)
    return (
        _offered(status.seat, audience, when, config)
        if status.seat.state == OFFERED
        else _waiting(row, status, audience, config)
    )


def _not_coming(answer: str, opening: Say, when: Day, line: str) -> Say:
    """No, or not yet. `line`: how to say yes."""
    if answer == NO:
        return Say(
            "{opening} : vous ne venez pas le {day}. Pour changer d’avis : `{line}`.",
            opening=opening,
            day=when,
            line=line,
        )
    return Say(
        "{opening} : peut-être le {day}. Dès que vous savez : `{line}`.", opening=opening, day=when, line=line
    )


def _coming(row: Meeting, status: AttendanceStatus, opening: Say, audience: Audience, config: Config) -> Say:
    when, line = wording.day(row, config, audience.now), audience.command(f"presence non{status.suffix}")
    sequel = (
        Say("Vous recevrez l’adresse et le déroulé ici même.")
        if audience.guest and not audience.private
        else Say("Pour changer d’avis : `{line}`.", line=line)
    )
    seat = status.seat
    if seat is not None and seat.party > 1:
        who = companions(seat.party - 1, status.answer.others if status.answer else "")
        return _coming_with(who, opening, when if status.suffix else None, sequel)
    if status.answer is not None and status.answer.others:  # « à ma place : Jean »
        return Say(
            "{opening} : une place est gardée à votre nom le {day} ({who}). {after}",
            opening=opening,
            day=when,
            who=status.answer.others,
            after=sequel,
        )
    if row.town:
        return Say(
            "{opening} : vous venez le {day} à {town}. {after}",
            opening=opening,
            day=when,
            town=row.town,
            after=sequel,
        )
    return Say("{opening} : vous venez le {day}. {after}", opening=opening, day=when, after=sequel)


def _coming_with(who: Say, opening: Say, when: Day | None, sequel: Say) -> Say:
    """`when`: None when no other meeting can be meant."""
    if when is None:
        return Say("{opening} : vous venez avec {who}. {after}", opening=opening, who=who, after=sequel)
    return Say(
        "{opening} : vous venez le {day} avec {who}. {after}",
        opening=opening,
        day=when,
        who=who,
        after=sequel,
    )


def companions(count: int, others: str) -> Say:
    """« une personne (régie de quartier) »."""
    people = Count(count, "une personne", "{n} personnes")
    return (
        Say("{people} ({others})", people=people, others=others) if others else Say("{people}", people=people)
    )


def _offered(seat: Seat, audience: Audience, when: Day, config: Config) -> Say:
    until = Instant(seat.expires_at or audience.now, audience.now, config.zone)
    return Say(
        "Une place vous est proposée pour le {day}, {name}, jusqu’au {until}. Pour la prendre, touchez ✅ "
        "sous mon message privé.",
        day=when,
        name=audience.name,
        until=until,
    )


def _waiting(row: Meeting, status: AttendanceStatus, audience: Audience, config: Config) -> Say:
    when, party = wording.day(row, config, audience.now), status.seat.party if status.seat else 1
    full = (
        Say("La rencontre du {day} est complète, {name}.", day=when, name=audience.name)
        if not status.free
        else Say(
            "Les places qui restent le {day} sont proposées dans l’ordre de la liste d’attente, {name}.",
            day=when,
            name=audience.name,
        )
    )
    ahead = Say("Vous êtes n° {rank} sur la liste d’attente.", rank=status.rank or 1)
    if party > 1:
        ahead = Say(
            "Vous êtes n° {rank} sur la liste d’attente, pour {party} places.",
            rank=status.rank or 1,
            party=party,
        )
    return Say.lines(
        Say("{full} {ahead}", full=full, ahead=ahead),
        _how_line_moves(row, audience),
        Say(
            "En visio, il y a toujours de la place : `{line}`.",
            line=audience.command(f"presence visio{status.suffix}"),
        )
        if row.video
        else None,
    )


def _how_line_moves(row: Meeting, audience: Audience) -> Say:
    """How the line goes on, as it is true for this person at that moment."""
    if audience.now >= row.starts_at - LAST_DAY:
        return Say(
            "La rencontre est proche : si une place se libère, elle est pour la première personne qui "
            "écrit `!presence oui`."
        )
    if audience.private or audience.reachable:
        return Say("Si une place se libère, je vous la propose en message privé.")
    return Say(
        "Pour que je puisse vous proposer une place qui se libère, écrivez-moi un mot en message privé."
    )


def _video(row: Meeting, audience: Audience) -> Say:
    if not row.video:
        return Say(
            "Aucune visioconférence n’est prévue pour l’instant : l’équipe d’animation voit votre souhait."
        )
    address = web_address(row.video)
    if audience.private and address:
        return Say("Le lien : {url}", url=address)
    if audience.reachable:
        return Say("Le lien est dans notre conversation privée.")
    return Say("Pour recevoir le lien, écrivez-moi `presence` en message privé.")
