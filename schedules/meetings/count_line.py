"""The living line of counts: how many come, and whether there is room. Numbers only: names are for the team."""

from datetime import datetime

from bot.config import Config
from bot.text import Count, Say
from bot.time.format import AsOf
from schedules.meetings.wording import listed
from storage.meetings import meetings
from storage.meetings.counts import Counts
from storage.meetings.waitlist import LAST_DAY
from storage.tables import Meeting


def text(row: Meeting, counts: Counts, now: datetime, config: Config) -> Say:
    """« Réponses au 24 novembre, 11 h : 6 sur place, 2 en visio, 3 peut-être, 2 absences – il reste 24 places. »"""
    if row.status == meetings.CANCELLED:
        return Say("**Réponses** : sans objet, la rencontre est annulée.")
    said, left = _answers(counts), _left(row, counts, now)
    if said is None:
        return Say("**Réponses** : aucune pour l’instant – {left}.", left=left) if left else Say("**Réponses** : aucune pour l’instant.")
    when = AsOf(now, config.zone)
    if left is None:
        return Say("**Réponses au {when}** : {said}.", when=when, said=said)
    return Say("**Réponses au {when}** : {said} – {left}.", when=when, said=said, left=left)


def _answers(counts: Counts) -> Say | None:
    """None: there are none."""
    found = [
        _many(counts.seated, Count(counts.seated, "{n} sur place", "{n} sur place")),
        _many(counts.remote, Count(counts.remote, "{n} en visio", "{n} en visio")),
        _many(counts.maybe, Count(counts.maybe, "{n} peut-être", "{n} peut-être")),
        _many(counts.no, Count(counts.no, "{n} absence", "{n} absences")),
        _many(counts.offered, Count(counts.offered, "une place proposée à la liste d’attente", "{n} places proposées à la liste d’attente")),
        _many(counts.waiting, Count(counts.waiting, "une personne en liste d’attente", "{n} personnes en liste d’attente")),
        _many(counts.polled, Count(counts.polled, "un oui au sondage à confirmer", "{n} oui au sondage à confirmer")),
        _many(counts.to_confirm, Count(counts.to_confirm, "dont une réponse à reconfirmer", "dont {n} réponses à reconfirmer")),
    ]
    says = [say for say in found if say]
    return listed(says) if says else None


def _many(count: int, said: Count) -> Say | None:
    return Say("{said}", said=said) if count else None


def _left(row: Meeting, counts: Counts, now: datetime) -> Say | None:
    """None: there is no limit, or it is over."""
    if counts.free is None or row.ends_at <= now:
        return None
    if not counts.free:
        return Say("complet")
    if counts.waiting and now >= row.starts_at - LAST_DAY:
        free = Count(counts.free, "une place libre", "{n} places libres")
        return Say("{free}, pour qui écrit en premier `!presence oui`", free=free)
    return Say("{left}", left=Count(counts.free, "il reste une place", "il reste {n} places"))
