"""The names of who comes, for the team: the rows of its file, and the same in words when they are few.
For the team's room alone.
"""

from itertools import groupby

from bot.config import Config
from bot.outbox import MOST_LISTED
from bot.text import Say
from schedules.meetings import wording
from schedules.meetings.summary import Responses
from schedules.meetings.wording import one_line
from storage.meetings.answers import MAYBE, NO, REMOTE, YES, Answer
from storage.meetings.needs import ACCESS, MEAL
from storage.meetings.waitlist import OFFERED, SEATED, WAITING
from storage.tables import Meeting


def listed(row: Meeting, responses: Responses) -> list[Say]:
    """« Sur place : Camille, Lou (1 en plus) », one line an answer; nothing when they are many."""
    people = sorted(responses.answers.values(), key=lambda each: _order(responses, each))
    if len(people) > MOST_LISTED:
        return []
    groups = groupby(people, key=lambda each: _group(responses, each))
    return [
        Say(
            "- **{label}** : {names}",
            label=label,
            names=wording.listed([_named(responses, each) for each in group]),
        )
        for label, group in groups
    ]


def _group(responses: Responses, answer: Answer) -> Say:
    seat = responses.seat(answer.person)
    if answer.unconfirmed:
        return Say("Oui au sondage")
    if answer.answer == YES and seat is not None and seat.state != SEATED:
        return Say("Liste d’attente") if seat.state == WAITING else Say("Place proposée")
    return {REMOTE: Say("En visio"), MAYBE: Say("Peut-être"), NO: Say("Absences")}.get(
        answer.answer, Say("Sur place")
    )


def _named(responses: Responses, answer: Answer) -> Say:
    name, seat = one_line(responses.name(answer.person)), responses.seat(answer.person)
    others = (seat.party if seat else answer.party) - 1 if answer.answer == YES else 0
    told = [
        wording.need_label(each.kind, each.text)
        for kind in (ACCESS, MEAL)
        for each in responses.needs_of_attending(kind)
        if each.person == answer.person
    ]
    if others > 0:
        said = (
            Say("{n} en plus : {who}", n=others, who=one_line(answer.others))
            if answer.others
            else Say("{n} en plus", n=others)
        )
        told.insert(0, said)
    return Say("{name} ({more})", name=name, more=wording.listed(told)) if told else Say("{name}", name=name)


def rows(row: Meeting, responses: Responses, config: Config) -> list[list[str | int]]:
    """The file: one line a person, those who come first, in the language of the network."""
    language = config.language
    head = [
        Say("Nom"),
        Say("Réponse"),
        Say("Personnes"),
        Say("Avec"),
        Say("Place"),
        Say("Répondu le"),
        Say("Remarque"),
        Say("Accès"),
        Say("Repas"),
    ]
    people = sorted(responses.answers.values(), key=lambda each: _order(responses, each))
    return [
        [each.text(language) for each in head],
        *(_cells(row, responses, each, config) for each in people),
    ]


def _order(responses: Responses, answer: Answer) -> tuple[int, int, int, str]:
    seat, waiting = responses.seat(answer.person), responses.waiting()
    state = (SEATED, OFFERED, WAITING).index(seat.state) if seat else 3
    rank = waiting.index(answer.person) if answer.person in waiting else 0
    return (
        (YES, REMOTE, MAYBE, NO).index(answer.answer),
        state,
        rank,
        responses.name(answer.person).casefold(),
    )


def _cells(row: Meeting, responses: Responses, answer: Answer, config: Config) -> list[str | int]:
    needed = {
        kind: each.text
        for kind in (ACCESS, MEAL)
        for each in responses.needs_of_attending(kind)
        if each.person == answer.person
    }
    says = [_answer(answer), _seat(responses, answer.person), _remark(row, answer)]
    answer_text, seat, remark = (say.text(config.language) if say else "" for say in says)
    day = answer.at.astimezone(config.zone).date().isoformat()
    place_of = responses.seat(answer.person)  # fewer than they said, when not everybody found a seat
    party = (place_of.party if place_of else answer.party) if answer.answer == YES else ""
    return [
        responses.name(answer.person),
        answer_text,
        party,
        answer.others,
        seat,
        day,
        remark,
        needed.get(ACCESS, ""),
        needed.get(MEAL, ""),
    ]


def _answer(answer: Answer) -> Say:
    if answer.unconfirmed:
        return Say("oui au sondage")
    if answer.answer == YES:
        return Say("sur place")
    if answer.answer == REMOTE:
        return Say("en visio")
    return Say("peut-être") if answer.answer == MAYBE else Say("absence")


def _seat(responses: Responses, person: str) -> Say | None:
    seat, waiting = responses.seat(person), responses.waiting()
    if seat is None:
        return None
    if seat.state == WAITING:
        rank = waiting.index(person) + 1
        if person in responses.reachable:
            return Say("liste d’attente, n° {rank}", rank=rank)
        return Say("liste d’attente, n° {rank}, à prévenir", rank=rank)
    return Say("réservée") if seat.state == SEATED else Say("proposée")


def _remark(row: Meeting, answer: Answer) -> Say | None:
    if answer.unconfirmed:
        return Say("à confirmer")
    if answer.revision < row.revision and answer.answer != NO:
        return Say("à reconfirmer")
    return Say("saisi par l’équipe") if answer.by else None
