"""The fields of a meeting: how people call each, how its value is read, said, and written so that it reads back as the same."""

from collections.abc import Callable
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
from commands.polls.preview import advice_against
from storage.meetings import meetings
from storage.text import fold, key

Take = Callable[[str, Draft, Clock], Draft]


@dataclass(frozen=True)
class Field:
    """`name`: the first of its columns. `keys`: the first is shown. `take` raises UserError. `typed`: "" when there is nothing.

    `mend`: from what is not accepted, what is.
    """

    name: str
    keys: tuple[str, ...]
    label: Say
    take: Take
    typed: Callable[[Draft, Clock], str]
    said: Callable[[Draft, Clock], Value | None]
    mend: Callable[[str, Draft, Clock], str]


def _words(name: str, keys: tuple[str, ...], label: Say, most: int = parse_values.LONGEST) -> Field:
    """One line of text."""
    return Field(
        name,
        keys,
        label,
        lambda said, draft, clock: _with(draft, name, parse_values.text(said, most)),
        lambda draft, clock: str(getattr(draft, name)),
        lambda draft, clock: Long(getattr(draft, name)) if getattr(draft, name) else None,
        lambda said, draft, clock: clean_text(said, most),
    )


def _with(draft: Draft, name: str, value: Any) -> Draft:
    return replace(draft, **{name: value})


def _when(draft: Draft, clock: Clock) -> When | None:
    return When(draft.starts_at, draft.ends_at, clock.hours.zone) if draft.starts_at and draft.ends_at else None


def _by(draft: Draft, clock: Clock) -> Moment | None:
    local = draft.answer_by.astimezone(clock.hours.zone) if draft.answer_by else None
    return Moment(local.date(), local.time(), None, clock.hours.zone) if local else None


def _typed_by(draft: Draft, clock: Clock) -> str:
    return found.localized("fr") if (found := _by(draft, clock)) else ""


def _usual_by(said: str, draft: Draft, clock: Clock) -> str:
    return _typed_by(replace(draft, answer_by=parse_values.usual_answer_by(draft, clock)), clock) or "aucune"


def _kind(draft: Draft, clock: Clock) -> Say | None:
    return {meetings.THEMATIC: Say("thématique"), meetings.GENERAL: Say("généraliste")}.get(draft.kind)


WHEN = Field(
    "starts_at",
    ("date", "quand", "jour", "date et horaire", "when", "day"),
    Say("Date"),
    lambda said, draft, clock: parse_values.whole(parse_values.when(said, draft, clock)),
    lambda draft, clock: found.localized("fr") if (found := _when(draft, clock)) else "",
    _when,
    lambda said, draft, clock: parse_values.sample_when(clock),
)
KIND = Field(
    "kind",
    ("format", "type", "genre", "kind"),
    Say("Format"),
    lambda said, draft, clock: parse_values.kind(said, draft),
    lambda draft, clock: found.text() if (found := _kind(draft, clock)) else "",
    _kind,
    lambda said, draft, clock: "généraliste",
)
PLACE = replace(
    _words("place", ("lieu", "où", "adresse", "place", "where", "venue", "location", "address"), Say("Où")),
    take=lambda said, draft, clock: parse_values.place(said, draft),
)
TOWN = replace(
    _words("town", ("commune", "ville", "town", "city"), Say("Commune")),
    take=lambda said, draft, clock: parse_values.town(said, draft),
    mend=lambda said, draft, clock: clean_text(said, parse_values.LONGEST_TOWN),
)
VIDEO = replace(
    _words("video", ("visio", "visioconférence", "lien", "lien visio", "video", "link"), Say("Visioconférence")),
    take=lambda said, draft, clock: parse_values.video(said, draft),
    mend=lambda said, draft, clock: "non",
)
PROGRAMME = Field(
    "programme",
    ("programme", "déroulé", "ordre du jour", "program"),
    Say("Programme"),
    lambda said, draft, clock: replace(draft, programme=parse_values.parts(said)),
    lambda draft, clock: " ; ".join(draft.programme),
    lambda draft, clock: Long(" ; ".join(draft.programme)) if draft.programme else None,
    lambda said, draft, clock: " ; ".join(parse_values.bounded(said)),
)
CAPACITY = Field(
    "capacity",
    ("places", "capacité", "jauge", "nombre de places", "capacity", "seats"),
    Say("Places"),
    lambda said, draft, clock: replace(draft, capacity=parse_values.capacity(said)),
    lambda draft, clock: str(draft.capacity or ""),
    lambda draft, clock: draft.capacity,
    lambda said, draft, clock: "30",
)
ANSWER_BY = Field(
    "answer_by",
    ("réponse avant", "réponse", "date limite", "répondre avant", "clôture", "inscription avant", "answer by", "rsvp", "deadline"),
    Say("Réponse souhaitée avant"),
    lambda said, draft, clock: replace(draft, answer_by=parse_values.answer_by(said, draft, clock)),
    _typed_by,
    _by,
    _usual_by,
)
ACTORS = replace(
    _words("actors", ("ouverte à", "ouverte", "ouvert à", "ouverte aux", "acteurs", "autres acteurs", "open to", "open"), Say("Ouverte à")),
    take=lambda said, draft, clock: replace(draft, actors=parse_values.actors(said)),
    mend=lambda said, draft, clock: "non" if fold(said).strip(" .!") in parse_values.BARE_YES else clean_text(said, parse_values.LONGEST),
)
FIELDS = (
    WHEN,
    KIND,
    _words("title", ("titre", "thème", "sujet", "intitulé", "title", "subject"), Say("Titre"), parse_values.LONGEST_PART),
    PLACE,
    TOWN,
    _words("access", ("accès", "accessibilité", "comment venir", "access"), Say("Accès")),
    VIDEO,
    PROGRAMME,
    _words("visit", ("visite", "visite de site", "visit"), Say("Visite")),
    _words("social", ("convivial", "moment convivial", "repas", "déjeuner", "social"), Say("Moment convivial")),
    CAPACITY,
    ANSWER_BY,
    _words("contact", ("contact", "interlocuteur", "interlocutrice", "personne à contacter"), Say("Interlocuteur"), parse_values.LONGEST_PART),
    ACTORS,
)
HOURS = ("horaire", "horaires", "heures", "heure", "hours", "time")  # the rest of a date
BY_NAME = {each.name: each for each in FIELDS}
_KEYS = {key(word): each for each in FIELDS for word in each.keys}
_HOURS = {key(word) for word in HOURS}


def known(said: str) -> Field | None:
    """The field that people call so, in French or English."""
    return _KEYS.get(key(said)) or (WHEN if is_hours(said) else None)


def is_hours(said: str) -> bool:
    return key(said) in _HOURS


def meant(said: str) -> str | None:
    """The key they nearly wrote."""
    words = fold(said).split()
    found = nearest(words, [word for each in FIELDS for word in each.keys] + list(HOURS))
    return found.name if found and found.words == len(words) else None


def summary(draft: Draft, clock: Clock) -> Say:
    """One line a field. What is needed and not known says so; what is merely not there is left out."""
    return Say.lines(
        *(
            Say("**{label}** : {value}", label=field.label, value=value)
            for name, field in BY_NAME.items()
            if (value := field.said(draft, clock) or _missing(name, draft)) is not None
        ),
        warning(draft, clock),
    )


def value(name: str, draft: Draft, clock: Clock) -> Value:
    """One field, whatever it is."""
    return BY_NAME[name].said(draft, clock) or _missing(name, draft) or Say("rien")


def warning(draft: Draft, clock: Clock) -> Say | None:
    advice = advised(draft, clock)
    return Say("Attention – {advice}.", advice=advice) if advice else None


def advised(draft: Draft, clock: Clock) -> Say | None:
    """Holidays and days when offices are closed."""
    return advice_against(draft.starts_at.astimezone(clock.hours.zone).date(), clock.hours) if draft.starts_at else None


def _missing(name: str, draft: Draft) -> Say | None:
    if name == "access":
        return Say("à préciser") if draft.place else None
    if name in ("starts_at", "kind", "title", "place"):
        return Say("à préciser")
    if name == "capacity":
        return Say("sans limite")
    return {"video": Say("non"), "actors": Say("membres du réseau")}.get(name)
