"""What the team reads of who comes: numbers in the message, names in the file beside it. For the team's room alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.config import Config
from bot.text import Count, Say
from schedules.meetings import needs, wording
from schedules.meetings.wording import one_line
from storage.meetings import meetings
from storage.meetings.answers import MAYBE, NO, REMOTE, YES, Answer
from storage.meetings.counts import Counts
from storage.meetings.needs import ACCESS, MEAL
from storage.meetings.waitlist import OFFERED, SEATED, WAITING, Place
from storage.tables import Meeting, Need

MOST_NAMED, MOST_NEEDS = 8, 8


@dataclass(frozen=True)
class Known:
    """All that is known of a meeting's answers. `invited`: how many people may answer; `guests`: some of them are from outside;
    `places`: in the order in which they asked; `near`: who can be told something in private."""

    counts: Counts
    invited: int
    guests: bool = False
    answers: Mapping[str, Answer] = field(default_factory=dict)
    places: Sequence[Place] = ()
    needs: Sequence[Need] = ()
    near: frozenset[str] = frozenset()

    @property
    def named(self) -> bool:
        """Whether it is known who answered what."""
        return bool(self.answers)

    def name(self, person: str) -> str:
        found = self.answers.get(person)
        return found.name if found and found.name else person

    def place(self, person: str) -> Place | None:
        return next((each for each in self.places if each.person == person), None)

    def waiting(self) -> list[str]:
        """In the order of the line."""
        return [each.person for each in self.places if each.state == WAITING]

    def of_those_who_come(self, kind: str) -> list[Need]:
        coming = {person for person, each in self.answers.items() if each.answer in (YES, MAYBE)}
        return [each for each in self.needs if each.kind == kind and each.person in coming]


def text(row: Meeting, known: Known, now: datetime, config: Config) -> Say:
    counts, day = known.counts, wording.day(row, config, now)
    count = Count(counts.answered, "une réponse", "{n} réponses", zero="aucune réponse")
    among = Count(known.invited, "une personne", "{n} personnes") if known.guests else Count(known.invited, "un membre", "{n} membres")
    return Say.lines(
        Say("**Rencontre du {day} – {count} sur {among}**", day=day, count=count, among=among)
        if known.invited
        else Say("**Rencontre du {day} – {count}**", day=day, count=count),
        Say("Cette rencontre est annulée.") if row.status == meetings.CANCELLED else None,
        _seated(known),
        Say("En visio : {n}", n=counts.remote),
        Say("Peut-être : {n}", n=counts.maybe),
        Say("Absences : {n}", n=counts.no),
        *_line(known),
        Say("À reconfirmer : {n}, la date a changé depuis", n=counts.to_confirm) if counts.to_confirm else None,
        Say("Oui au sondage de dates, à confirmer : {n}", n=counts.polled) if counts.polled else None,
        *_needs(known),
        Say("Places restantes : {n}", n=counts.free) if counts.free is not None and now < row.starts_at else None,
    )


def _seated(known: Known) -> Say:
    counts = known.counts
    if not counts.companions:
        return Say("Sur place : {n}", n=counts.seated)
    count = Count(counts.companions, "un accompagnant", "{n} accompagnants")
    who = [
        each.others
        for place in known.places
        if place.state == SEATED and place.party > 1 and (each := known.answers.get(place.person)) and each.others
    ]
    if not who:
        return Say("Sur place : {n}, dont {count}", n=counts.seated, count=count)
    return Say("Sur place : {n}, dont {count} ({who})", n=counts.seated, count=count, who=one_line(", ".join(who)))


def _line(known: Known) -> Iterator[Say]:
    """Seats that are offered, people who wait, and those among them to whom none can be offered."""
    if known.counts.offered:
        yield Say("Places proposées, sans réponse encore : {n}", n=known.counts.offered)
    if known.counts.waiting:
        yield Say("Liste d’attente : {count}", count=Count(known.counts.waiting, "une personne", "{n} personnes"))
    far = [known.name(person) for person in known.waiting() if person not in known.near]
    if far:
        yield Say("Sans conversation privée avec moi, à prévenir vous-même si une place se libère : {names}", names=_names(far))


def _names(names: Sequence[str]) -> Say:
    shown, left = ", ".join(names[:MOST_NAMED]), len(names) - MOST_NAMED
    if left > 0:
        return Say("{shown} et {count}", shown=one_line(shown), count=Count(left, "une autre personne", "{n} autres personnes"))
    return Say("{shown}", shown=one_line(shown))


def _needs(known: Known) -> Iterator[Say]:
    """Whose they are is in the file."""
    for kind in (ACCESS, MEAL):
        found = known.of_those_who_come(kind)
        if not found:
            continue
        told = needs.label(kind, " ; ".join(each.text for each in found[:MOST_NEEDS]))
        left = len(found) - MOST_NEEDS
        yield Say("{told}, et {count}", told=told, count=Count(left, "un autre", "{n} autres")) if left > 0 else told


def rows(row: Meeting, known: Known, config: Config) -> list[list[str | int]]:
    """The file: one line a person, those who come first, in the language of the network."""
    language = config.language
    head = [Say("Nom"), Say("Réponse"), Say("Personnes"), Say("Avec"), Say("Place"), Say("Répondu le"), Say("Remarque"), Say("Accès"), Say("Repas")]
    people = sorted(known.answers.values(), key=lambda each: _order(known, each))
    return [[each.text(language) for each in head], *(_cells(row, known, each, config) for each in people)]


def _order(known: Known, answer: Answer) -> tuple[int, int, int, str]:
    place, waiting = known.place(answer.person), known.waiting()
    state = (SEATED, OFFERED, WAITING).index(place.state) if place else 3
    rank = waiting.index(answer.person) if answer.person in waiting else 0
    return (YES, REMOTE, MAYBE, NO).index(answer.answer), state, rank, known.name(answer.person).casefold()


def _cells(row: Meeting, known: Known, answer: Answer, config: Config) -> list[str | int]:
    needed = {kind: each.text for kind in (ACCESS, MEAL) for each in known.of_those_who_come(kind) if each.person == answer.person}
    said = [_answer(answer), _place(known, answer.person), _remark(row, answer)]
    what, place, remark = (say.text(config.language) if say else "" for say in said)
    day = answer.at.astimezone(config.zone).date().isoformat()
    place_of = known.place(answer.person)  # fewer than they said, when not everybody found a seat
    party = (place_of.party if place_of else answer.party) if answer.answer == YES else ""
    return [known.name(answer.person), what, party, answer.others, place, day, remark, needed.get(ACCESS, ""), needed.get(MEAL, "")]


def _answer(answer: Answer) -> Say:
    if answer.unconfirmed:
        return Say("oui au sondage")
    if answer.answer == YES:
        return Say("sur place")
    if answer.answer == REMOTE:
        return Say("en visio")
    return Say("peut-être") if answer.answer == MAYBE else Say("absence")


def _place(known: Known, person: str) -> Say | None:
    place, waiting = known.place(person), known.waiting()
    if place is None:
        return None
    if place.state == WAITING:
        rank = waiting.index(person) + 1
        return Say("liste d’attente, n° {rank}", rank=rank) if person in known.near else Say("liste d’attente, n° {rank}, à prévenir", rank=rank)
    return Say("réservée") if place.state == SEATED else Say("proposée")


def _remark(row: Meeting, answer: Answer) -> Say | None:
    if answer.unconfirmed:
        return Say("à confirmer")
    if answer.revision < row.revision and answer.answer != NO:
        return Say("à reconfirmer")
    return Say("saisi par l’équipe") if answer.by else None
