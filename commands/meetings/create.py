"""`!rencontre nouvelle`: the team enters a meeting, question after question or all at once; `!rencontre dupliquer`: from another one.

The guided entry is a chain of questions, each of which remembers all that was said before: it waits for days, and survives restarts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from bot.command import NOTHING, Answer, Context, Role, Scope, command
from bot.command.handlers import on_answer
from bot.outbox.question import NO, YES, Ask, Choice, Reply
from bot.text import Count, Say, UserError
from bot.time import Hours
from bot.time.recurrence import instant
from commands.meetings import lookup, parse_lines, parse_values
from commands.meetings.fields import summary
from commands.meetings.form import Clock, Draft
from commands.meetings.lookup import Called
from commands.meetings.wizard import GUIDED, STEPS, answered, clock
from schedules.polls.wording import Slot
from storage import questions, rooms
from storage.meetings import from_polls, meetings
from storage.tables import Meeting, Poll

WITHIN = timedelta(days=30)
THEN, LINE = "meeting.entry", "!rencontre nouvelle"
BACK = Choice("back", "", ("retour", "précédent", "back"))
SKIP = Choice("skip", "", ("passer", "suivant", "skip"))
STOP = Choice("stop", "", ("stop", "arrêter", "abandonner"))
MANNER = Say("À tout moment : « retour », « passer » ou « stop ». Pour reprendre un autre jour : `!rencontre nouvelle`")


@dataclass(frozen=True)
class Progress:
    """`at`: the step that is asked, "" for the last look at the whole. `left`: those that follow; `done`: those before."""

    draft: Draft
    at: str
    left: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    guided: bool = False

    @classmethod
    def read(cls, data: Any) -> "Progress":
        return cls(Draft.read(data["draft"]), data["at"], tuple(data["left"]), tuple(data["done"]), bool(data["guided"]))

    def data(self) -> dict[str, Any]:
        return {"draft": self.draft.data(), "at": self.at, "left": list(self.left), "done": list(self.done), "guided": self.guided}

    def onward(self) -> "Progress":
        """The next step that makes sense: how to come is asked of any place, be it named when one comes back to it."""
        left = ("access", *(name for name in self.left if name != "access")) if self.at == "place" else self.left
        left = left[1:] if left[:1] == ("access",) and (self.draft.access or not self.draft.place) else left
        done = (*self.done, self.at) if self.at else self.done
        return replace(self, at=left[0] if left else "", left=left[1:], done=done)

    def back(self) -> "Progress":
        left = (self.at, *self.left) if self.at else self.left
        return replace(self, at=self.done[-1], left=left, done=self.done[:-1])


@command(
    "rencontre nouvelle",
    aliases=("nouvelle rencontre",),
    english=("meeting new",),
    usage=Say("`!rencontre nouvelle`"),
    example="!rencontre nouvelle",
    help=Say("entrer une rencontre, question après question"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=12,
)
async def nouvelle(ctx: Context, *, text: str = "") -> Say | Ask:
    begun = await questions.unanswered(ctx.db, ctx.person.id, ctx.room.id, THEN)
    if not text and begun is not None and begun.expires_at > ctx.now:
        return await _ask(ctx, Progress.read(begun.data), Say("Je reprends la rencontre commencée. Pour repartir de zéro : « stop »."))
    draft = await proposed(ctx, Draft(contact=_usual_contact(ctx)), clock(ctx))
    if parse_lines.any_in(text):
        return await _at_once(ctx, text, draft)
    first = Progress(draft, GUIDED[0], GUIDED[1:], guided=True)
    if text:
        return await _taken(ctx, first, Reply({}, text=text))
    return await _ask(ctx, first, None)


async def _at_once(ctx: Context, text: str, draft: Draft) -> Ask:
    """Only what is never forgotten is still asked for."""
    found = parse_lines.read(text, replace(draft, day=None), clock(ctx), LINE)
    return await _ask(ctx, Progress(found, "", ("access",)).onward(), None)


@command(
    "rencontre dupliquer",
    english=("meeting copy",),
    usage=Say("`!rencontre dupliquer T4 date`"),
    example="!rencontre dupliquer T4 mardi 16 mars, 9 h 30 - 12 h 30",
    help=Say("entrer une rencontre à partir d’une autre"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=17,
)
async def dupliquer(ctx: Context, called: Called, *, date: Answer = NOTHING) -> Say | Ask:
    row = await lookup.one(ctx, called, meetings.PLANNED, meetings.ANNOUNCED, meetings.CANCELLED)
    start, end = (at.astimezone(ctx.config.zone).time() for at in (row.starts_at, row.ends_at))
    draft = replace(Draft.of(row), starts_at=None, ends_at=None, answer_by=None, poll_id=None, hours=f"{start:%H:%M} {end:%H:%M}")
    first = Progress(draft, "when", ("access", "deadline"))
    if date:
        return await _taken(ctx, first, Reply({}, text=date))
    hours = Hours(start, end)
    return await _ask(
        ctx, first, Say("Je reprends tout de la rencontre {name}, sauf la date ; sans autre horaire, {hours}.", name=row.name, hours=hours)
    )


def _usual_contact(ctx: Context) -> str:
    card = ctx.config.network.contact
    return (card.name or card.user or "") if card else ""


async def _ask(ctx: Context, progress: Progress, before: Say | None) -> Ask:
    """`before`: what was understood."""
    if not progress.at:
        return await _whole(ctx, progress, before)
    step = STEPS[progress.at]
    question = await step.ask(ctx, progress.draft)
    if progress.guided and not progress.done and before is None:
        question = Say("**Nouvelle rencontre – étape 1 sur 7.** {question}", question=question)
    elif progress.guided:
        question = Say("**Étape {n} sur 7.** {question}", n=step.number, question=question)
    said = Say("{before} {question}", before=before, question=question) if before else question
    manner = MANNER if progress.guided and not progress.done and before is None else None
    return _asked(Say.lines(said, manner), progress, (*step.choices(progress.draft, clock(ctx)), SKIP))


def _asked(say: Say, progress: Progress, choices: Sequence[Choice]) -> Ask:
    return Ask(say, then=THEN, choices=(*choices, BACK, STOP), data=progress.data(), accepts="text", within=WITHIN)


async def _whole(ctx: Context, progress: Progress, before: Say | None) -> Ask:
    """Everything said back; nothing counts before « oui »."""
    draft = progress.draft
    assert draft.starts_at is not None
    day = _day(ctx, draft.starts_at)
    name = await meetings.free_name(ctx.db, day)
    same = next((row for row in await meetings.ahead(ctx.db, ctx.now, lookup.AHEAD) if _day(ctx, row.starts_at) == day), None)
    say = Say.lines(
        before,
        Say("**Rencontre {name} – est-ce bien cela ?**", name=name),
        summary(draft, clock(ctx)),
        Say("Une rencontre est déjà prévue à cette date : {name}.", name=same.name) if same else None,
        Say("Répondez oui pour l’enregistrer, non pour abandonner, ou corrigez une ligne, par exemple « lieu : La Filature, Wambrecourt »."),
    )
    return _asked(say, progress, (YES, NO))


def _day(ctx: Context, at: datetime) -> date:
    return at.astimezone(ctx.config.zone).date()


@on_answer(THEN)
async def entered(ctx: Context, reply: Reply) -> Say | Ask:
    progress = Progress.read(reply.data)
    if reply.choice == "stop" or (reply.choice == "no" and not progress.at):
        return Say("C’est abandonné, rien n’est enregistré. Pour recommencer : `!rencontre nouvelle`")
    if reply.choice == "back":
        if not progress.done:
            if not progress.at:
                raise UserError("Il n’y a rien avant. Répondez oui ou non, ou corrigez une ligne, par exemple « places : 40 ».")
            raise UserError("C’est la première question. Répondez-y, ou écrivez « stop » pour abandonner.")
        before = progress.back()
        known = STEPS[before.at].echo(progress.draft, clock(ctx))
        return await _ask(ctx, before, Say("Jusqu’ici : {known} (« passer » le garde).", known=known) if known else None)
    if not progress.at:
        return await _kept(ctx, progress.draft) if reply.choice == "yes" else await _corrected(ctx, progress, reply.text)
    if reply.choice == "skip":
        return await _skipped(ctx, progress)
    return await _taken(ctx, progress, reply)


async def _taken(ctx: Context, progress: Progress, reply: Reply) -> Ask:
    """An answer to a step, said back with the next question."""
    step = STEPS[progress.at]
    known = replace(progress, draft=answered(step, reply, progress.draft, clock(ctx)))
    if known.draft.starts_at is None:
        return await _ask(ctx, known, Say("Entendu."))  # the hours are still missing
    said = step.echo(known.draft, clock(ctx))
    return await _ask(ctx, known.onward(), _understood(step.name, said) if said else None)


def _understood(name: str, said: Say) -> Say:
    return Say("{said}.", said=said) if name == "when" else Say("Entendu : {said}.", said=said)


async def _skipped(ctx: Context, progress: Progress) -> Ask:
    if progress.draft.starts_at is None:
        raise UserError("Une rencontre a besoin d’une date : donnez-la, même provisoire, ou écrivez « stop ».")
    return await _ask(ctx, progress.onward(), None)


async def _corrected(ctx: Context, progress: Progress, text: str) -> Ask:
    if not parse_lines.any_in(text):
        raise UserError("Je n’ai pas compris. Répondez oui, non ou retour, ou corrigez une ligne, par exemple « places : 40 ».")
    found = parse_lines.read(text, progress.draft, clock(ctx), "")
    unknown = found.place and not found.access and found.place != progress.draft.place
    return await _ask(ctx, replace(progress, draft=found, at="access" if unknown else ""), None)


async def _kept(ctx: Context, draft: Draft) -> Say:
    """A meeting that the team knows; the network, once it is announced."""
    if draft.starts_at is None or draft.starts_at <= ctx.now:
        raise UserError("Cette date est passée. Donnez-en une autre, par exemple « date : {sample} ».", sample=parse_values.sample_when(clock(ctx)))
    poll = await still(ctx, draft, clock(ctx))
    cause = ctx.cause.id
    day = _day(ctx, draft.starts_at)
    row = Meeting(
        event_id=cause,
        name=await meetings.free_name(ctx.db, day),
        uid=str(uuid5(NAMESPACE_URL, f"matrix:{ctx.room.id}/{cause}")),
        starts_at=draft.starts_at,
        ends_at=draft.ends_at or draft.starts_at,
        author=ctx.person.id,
        status=meetings.PLANNED,
    )
    replace(draft, poll_id=poll.id if poll else None).put(row)
    ctx.db.add(row)
    await ctx.db.flush()
    carried = await from_polls.carry_over(ctx.db, row, poll, await _names(ctx, poll.room_id)) if poll else 0
    return Say.lines(
        Say(
            "C’est enregistré : rencontre {name}. Pour l’annoncer : `!rencontre annoncer {short}`", name=row.name, short=await lookup.short(ctx, row)
        ),
        _to_confirm(carried) if carried else None,
    )


def _to_confirm(count: int) -> Say:
    said = Count(count, "1 personne avait répondu oui à cette date : elle pourra", "{n} personnes avaient répondu oui à cette date : elles pourront")
    return Say("{said} le confirmer d’un geste.", said=said)


async def _names(ctx: Context, room: str) -> dict[str, str]:
    return {each.user_id: each.name or "" for each in await rooms.members(ctx.db, room)}


async def proposed(ctx: Context, draft: Draft, clock: Clock) -> Draft:
    """With the day that was kept last and is no meeting yet, if there is one to come."""
    for poll in await from_polls.kept(ctx.db):
        slot = _slot(poll)
        if slot.day > ctx.now.astimezone(clock.hours.zone).date():
            return _at(replace(draft, poll_id=poll.id), slot, clock)
    return draft


async def still(ctx: Context, draft: Draft, clock: Clock) -> Poll | None:
    """The poll, if the date that it kept is still that of the meeting."""
    found = next((poll for poll in await from_polls.kept(ctx.db) if poll.id == draft.poll_id), None)
    if found is None or draft.starts_at is None:
        return None
    return found if _slot(found).day == draft.starts_at.astimezone(clock.hours.zone).date() else None


def _slot(poll: Poll) -> Slot:
    return Slot.read(poll.days[poll.kept_day or 0])


def _at(draft: Draft, slot: Slot, clock: Clock) -> Draft:
    """A part of a day is no hour yet."""
    if slot.start is None or slot.end is None:
        return replace(draft, day=slot.day)
    zone = clock.hours.zone
    return replace(draft, starts_at=instant(slot.day, slot.start, zone), ends_at=instant(slot.day, slot.end, zone))
