"""The team's summary (recap) of who comes, in numbers; the names are in export_file.
For the team's room alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from bot.config import Config
from bot.outbox import Post
from bot.schedule.jobs import Run
from bot.text import Count, Say
from bot.time import Day
from bot.time.recurrence import instant
from schedules.meetings import wording
from schedules.meetings.wording import one_line
from storage import outbox
from storage.meetings import meetings, needs
from storage.meetings.answers import MAYBE, YES, Answer
from storage.meetings.counts import Counts
from storage.meetings.needs import ACCESS, MEAL
from storage.meetings.waitlist import SEATED, WAITING, Seat
from storage.tables import Meeting, Need

MOST_NAMED, MOST_NEEDS = 8, 8


@dataclass(frozen=True)
class Responses:
    """All that is known of a meeting's answers.
    `invited`: how many people may answer; `guests`: some of them are from outside; `seats`: in the order in
    which they asked; `reachable`: who can be told something in private.
    """

    counts: Counts
    invited: int
    guests: bool = False
    answers: Mapping[str, Answer] = field(default_factory=dict)
    seats: Sequence[Seat] = ()
    needs: Sequence[Need] = ()
    reachable: frozenset[str] = frozenset()
    cohosts: Sequence[str] = ()  # names

    @property
    def has_names(self) -> bool:
        """Whether it is known who answered what."""
        return bool(self.answers)

    def name(self, person: str) -> str:
        found = self.answers.get(person)
        return found.name if found and found.name else person

    def seat(self, person: str) -> Seat | None:
        return next((each for each in self.seats if each.person == person), None)

    def waiting(self) -> list[str]:
        """In the order of the line."""
        return [each.person for each in self.seats if each.state == WAITING]

    def needs_of_attending(self, kind: str) -> list[Need]:
        attending = {person for person, each in self.answers.items() if each.answer in (YES, MAYBE)}
        return [each for each in self.needs if each.kind == kind and each.person in attending]


def text(row: Meeting, responses: Responses, now: datetime, config: Config) -> Say:
    counts, day = responses.counts, wording.day(row, config, now)
    count = Count(counts.answered, "une réponse", "{n} réponses", zero="aucune réponse")
    among = (
        Count(responses.invited, "une personne", "{n} personnes")
        if responses.guests
        else Count(responses.invited, "un membre", "{n} membres")
    )
    return Say.lines(
        Say("**Rencontre du {day} – {count} sur {among}**", day=day, count=count, among=among)
        if responses.invited
        else Say("**Rencontre du {day} – {count}**", day=day, count=count),
        Say("Cette rencontre est annulée.") if row.status == meetings.CANCELLED else None,
        _seated(responses),
        Say("En visio : {n}", n=counts.remote),
        Say("Peut-être : {n}", n=counts.maybe),
        Say("Absences : {n}", n=counts.no),
        *_waitlist(responses),
        Say("À reconfirmer : {n}, la date a changé depuis", n=counts.to_confirm)
        if counts.to_confirm
        else None,
        Say("Oui au sondage de dates, à confirmer : {n}", n=counts.polled) if counts.polled else None,
        *_needs(responses),
        Say("Co-animation : {names}", names=one_line(", ".join(responses.cohosts)))
        if responses.cohosts
        else None,
        Say("Places restantes : {n}", n=counts.free)
        if counts.free is not None and now < row.starts_at
        else None,
    )


def _seated(responses: Responses) -> Say:
    counts = responses.counts
    if not counts.companions:
        return Say("Sur place : {n}", n=counts.seated)
    count = Count(counts.companions, "un accompagnant", "{n} accompagnants")
    who = [
        each.others
        for seat in responses.seats
        if seat.state == SEATED
        and seat.party > 1
        and (each := responses.answers.get(seat.person))
        and each.others
    ]
    if not who:
        return Say("Sur place : {n}, dont {count}", n=counts.seated, count=count)
    return Say(
        "Sur place : {n}, dont {count} ({who})", n=counts.seated, count=count, who=one_line(", ".join(who))
    )


def _waitlist(responses: Responses) -> Iterator[Say]:
    """Seats that are offered, people who wait, and those among them to whom none can be offered."""
    if responses.counts.offered:
        yield Say("Places proposées, sans réponse encore : {n}", n=responses.counts.offered)
    if responses.counts.waiting:
        yield Say(
            "Liste d’attente : {count}",
            count=Count(responses.counts.waiting, "une personne", "{n} personnes"),
        )
    far = [responses.name(person) for person in responses.waiting() if person not in responses.reachable]
    if far:
        yield Say(
            "Sans conversation privée avec moi, à prévenir vous-même si une place se libère : {names}",
            names=_names(far),
        )


def _names(names: Sequence[str]) -> Say:
    shown, more = ", ".join(names[:MOST_NAMED]), len(names) - MOST_NAMED
    if more > 0:
        return Say(
            "{shown} et {count}",
            shown=one_line(shown),
            count=Count(more, "une autre personne", "{n} autres personnes"),
        )
    return Say("{shown}", shown=one_line(shown))


def _needs(responses: Responses) -> Iterator[Say]:
    """Whose they are is in the file."""
    for kind in (ACCESS, MEAL):
        needs = responses.needs_of_attending(kind)
        if not needs:
            continue
        label = wording.need_label(kind, " ; ".join(each.text for each in needs[:MOST_NEEDS]))
        more = len(needs) - MOST_NEEDS
        yield (
            Say("{told}, et {count}", told=label, count=Count(more, "un autre", "{n} autres"))
            if more > 0
            else label
        )


NEEDS_KEPT = timedelta(days=7)  # after the end of the meeting
_RECAP = "meeting-recap:"


def recap_key(row: Meeting, cause: str) -> str:
    """Of what the team was told with the needs in it."""
    return f"{_RECAP}{row.id}:{cause}"


async def forget_needs(run: Run) -> None:
    """In the night of the day that was said, they go from our tables,
    and what showed them from the team's room.
    """
    ended = instant(
        run.planned.astimezone(run.config.zone).date() - NEEDS_KEPT + timedelta(days=1),
        time(),
        run.config.zone,
    )
    await needs.forget(run.db, ended)
    for entry in await outbox.standing(run.db, _RECAP):
        row = await meetings.meeting(run.db, int((entry.message_key or "").split(":")[1]))
        if row is None or row.ends_at <= ended:
            await run.post(Post(room=entry.room_id, key=entry.message_key, delete=True))


def needs_erased_on(row: Meeting, now: datetime, config: Config) -> Day:
    return Day((row.ends_at + NEEDS_KEPT).astimezone(config.zone).date(), now.astimezone(config.zone).date())
