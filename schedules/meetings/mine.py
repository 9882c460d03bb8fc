"""Somebody's own answer to a meeting in a few words, for a line of a list."""

from bot.text import Count, Say
from schedules.meetings.receipts import Standing
from storage.meetings.answers import MAYBE, NO, REMOTE
from storage.meetings.happenings import OFFERED, WAITING
from storage.tables import Meeting


def mine(stands: Standing, row: Meeting) -> Say:
    """« vous venez », « peut-être, à reconfirmer », « sans réponse »."""
    if stands.answer is None:
        return Say("pas encore de réponse de votre part")
    if stands.answer.unconfirmed:
        return Say("pas encore de réponse de votre part") if row.revision else Say("oui au sondage, à confirmer")
    old = stands.answer.revision < row.revision and stands.answer.answer != NO
    said = _said(stands)
    return Say("{said}, à reconfirmer", said=said) if old else said


def _said(stands: Standing) -> Say:
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
