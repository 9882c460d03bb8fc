"""The questions of the guided entry: what each asks, and what an answer to it becomes."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from bot import time
from bot.command import Context
from bot.outbox.question import KEYCAPS, NO, YES, Choice, Reply
from bot.text import Long, Say, UserError
from bot.text.clean import clean_text
from bot.time import Day
from bot.time.format import When
from commands.meetings import parse_lines, parse_values
from commands.meetings.fields import ANSWER_BY, BY_NAME, advised
from commands.meetings.form import Clock, Draft
from storage.meetings import meetings

LONGEST = 5_000  # characters looked at
UNLIMITED = Choice("unlimited", "", ("sans limite", "illimité", "no limit"))
KINDS = (
    Choice(meetings.THEMATIC, KEYCAPS[0], ("1", "thématique", "thematic", "à thème")),
    Choice(meetings.GENERAL, KEYCAPS[1], ("2", "généraliste", "général", "general")),
)
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
_AROUND_LINK = re.compile(r"\b(?:et|la|le|lien|visio(?:conf[ée]rence)?|and|link|video)\b\s*:?", re.IGNORECASE)
_ACCESS = re.compile(r"\s*\n\s*|[\s.;,–-]+(?=acc[eè]s\s*:)", re.IGNORECASE)
_ACCESS_KEY = re.compile(r"^\s*acc[eè]s\s*:?\s*", re.IGNORECASE)
_UNTIL = re.compile(r"^\s*(?:avant|before)\s+", re.IGNORECASE)
_DAYS = re.compile(r"\d|\b(?:veille|semaine|mois|jours?|eve|weeks?|months?|days?)\b", re.IGNORECASE)
_WITH = re.compile(r"^[\s,;:–-]*(?:(?:aupr[èe]s\s+de|avec|et|with)\s+)?", re.IGNORECASE)
_HOUR = re.compile(r"\d\s?(?:h|:\d)", re.IGNORECASE)


def clock(ctx: Context) -> Clock:
    return Clock(ctx.now, ctx.hours)


@dataclass(frozen=True)
class Step:
    """`number`: of seven. `ask`: the question. `take`: an answer in words; UserError when it will not do. `choose`: what a choice means.

    `echo`: what is known of it; None: nothing.
    """

    name: str
    number: int
    ask: Callable[[Context, Draft], Awaitable[Say]]
    take: Callable[[str, Draft, Clock], Draft]
    choices: Callable[[Draft, Clock], Sequence[Choice]] = lambda draft, clock: ()
    choose: Callable[[str, Draft, Clock], Draft] = lambda choice, draft, clock: draft
    echo: Callable[[Draft, Clock], Say | None] = lambda draft, clock: None


def answered(step: Step, reply: Reply, draft: Draft, clock: Clock) -> Draft:
    """UserError when the words will not do."""
    return step.choose(reply.choice, draft, clock) if reply.choice else step.take(reply.text[:LONGEST], draft, clock)


def _echo(*names: str) -> Callable[[Draft, Clock], Say | None]:
    """« La Filature, Wambrecourt »: what these fields are now; nothing of those that are empty."""

    def echo(draft: Draft, clock: Clock) -> Say | None:
        said = [value for name in names if (value := BY_NAME[name].said(draft, clock)) is not None]
        if not said:
            return None
        whole = Say("{value}", value=said[0])
        for value in said[1:]:
            whole = Say("{one} – {other}", one=whole, other=value)
        return whole

    return echo


# --- 1. date


async def _ask_when(ctx: Context, draft: Draft) -> Say:
    zone = ctx.hours.zone
    sample = parse_values.sample_when(clock(ctx))
    if draft.starts_at and draft.ends_at:
        return Say("Le {when} ? Répondez oui, ou donnez une autre date.", when=When(draft.starts_at, draft.ends_at, zone))
    if draft.day:
        return Say("Le {day}, à quel horaire ? Par exemple : « 9 h 30 – 12 h 30 ». Ou donnez une autre date.", day=Day(draft.day))
    return Say("Quelle date et quel horaire ? Par exemple : « {sample} ».", sample=sample)


def _when_choices(draft: Draft, clock: Clock) -> Sequence[Choice]:
    return (YES,) if draft.starts_at else ()


def _echo_when(draft: Draft, clock: Clock) -> Say | None:
    if draft.starts_at is None or draft.ends_at is None:
        return None
    when = When(draft.starts_at, draft.ends_at, clock.hours.zone, capital=True)
    advice = advised(draft, clock)
    return Say("{when} – {advice}", when=when, advice=advice) if advice else Say("{when}", when=when)


# --- 2. format


async def _ask_kind(ctx: Context, draft: Draft) -> Say:
    before = await meetings.before(ctx.db, draft.starts_at or ctx.now)
    ask = Say("Thématique ou généraliste ?")
    if before and before.kind == meetings.THEMATIC:
        return Say("{ask} La précédente était thématique.", ask=ask)
    if before and before.kind == meetings.GENERAL:
        return Say("{ask} La précédente était généraliste.", ask=ask)
    return Say("{ask} Vous pouvez dire le thème : « thématique : santé ».", ask=ask)


def _take_kind(said: str, draft: Draft, clock: Clock) -> Draft:
    return parse_values.kind(said, draft)


def _choose_kind(choice: str, draft: Draft, clock: Clock) -> Draft:
    return replace(draft, kind=choice)


# --- 3. place and access


async def _ask_place(ctx: Context, draft: Draft) -> Say:
    before = await meetings.before(ctx.db, draft.starts_at or ctx.now)
    ask = Say("Où ? Donnez le lieu, l’adresse et la commune.")
    return Say("{ask} La précédente était à {town}.", ask=ask, town=before.town) if before and before.town else ask


def _take_place(said: str, draft: Draft, clock: Clock) -> Draft:
    """« La Filature, Wambrecourt » and, on a second line or after « accès : », how to come."""
    where, *access = _ACCESS.split(said.strip(), maxsplit=1)
    found = parse_values.place(re.sub(r"\s*;", ",", where), draft)
    return replace(found, access=parse_values.text(_ACCESS_KEY.sub("", access[0], count=1))) if access else found


def _echo_place(draft: Draft, clock: Clock) -> Say | None:
    place = _echo("place")(draft, clock)
    return Say("{place} – accès : {access}", place=place, access=Long(draft.access)) if place and draft.access else place


async def _ask_access(ctx: Context, draft: Draft) -> Say:
    return Say("Comment y venir ? Transports, stationnement, entrée de plain-pied, boucle magnétique : ce qui aide chaque personne à venir.")


# --- 4. others


async def _ask_actors(ctx: Context, draft: Draft) -> Say:
    return Say("Ouverte à d’autres acteurs ? Répondez non, ou nommez-les.")


def _take_actors(said: str, draft: Draft, clock: Clock) -> Draft:
    return replace(draft, actors=parse_values.actors(said))


def _no_actors(choice: str, draft: Draft, clock: Clock) -> Draft:
    return replace(draft, actors="")


# --- 5. title and programme


async def _ask_programme(ctx: Context, draft: Draft) -> Say:
    ask = Say("Quel programme ? Une ligne par moment.") if draft.title else Say("Quel titre, puis quel programme ? Une ligne chacun.")
    return Say("{ask} Une visite ou un moment convivial : « visite : … », « convivial : … ».", ask=ask)


def _take_programme(said: str, draft: Draft, clock: Clock) -> Draft:
    """Lines with a key go where they belong; of the others the first is the title, unless there is one, and the rest the programme."""
    rows = [each.strip() for each in said.strip().splitlines() if each.strip()]
    plain = [each for each in rows if not parse_lines.any_in(each)]
    keyed = [each for each in rows if parse_lines.any_in(each)]
    title = plain.pop(0) if plain and not draft.title and not (_HOUR.search(plain[0]) or ";" in plain[0]) else ""
    found = parse_lines.read("\n".join(keyed), draft, clock, "") if keyed else draft
    found = replace(found, title=parse_values.text(title, parse_values.LONGEST_PART)) if title else found
    return replace(found, programme=parse_values.parts("\n".join(plain))) if plain else found


# --- 6. seats and video


async def _ask_seats(ctx: Context, draft: Draft) -> Say:
    return Say("Combien de places, et quel lien de visioconférence ? Par exemple : « 40 », « 40 https://visio.example.org/reseau », « sans limite ».")


def _take_seats(said: str, draft: Draft, clock: Clock) -> Draft:
    link = _LINK.search(said)
    found = parse_values.video(link[0], draft) if link else draft
    rest = (_AROUND_LINK.sub(" ", _LINK.sub(" ", said)) if link else said).strip(" ,;:.–-\n")
    return replace(found, capacity=parse_values.capacity(rest)) if rest or not link else found


def _unlimited(choice: str, draft: Draft, clock: Clock) -> Draft:
    return replace(draft, capacity=None)


# --- 7. until when, and whom to ask


async def _ask_deadline(ctx: Context, draft: Draft) -> Say:
    proposed = proposal(draft, clock(ctx))
    by = ANSWER_BY.said(proposed, clock(ctx))
    if by is None:
        return Say("Réponse souhaitée avant quelle date, et auprès de qui ? Par exemple : « 9 mars, Gwen ».")
    if not proposed.contact:
        return Say("Réponse souhaitée avant le {by} ? Répondez oui, ou donnez une date et le nom de la personne à contacter.", by=by)
    return Say("Réponse souhaitée avant le {by}, auprès de {contact} ? Répondez oui, ou une date et un nom.", by=by, contact=proposed.contact)


def proposal(draft: Draft, clock: Clock) -> Draft:
    """A week before, unless something else was said."""
    return replace(draft, answer_by=draft.answer_by or parse_values.usual_answer_by(draft, clock))


def _take_deadline(said: str, draft: Draft, clock: Clock) -> Draft:
    """« 9 mars », « 9 mars, Gwen », « Gwen »."""
    if parse_values.nothing(said):
        raise UserError("Donnez une autre date et un nom, par exemple « 9 mars, Gwen », ou écrivez « passer » pour ne fixer aucune date.")
    said = _UNTIL.sub("", said)
    found = time.parse_prefix(said, clock.now, clock.hours.zone)
    if found is None and _DAYS.search(said):
        raise UserError("Je n’ai pas compris la date « {said} ». Par exemple : « 9 mars, Gwen ».", said=clean_text(said, 60))
    contact = parse_values.text(_WITH.sub("", found[1] if found else said).strip(), parse_values.LONGEST_PART) or draft.contact
    if found is None:
        return replace(proposal(draft, clock), contact=contact)
    at = found[0].instant(clock.hours.end)
    parse_values.check_answer_by(at, draft, clock)
    return replace(draft, answer_by=at, contact=contact)


def _deadline_choices(draft: Draft, clock: Clock) -> Sequence[Choice]:
    return (YES,) if proposal(draft, clock).answer_by else ()


STEPS = {
    each.name: each
    for each in (
        Step("when", 1, _ask_when, parse_values.when, _when_choices, echo=_echo_when),
        Step("kind", 2, _ask_kind, _take_kind, lambda draft, clock: KINDS, _choose_kind, _echo("kind", "title")),
        Step("place", 3, _ask_place, _take_place, echo=_echo_place),
        Step("access", 3, _ask_access, lambda said, draft, clock: replace(draft, access=parse_values.text(said)), echo=_echo("access")),
        Step("actors", 4, _ask_actors, _take_actors, lambda draft, clock: (NO,), _no_actors, _echo("actors")),
        Step("programme", 5, _ask_programme, _take_programme, echo=_echo("title", "programme", "visit", "social")),
        Step("seats", 6, _ask_seats, _take_seats, lambda draft, clock: (UNLIMITED,), _unlimited, _echo("capacity", "video")),
        Step("deadline", 7, _ask_deadline, _take_deadline, _deadline_choices, lambda choice, draft, clock: proposal(draft, clock)),
    )
}
GUIDED = tuple(STEPS)
