"""A meeting said back in full before it counts: everything that was understood, and what is still missing."""

from bot.text import Say
from bot.text.message import Value
from commands.meetings.draft import Clock, Draft
from commands.meetings.fields import BY_NAME
from commands.polls.preview import against


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
    return against(draft.starts_at.astimezone(clock.hours.zone).date(), clock.hours) if draft.starts_at else None


def _missing(name: str, draft: Draft) -> Say | None:
    if name == "access":
        return Say("à préciser") if draft.place else None
    if name in ("starts_at", "kind", "title", "place"):
        return Say("à préciser")
    if name == "capacity":
        return Say("sans limite")
    return {"video": Say("non"), "actors": Say("membres du réseau")}.get(name)
