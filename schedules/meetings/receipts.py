"""What somebody is told of their own answer: what they said, whether they have a seat, or their place in the line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.config import Config
from bot.outbox import UnitOfWork
from bot.text import Count, Say
from bot.text.clean import web_address
from bot.time import Day, Instant
from schedules.meetings import needs, wording
from storage.meetings import answers, meetings, seats, waitlist
from storage.meetings import needs as needed
from storage.meetings.answers import MAYBE, NO, REMOTE, Answer
from storage.meetings.waitlist import LAST_DAY, OFFERED, SEATED, WAITING, Place
from storage.tables import Meeting


@dataclass(frozen=True)
class AttendanceStatus:
    """Where somebody stands. `free`: seats that nobody has; None: no limit. `suffix`: what a command needs after its answer to mean this meeting.
    `needs`: they have told what they need."""

    answer: Answer | None
    place: Place | None
    rank: int | None
    free: int | None
    suffix: str
    needs: bool = False


@dataclass(frozen=True)
class Audience:
    """Whom it is told to, and how. `private`: only they read it; `reachable`: a room of the two exists; `guest`: from outside the network."""

    name: str
    now: datetime
    private: bool = False
    reachable: bool = False
    guest: bool = False

    def typed(self, line: str) -> str:
        """A command line as they would type it: bare where they read this alone."""
        return line if self.private else f"!{line}"


async def standing(uow: UnitOfWork, row: Meeting, person: str) -> AttendanceStatus:
    return await standing_in(uow, row, person, await seats.places(uow.db, row.id))


async def standing_in(uow: UnitOfWork, row: Meeting, person: str, places: Sequence[Place]) -> AttendanceStatus:
    """The same when everybody's places are known."""
    mine = next((each for each in places if each.person == person), None)
    first = next(iter(await meetings.ahead(uow.db, uow.now)), None)
    suffix = "" if first is None or first.id == row.id else f" {row.name}"
    answer = await answers.answer_of(uow.db, row.id, person)
    told = bool(await needed.of_person(uow.db, row.id, person))
    return AttendanceStatus(answer, mine, waitlist.rank(places, person), waitlist.free(places, row.capacity), suffix, told)


def answer_reminder(row: Meeting, stands: AttendanceStatus, reader: Audience, config: Config) -> Say:
    """What they answered some time ago, as it stands."""
    return _text(row, stands, Say("Votre réponse, {name}", name=reader.name), reader, config)


def confirmation(row: Meeting, stands: AttendanceStatus, reader: Audience, config: Config) -> Say:
    """What they have just answered. Who comes is asked what they need, where nobody else reads it."""
    say = _text(row, stands, Say("C’est noté, {name}", name=reader.name), reader, config)
    comes = stands.place is not None and stands.place.state == SEATED
    return Say.lines(say, needs.asked()) if reader.private and comes and not stands.needs else say


def _text(row: Meeting, stands: AttendanceStatus, opening: Say, reader: Audience, config: Config) -> Say:
    if stands.answer is None:
        return missing(row, stands, reader, config)
    if stands.answer.unconfirmed:
        return _polled(row, stands, opening, reader, config)
    old = stands.answer.revision < row.revision and stands.answer.answer != NO
    line = reader.typed(f"presence {_word(stands.answer)}{stands.suffix}{_along(stands.answer)}")
    return Say.lines(
        _answered(row, stands, opening, reader, config),
        Say("La date a changé depuis cette réponse. Pour la reconfirmer : `{line}`.", line=line) if old else None,
    )


def _polled(row: Meeting, stands: AttendanceStatus, opening: Say, reader: Audience, config: Config) -> Say:
    """Their yes to the poll keeps no seat; once the date is another one it says nothing."""
    if row.revision:
        return missing(row, stands, reader, config)
    line = reader.typed(f"presence oui{stands.suffix}")
    return Say(
        "{opening} : oui au sondage pour le {day}, à confirmer. Pour venir : `{line}`.", opening=opening, day=day(row, reader.now, config), line=line
    )


def missing(row: Meeting, stands: AttendanceStatus, reader: Audience, config: Config) -> Say:
    return Say(
        "Il me manque votre réponse pour la rencontre du {day} : `{yes}`, `{remote}`, `{maybe}` ou `{no}`.",
        day=day(row, reader.now, config),
        yes=reader.typed(f"presence oui{stands.suffix}"),
        remote=reader.typed(f"presence visio{stands.suffix}"),
        maybe=reader.typed(f"presence peut-être{stands.suffix}"),
        no=reader.typed(f"presence non{stands.suffix}"),
    )


def day(row: Meeting, now: datetime, config: Config) -> Day:
    return wording.day(row, config, now)


def _word(answer: Answer) -> str:
    return {REMOTE: "visio", MAYBE: "peut-être", NO: "non"}.get(answer.answer, "oui")


def _along(answer: Answer) -> str:
    """Who comes along is not left behind."""
    return f" +{answer.party - 1} {answer.others}".rstrip() if answer.party > 1 else ""


def _answered(row: Meeting, stands: AttendanceStatus, opening: Say, reader: Audience, config: Config) -> Say:
    when = day(row, reader.now, config)
    said = stands.answer.answer if stands.answer else NO
    if said == NO:
        line = reader.typed(f"presence oui{stands.suffix}")
        return Say("{opening} : vous ne venez pas le {day}. Pour changer d’avis : `{line}`.", opening=opening, day=when, line=line)
    if said == MAYBE:
        line = reader.typed(f"presence oui{stands.suffix}")
        return Say("{opening} : peut-être le {day}. Dès que vous savez : `{line}`.", opening=opening, day=when, line=line)
    if said == REMOTE:
        return Say.lines(Say("{opening} : vous suivrez la rencontre du {day} en visio.", opening=opening, day=when), _video(row, reader))
    if stands.place is None or stands.place.state == SEATED:
        return _coming(row, stands, opening, reader, config)
    return _offered(stands.place, reader, when, config) if stands.place.state == OFFERED else _waiting(row, stands, reader, config)


def _coming(row: Meeting, stands: AttendanceStatus, opening: Say, reader: Audience, config: Config) -> Say:
    when, line = day(row, reader.now, config), reader.typed(f"presence non{stands.suffix}")
    after = (
        Say("Vous recevrez l’adresse et le déroulé ici même.")
        if reader.guest and not reader.private
        else Say("Pour changer d’avis : `{line}`.", line=line)
    )
    place = stands.place
    if place is not None and place.party > 1:
        who = companions(place.party - 1, stands.answer.others if stands.answer else "")
        if not stands.suffix:
            return Say("{opening} : vous venez avec {who}. {after}", opening=opening, who=who, after=after)
        return Say("{opening} : vous venez le {day} avec {who}. {after}", opening=opening, day=when, who=who, after=after)
    if stands.answer is not None and stands.answer.others:  # « à ma place : Jean »
        return Say(
            "{opening} : une place est gardée à votre nom le {day} ({who}). {after}", opening=opening, day=when, who=stands.answer.others, after=after
        )
    if row.town:
        return Say("{opening} : vous venez le {day} à {town}. {after}", opening=opening, day=when, town=row.town, after=after)
    return Say("{opening} : vous venez le {day}. {after}", opening=opening, day=when, after=after)


def companions(count: int, others: str) -> Say:
    """« une personne (régie de quartier) »."""
    people = Count(count, "une personne", "{n} personnes")
    return Say("{people} ({others})", people=people, others=others) if others else Say("{people}", people=people)


def _offered(place: Place, reader: Audience, when: Day, config: Config) -> Say:
    until = Instant(place.expires_at or reader.now, reader.now, config.zone)
    return Say(
        "Une place vous est proposée pour le {day}, {name}, jusqu’au {until}. Pour la prendre, touchez ✅ sous mon message privé.",
        day=when,
        name=reader.name,
        until=until,
    )


def _waiting(row: Meeting, stands: AttendanceStatus, reader: Audience, config: Config) -> Say:
    when, party = day(row, reader.now, config), stands.place.party if stands.place else 1
    full = (
        Say("La rencontre du {day} est complète, {name}.", day=when, name=reader.name)
        if not stands.free
        else Say("Les places qui restent le {day} sont proposées dans l’ordre de la liste d’attente, {name}.", day=when, name=reader.name)
    )
    ahead = Say("Vous êtes n° {rank} sur la liste d’attente.", rank=stands.rank or 1)
    if party > 1:
        ahead = Say("Vous êtes n° {rank} sur la liste d’attente, pour {party} places.", rank=stands.rank or 1, party=party)
    return Say.lines(
        Say("{full} {ahead}", full=full, ahead=ahead),
        _served(row, reader),
        Say("En visio, il y a toujours de la place : `{line}`.", line=reader.typed(f"presence visio{stands.suffix}")) if row.video else None,
    )


def _served(row: Meeting, reader: Audience) -> Say:
    """How the line goes on, as it is true for this person at that moment."""
    if reader.now >= row.starts_at - LAST_DAY:
        return Say("La rencontre est proche : si une place se libère, elle est à qui écrit en premier `!presence oui`.")
    if reader.private or reader.reachable:
        return Say("Si une place se libère, je vous la propose en message privé.")
    return Say("Pour que je puisse vous proposer une place qui se libère, écrivez-moi un mot en message privé.")


def _video(row: Meeting, reader: Audience) -> Say:
    if not row.video:
        return Say("Aucune visioconférence n’est prévue pour l’instant : l’équipe d’animation voit votre souhait.")
    address = web_address(row.video)
    if reader.private and address:
        return Say("Le lien : {url}", url=address)
    if reader.reachable:
        return Say("Le lien est dans notre conversation privée.")
    return Say("Pour recevoir le lien, écrivez-moi `presence` en message privé.")


def mine(stands: AttendanceStatus, row: Meeting) -> Say:
    """« vous venez », « peut-être, à reconfirmer », « sans réponse »."""
    if stands.answer is None:
        return Say("pas encore de réponse de votre part")
    if stands.answer.unconfirmed:
        return Say("pas encore de réponse de votre part") if row.revision else Say("oui au sondage, à confirmer")
    old = stands.answer.revision < row.revision and stands.answer.answer != NO
    said = _said(stands)
    return Say("{said}, à reconfirmer", said=said) if old else said


def _said(stands: AttendanceStatus) -> Say:
    answer, place = stands.answer.answer if stands.answer else NO, stands.place
    if answer == NO:
        return Say("vous ne venez pas")
    if answer == MAYBE:
        return Say("peut-être")
    if answer == REMOTE:
        return Say("vous suivez en visio")
    if place is not None and place.state == OFFERED:
        return Say("une place vous est proposée en message privé")
    if place is not None and place.state == WAITING:
        return Say("liste d’attente, n° {rank}", rank=stands.rank or 1)
    others = place.party - 1 if place is not None else 0
    return Say("vous venez avec {others}", others=Count(others, "une personne", "{n} personnes")) if others else Say("vous venez")
