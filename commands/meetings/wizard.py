"""Wizard: the questions of the guided entry, what each asks, and what a choice becomes."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

from bot.command import Context
from bot.outbox.question import KEYCAPS, NO, YES, Choice, Reply
from bot.text import Long, Say
from bot.time import Day
from bot.time.format import When
from commands.meetings import parse_doubts, parse_steps, parse_values
from commands.meetings.fields import ANSWER_BY, BY_NAME, date_advice
from commands.meetings.form import Clock, Draft
from storage.meetings import meetings

LONGEST = 5_000  # characters looked at
UNLIMITED = Choice("unlimited", "", ("sans limite", "illimité", "no limit"))
KINDS = (
    Choice(meetings.THEMATIC, KEYCAPS[0], ("1", "thématique", "thematic", "à thème")),
    Choice(meetings.GENERAL, KEYCAPS[1], ("2", "généraliste", "général", "general")),
)


def clock(ctx: Context) -> Clock:
    return Clock(ctx.now, ctx.hours)


@dataclass(frozen=True)
class Step:
    """`ask`: the question; `options`: its list, below it.
    `parse`: an answer in words; UserError when it will not do. `choose`: what a choice means.

    `echo`: what is known of it; None: nothing. `doubt`: why the words, once parsed, look like the answer to
    something else; None: they do not. `sure`: the question that is then asked.
    """

    name: str
    ask: Callable[[Context, Draft], Awaitable[Say]]
    parse: Callable[[str, Draft, Clock], Draft]
    choices: Callable[[Draft, Clock], Sequence[Choice]] = lambda draft, clock: ()
    choose: Callable[[str, Draft, Clock], Draft] = lambda choice, draft, clock: draft
    echo: Callable[[Draft, Clock], Say | None] = lambda draft, clock: None
    doubt: Callable[[str, Draft, Clock], Say | None] = lambda typed, draft, clock: None
    sure: Say = field(default_factory=lambda: Say(""))
    options: tuple[Say, ...] = ()


def apply_reply(step: Step, reply: Reply, draft: Draft, clock: Clock) -> Draft:
    """UserError when the words will not do."""
    return (
        step.choose(reply.choice, draft, clock)
        if reply.choice
        else step.parse(reply.text[:LONGEST], draft, clock)
    )


def _echo(*names: str) -> Callable[[Draft, Clock], Say | None]:
    """« La Filature, Wambrecourt »: what these fields are now; nothing of those that are empty."""

    def echo(draft: Draft, clock: Clock) -> Say | None:
        values = [value for name in names if (value := BY_NAME[name].value(draft, clock)) is not None]
        if not values:
            return None
        text = Say("{value}", value=values[0])
        for value in values[1:]:
            text = Say("{one} – {other}", one=text, other=value)
        return text

    return echo


# --- 1. date


async def _ask_when(ctx: Context, draft: Draft) -> Say:
    zone = ctx.hours.zone
    sample = parse_values.sample_when(clock(ctx))
    if draft.starts_at and draft.ends_at:
        return Say(
            "Le {when} ? Répondez oui, ou donnez une autre date.",
            when=When(draft.starts_at, draft.ends_at, zone),
        )
    if draft.day:
        return Say(
            "Le {day}, à quel horaire ? Par exemple : « 9 h 30 – 12 h 30 ». Ou donnez une autre date.",
            day=Day(draft.day),
        )
    return Say("Quelle date et quel horaire ? Par exemple : « {sample} ».", sample=sample)


def _when_choices(draft: Draft, clock: Clock) -> Sequence[Choice]:
    return (YES,) if draft.starts_at else ()


def _echo_when(draft: Draft, clock: Clock) -> Say | None:
    if draft.starts_at is None or draft.ends_at is None:
        return None
    when = When(draft.starts_at, draft.ends_at, clock.hours.zone, capital=True)
    advice = date_advice(draft, clock)
    return Say("{when} – {advice}", when=when, advice=advice) if advice else Say("{when}", when=when)


# --- 2. format, title


async def _ask_kind(ctx: Context, draft: Draft) -> Say:
    previous = await meetings.previous(ctx.db, draft.starts_at or ctx.now)
    ask = Say("Thématique ou généraliste ?")
    if previous and previous.kind == meetings.THEMATIC:
        return Say("{ask} La précédente était thématique.", ask=ask)
    if previous and previous.kind == meetings.GENERAL:
        return Say("{ask} La précédente était généraliste.", ask=ask)
    return Say("{ask} Vous pouvez dire le thème : « thématique : santé ».", ask=ask)


def _parse_kind(typed: str, draft: Draft, clock: Clock) -> Draft:
    return parse_values.kind(typed, draft)


def _choose_kind(choice: str, draft: Draft, clock: Clock) -> Draft:
    return replace(draft, kind=choice)


async def _ask_title(ctx: Context, draft: Draft) -> Say:
    if draft.kind == meetings.THEMATIC:
        return Say("Quel est le thème ? Ce sera le titre de l’annonce.")
    return Say("Quel titre pour l’annonce ? Par exemple : « Bilan de l’année et projets ».")


def _parse_title(typed: str, draft: Draft, clock: Clock) -> Draft:
    return replace(draft, title=parse_values.text(typed, parse_values.LONGEST_PART))


# --- 3. place, programme, access


async def _ask_place(ctx: Context, draft: Draft) -> Say:
    previous = await meetings.previous(ctx.db, draft.starts_at or ctx.now)
    ask = Say("Où ? Donnez le lieu, l’adresse et la commune.")
    return (
        Say("{ask} La précédente était à {town}.", ask=ask, town=previous.town)
        if previous and previous.town
        else ask
    )


def _echo_place(draft: Draft, clock: Clock) -> Say | None:
    place = _echo("place")(draft, clock)
    return (
        Say("{place} – accès : {access}", place=place, access=Long(draft.access))
        if place and draft.access
        else place
    )


async def _ask_programme(ctx: Context, draft: Draft) -> Say:
    return Say(
        "Quel programme ? Tout dans un seul message : « 9 h 45 accueil ; 10 h 15 ateliers ; visite : le "
        "quartier ; convivial : déjeuner »."
    )


async def _ask_access(ctx: Context, draft: Draft) -> Say:
    return Say(
        "Comment y venir ? Transports, stationnement, entrée de plain-pied, boucle magnétique : ce qui "
        "aide chaque personne à venir."
    )


# --- 4. seats and video


async def _ask_seats(ctx: Context, draft: Draft) -> Say:
    return Say(
        "Combien de places, et quel lien de visioconférence ? Par exemple : « 40 », « 40 "
        "https://visio.example.org/reseau », « sans limite »."
    )


def _unlimited(choice: str, draft: Draft, clock: Clock) -> Draft:
    return replace(draft, capacity=None)


# --- 5. until when, and whom to ask


async def _ask_deadline(ctx: Context, draft: Draft) -> Say:
    proposed = parse_steps.proposal(draft, clock(ctx))
    by = ANSWER_BY.value(proposed, clock(ctx))
    if by is None:
        return Say("Réponse souhaitée avant quelle date, et auprès de qui ? Par exemple : « 9 mars, Gwen ».")
    if not proposed.contact:
        return Say(
            "Réponse souhaitée avant le {by} ? "
            "Répondez oui, ou donnez une date et le nom de la personne à contacter.",
            by=by,
        )
    return Say(
        "Réponse souhaitée avant le {by}, auprès de {contact} ? Répondez oui, ou une date et un nom.",
        by=by,
        contact=proposed.contact,
    )


def _deadline_choices(draft: Draft, clock: Clock) -> Sequence[Choice]:
    return (YES,) if parse_steps.proposal(draft, clock).answer_by else ()


# --- 6. others


async def _ask_actors(ctx: Context, draft: Draft) -> Say:
    return Say("Ouverte à d’autres acteurs ? Répondez non, ou nommez-les.")


def _parse_actors(typed: str, draft: Draft, clock: Clock) -> Draft:
    return replace(draft, actors=parse_values.actors(typed))


def _no_actors(choice: str, draft: Draft, clock: Clock) -> Draft:
    return replace(draft, actors="")


STEPS = {
    each.name: each
    for each in (
        Step("when", _ask_when, parse_values.when, _when_choices, echo=_echo_when),
        Step(
            "kind",
            _ask_kind,
            _parse_kind,
            lambda draft, clock: KINDS,
            _choose_kind,
            _echo("kind", "title"),
            options=(Say("1. thématique"), Say("2. généraliste")),
        ),
        Step(
            "title",
            _ask_title,
            _parse_title,
            echo=_echo("title"),
            doubt=parse_doubts.title,
            sure=Say("Est-ce bien le titre ?"),
        ),
        Step(
            "place",
            _ask_place,
            parse_steps.place,
            echo=_echo_place,
            doubt=parse_doubts.place,
            sure=Say("Est-ce bien le lieu ?"),
        ),
        Step(
            "programme",
            _ask_programme,
            parse_steps.programme,
            echo=_echo("programme", "visit", "social"),
            doubt=parse_doubts.programme,
            sure=Say("Est-ce bien le programme ?"),
        ),
        Step(
            "access",
            _ask_access,
            lambda typed, draft, clock: replace(draft, access=parse_values.text(typed)),
            echo=_echo("access"),
            doubt=parse_doubts.other_answer,
            sure=Say("Est-ce bien l’accès ?"),
        ),
        Step(
            "seats",
            _ask_seats,
            parse_steps.seats,
            lambda draft, clock: (UNLIMITED,),
            _unlimited,
            _echo("capacity", "video"),
        ),
        Step(
            "deadline",
            _ask_deadline,
            parse_steps.deadline,
            _deadline_choices,
            lambda choice, draft, clock: parse_steps.proposal(draft, clock),
            _echo("answer_by", "contact"),
        ),
        Step(
            "actors",
            _ask_actors,
            _parse_actors,
            lambda draft, clock: (NO,),
            _no_actors,
            _echo("actors"),
            parse_doubts.other_answer,
            Say("Est-ce bien la liste des autres acteurs ?"),
        ),
    )
}
GUIDED = tuple(STEPS)
