"""Fields of a meeting: how people call each, how its value is parsed, shown,
and typed so that it parses again.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from bot.command.suggest import nearest
from bot.text import Long, Say
from bot.text.clean import clean_text
from bot.text.message import Value
from bot.time import Moment
from bot.time.format import When
from commands.meetings import parse_values
from commands.meetings.form import Clock, Draft
from schedules.polls.wording import advice_against
from storage.meetings import meetings
from storage.tables import Meeting
from storage.text import fold, key

Parse = Callable[[str, Draft, Clock], Draft]


@dataclass(frozen=True)
class Field:
    """`name`: the first of its columns.
    `keys`: the first is shown. `parse` raises UserError. `as_typed`: "" when there is nothing.

    `correct`: from what is not accepted, what is.
    """

    name: str
    keys: tuple[str, ...]
    label: Say
    parse: Parse
    as_typed: Callable[[Draft, Clock], str]
    value: Callable[[Draft, Clock], Value | None]
    correct: Callable[[str, Draft, Clock], str]


def _text_field(name: str, keys: tuple[str, ...], label: Say, most: int = parse_values.LONGEST) -> Field:
    """One line of text."""
    return Field(
        name,
        keys,
        label,
        lambda typed, draft, clock: _with(draft, name, parse_values.text(typed, most)),
        lambda draft, clock: str(getattr(draft, name)),
        lambda draft, clock: Long(getattr(draft, name)) if getattr(draft, name) else None,
        lambda typed, draft, clock: clean_text(typed, most),
    )


def _with(draft: Draft, name: str, value: Any) -> Draft:
    return replace(draft, **{name: value})


def _when(draft: Draft, clock: Clock) -> When | None:
    return (
        When(draft.starts_at, draft.ends_at, clock.hours.zone) if draft.starts_at and draft.ends_at else None
    )


def _by(draft: Draft, clock: Clock) -> Moment | None:
    local = draft.answer_by.astimezone(clock.hours.zone) if draft.answer_by else None
    return Moment(local.date(), local.time(), None, clock.hours.zone) if local else None


def _typed_by(draft: Draft, clock: Clock) -> str:
    return found.localized("fr") if (found := _by(draft, clock)) else ""


def _usual_by(typed: str, draft: Draft, clock: Clock) -> str:
    return _typed_by(replace(draft, answer_by=parse_values.usual_answer_by(draft, clock)), clock) or "aucune"


def _kind(draft: Draft, clock: Clock) -> Say | None:
    return {meetings.THEMATIC: Say("thématique"), meetings.GENERAL: Say("généraliste")}.get(draft.kind)


WHEN = Field(
    "starts_at",
    ("date", "quand", "jour", "date et horaire", "when", "day"),
    Say("Date"),
    lambda typed, draft, clock: parse_values.require_hours(parse_values.when(typed, draft, clock)),
    lambda draft, clock: found.localized("fr") if (found := _when(draft, clock)) else "",
    _when,
    lambda typed, draft, clock: parse_values.sample_when(clock).localized("fr"),
)
KIND = Field(
    "kind",
    ("format", "type", "genre", "kind"),
    Say("Format"),
    lambda typed, draft, clock: parse_values.kind(typed, draft),
    lambda draft, clock: found.text() if (found := _kind(draft, clock)) else "",
    _kind,
    lambda typed, draft, clock: "généraliste",
)
PLACE = replace(
    _text_field(
        "place", ("lieu", "où", "adresse", "place", "where", "venue", "location", "address"), Say("Où")
    ),
    parse=lambda typed, draft, clock: parse_values.place(typed, draft),
)
TOWN = replace(
    _text_field("town", ("commune", "ville", "town", "city"), Say("Commune")),
    parse=lambda typed, draft, clock: parse_values.town(typed, draft),
    correct=lambda typed, draft, clock: clean_text(typed, parse_values.LONGEST_TOWN),
)
VIDEO = replace(
    _text_field(
        "video", ("visio", "visioconférence", "lien", "lien visio", "video", "link"), Say("Visioconférence")
    ),
    parse=lambda typed, draft, clock: parse_values.video(typed, draft),
    correct=lambda typed, draft, clock: "non",
)
PROGRAMME = Field(
    "programme",
    ("programme", "déroulé", "ordre du jour", "program"),
    Say("Programme"),
    lambda typed, draft, clock: replace(draft, programme=parse_values.parts(typed)),
    lambda draft, clock: " ; ".join(draft.programme),
    lambda draft, clock: Long(" ; ".join(draft.programme)) if draft.programme else None,
    lambda typed, draft, clock: " ; ".join(parse_values.shortened(typed)),
)
CAPACITY = Field(
    "capacity",
    ("places", "capacité", "jauge", "nombre de places", "capacity", "seats"),
    Say("Places"),
    lambda typed, draft, clock: replace(draft, capacity=parse_values.capacity(typed)),
    lambda draft, clock: str(draft.capacity or ""),
    lambda draft, clock: draft.capacity,
    lambda typed, draft, clock: "30",
)
ANSWER_BY = Field(
    "answer_by",
    (
        "réponse avant",
        "réponse",
        "date limite",
        "répondre avant",
        "clôture",
        "inscription avant",
        "answer by",
        "rsvp",
        "deadline",
    ),
    Say("Réponse souhaitée avant"),
    lambda typed, draft, clock: replace(draft, answer_by=parse_values.answer_by(typed, draft, clock)),
    _typed_by,
    _by,
    _usual_by,
)
ACTORS = replace(
    _text_field(
        "actors",
        ("ouverte à", "ouverte", "ouvert à", "ouverte aux", "acteurs", "autres acteurs", "open to", "open"),
        Say("Ouverte à"),
    ),
    parse=lambda typed, draft, clock: replace(draft, actors=parse_values.actors(typed)),
    correct=lambda typed, draft, clock: (
        "non"
        if fold(typed).strip(" .!") in parse_values.BARE_YES
        else clean_text(typed, parse_values.LONGEST)
    ),
)
FIELDS = (
    WHEN,
    KIND,
    _text_field(
        "title",
        ("titre", "thème", "sujet", "intitulé", "title", "subject"),
        Say("Titre"),
        parse_values.LONGEST_PART,
    ),
    PLACE,
    TOWN,
    _text_field("access", ("accès", "accessibilité", "comment venir", "access"), Say("Accès")),
    VIDEO,
    PROGRAMME,
    _text_field("visit", ("visite", "visite de site", "visit"), Say("Visite")),
    _text_field(
        "social", ("convivial", "moment convivial", "repas", "déjeuner", "social"), Say("Moment convivial")
    ),
    CAPACITY,
    ANSWER_BY,
    _text_field(
        "contact",
        ("contact", "interlocuteur", "interlocutrice", "personne à contacter"),
        Say("Interlocuteur"),
        parse_values.LONGEST_PART,
    ),
    ACTORS,
)
HOURS = ("horaire", "horaires", "heures", "heure", "hours", "time")  # the rest of a date
BY_NAME = {each.name: each for each in FIELDS}
_KEYS = {key(word): each for each in FIELDS for word in each.keys}
_HOURS = {key(word) for word in HOURS}


def by_key(typed: str) -> Field | None:
    """The field that people call so, in French or English."""
    return _KEYS.get(key(typed)) or (WHEN if is_hours(typed) else None)


def is_hours(typed: str) -> bool:
    return key(typed) in _HOURS


def nearest_key(typed: str) -> str | None:
    """The key they nearly wrote."""
    words = fold(typed).split()
    near = nearest(words, [word for each in FIELDS for word in each.keys] + list(HOURS))
    return near.name if near and near.words == len(words) else None


def summary(draft: Draft, clock: Clock) -> Say:
    """One line a field. What is needed and not known says so; what is merely not there is left out."""
    return Say.lines(
        *(
            Say("**{label}** : {value}", label=field.label, value=value)
            for name, field in BY_NAME.items()
            if (value := field.value(draft, clock) or _if_missing(name, draft)) is not None
        ),
        warning(draft, clock),
    )


def missing(row: Meeting, name: str) -> Say | None:
    """What an announcement must tell and that is not known, with the line to copy; None: nothing."""
    place = row.place or row.video
    if row.title and place:
        return None
    if row.title:
        return Say("Il manque le lieu : `!rencontre modifier {name} lieu = …`", name=name)
    if place:
        return Say("Il manque le titre : `!rencontre modifier {name} titre = …`", name=name)
    return Say("Il manque le titre et le lieu : `!rencontre modifier {name} titre = … | lieu = …`", name=name)


def value(name: str, draft: Draft, clock: Clock) -> Value:
    """One field, whatever it is."""
    return BY_NAME[name].value(draft, clock) or _if_missing(name, draft) or Say("rien")


def warning(draft: Draft, clock: Clock) -> Say | None:
    advice = date_advice(draft, clock)
    return Say("Attention – {advice}.", advice=advice) if advice else None


def date_advice(draft: Draft, clock: Clock) -> Say | None:
    """Holidays and days when offices are closed."""
    return (
        advice_against(draft.starts_at.astimezone(clock.hours.zone).date(), clock.hours)
        if draft.starts_at
        else None
    )


def _if_missing(name: str, draft: Draft) -> Say | None:
    if name == "access":
        return Say("à préciser") if draft.place else None
    if name in ("title", "place"):
        return Say("à préciser avant l’annonce")
    if name in ("starts_at", "kind"):
        return Say("à préciser")
    if name == "capacity":
        return Say("sans limite")
    return {"video": Say("non"), "actors": Say("membres du réseau")}.get(name)


def differences(names: Iterable[str], before: Draft, after: Draft, at: Clock) -> list[Say]:
    """« **Lieu** : … → … », an hour with its date."""
    return [
        Say(
            "**{label}** : {before} → {after}",
            label=BY_NAME[name].label,
            before=value(name, before, at),
            after=value(name, after, at),
        )
        for name in dict.fromkeys("starts_at" if name == "ends_at" else name for name in names)
    ]
