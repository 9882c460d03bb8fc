"""Rendering of a resource: its card, an editable message in each room where it was posted,
and its line in a list.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.command import Context
from bot.outbox import Post, Rank, UnitOfWork, answer_key
from bot.text import Count, Link, Localized, Long, Say
from bot.text.clean import shortened
from bot.time.format import DayMonth
from bot.web import readable
from schedules.resources.kinds import kind
from schedules.themes import theme
from storage import outbox
from storage.resources import library
from storage.tables import Resource

USEFUL = "👍"  # under a card, ready to be tapped


@dataclass(frozen=True)
class InSentence:
    """A label inside a sentence: « cadre de vie »; or, `first`, at its start: « Cadre de vie »."""

    label: Localized
    first: bool = False

    def localized(self, language: str) -> str:
        text = self.label.localized(language)
        return (text[:1].upper() if self.first else text[:1].lower()) + text[1:]


def title(row: Resource) -> str:
    """Its title; until its page was read, where it is: « methodes.example.org/evaluation/trame »."""
    if row.title:
        return shortened(row.title, library.LONGEST_TITLE)
    return shortened(readable(row.link), library.LONGEST_TITLE)


def untitled(row: Resource) -> bool:
    """Its page is there, and its title could not be read:
    a login stands before it, a robot check, an error.
    """
    return row.read_at is not None and not row.title and row.failing_since is None


def signed(row: Resource) -> Say | None:
    """« Maxime, Bruaville »; None when nobody is to be named."""
    if not row.name:
        return None
    return Say("{name}, {town}", name=row.name, town=row.town) if row.town else Say("{name}", name=row.name)


async def card(db: AsyncSession, row: Resource) -> Say:
    """All that is said of it, complete; of a retired one, where it went."""
    number = row.id
    heading = Say("**Fiche {n} – {title}**", n=number, title=title(row))
    if row.status == library.RETIRED:
        return Say.lines(heading, await _gone(db, row))
    facts = _joined(
        [
            *_facts(row),
            Say("épinglée par l’équipe") if row.pinned else None,
            _useful(await library.voices(db, number)),
        ]
    )
    no_title = Say(
        "Je n’ai pas pu lire le titre de cette page. "
        "Pour lui en donner un : `!ressource corriger {n} titre = …`",
        n=number,
    )
    text = None if row.link else Say("{text}", text=Long(row.description))
    return Say.lines(
        heading, facts, text, _why(row), no_title if untitled(row) else None, _dead(row), _way(row)
    )


def _way(row: Resource) -> Say:
    if not row.link:
        return Say(
            "Utile pour vous aussi ? 👍 ou `!utile {n}` (le salon voit votre nom, sauf en message privé)",
            n=row.id,
        )
    return Say(
        "{link} – Utile pour vous aussi ? 👍 ou `!utile {n}` "
        "(le salon voit votre nom, sauf en message privé)",
        link=Link(Say("Ouvrir la ressource"), row.link),
        n=row.id,
    )


def _dead(row: Resource) -> Say | None:
    if not row.dead:
        return None
    if row.failing_since:
        return Say("Attention : lien mort depuis le {day}.", day=DayMonth(row.failing_since.date()))
    return Say("Attention : lien mort.")


async def refresh(uow: UnitOfWork, row: Resource, rank: Rank = Rank.BOOKKEEPING) -> None:
    """Brings its card up to date in each room where there is one; nothing is posted where there is none.

    `rank`: that of an answer, at once, when it shows somebody what they just said; else edits that follow
    each other closely are one.
    """
    say = await card(uow.db, row)
    for room in await library.shown_in(uow.db, row.id):
        await uow.post(Post(room=room, say=say, key=key(row), rank=rank))


async def show(ctx: Context, row: Resource) -> Say | None:
    """In answer, a card like the one that was posted: 👍 under it counts, and it may be replied to.

    Not where it corrects a refusal: it then takes its place, as any answer.
    """
    say, cause = await card(ctx.db, row), ctx.cause.id
    if row.status == library.RETIRED or await outbox.versions(ctx.db, answer_key(cause), ctx.room.id):
        return say
    person = ctx.person.id if ctx.room.direct else None
    shown = f"{key(row)}:{cause}"
    await ctx.post(
        Post(
            room=ctx.room.id,
            person=person,
            say=say,
            rank=Rank.ANSWER,
            key=shown,
            reply_to=cause,
            reactions=(USEFUL,),
        )
    )
    return None


def key(row: Resource) -> str:
    """Of the editable message."""
    return f"{library.CARD}{row.id}"


def line(row: Resource, voices: int) -> Say:
    """One line of a list, under its number: « 6.
    Évaluer un contrat de ville – outil, 12 minutes – 11 voix ».
    """
    found = kind(row.kind)
    facts = _joined(
        [Say("{kind}", kind=found) if found else None, _minutes(row), Say("lien mort") if row.dead else None],
        commas=True,
    )
    tail = _joined([facts, _useful(voices)])
    link = Link(title(row), row.link)
    return (
        Say("{n}. {title} – {facts}", n=row.id, title=link, facts=tail)
        if tail
        else Say("{n}. {title}", n=row.id, title=link)
    )


def _facts(row: Resource) -> list[Say | None]:
    """« Outil », « cadre de vie », « 8 minutes », « accès libre »: what is known of it."""
    what, about = kind(row.kind), theme(row.theme) if row.theme else None
    access = {"free": Say("accès libre"), "paid": Say("réservé aux abonnés")}.get(row.access)
    return [
        Say("{kind}", kind=InSentence(what, first=True)) if what else None,
        Say("{theme}", theme=InSentence(about, first=what is None)) if about else None,
        _minutes(row),
        access,
    ]


def _minutes(row: Resource) -> Say | None:
    return Say("{time}", time=Count(row.minutes, "1 minute", "{n} minutes")) if row.minutes else None


def _useful(voices: int) -> Say | None:
    """The voice of whoever recommended it says nothing by itself."""
    return Say("{count}", count=Count(voices, "une voix", "{n} voix")) if voices > 1 else None


def _why(row: Resource) -> Say | None:
    who = signed(row)
    if row.why and who:
        return Say("« {why} » – {who}", why=row.why, who=who)
    if row.why:
        return Say("« {why} »", why=row.why)
    return Say("Recommandée par {who}", who=who) if who else None


async def _gone(db: AsyncSession, row: Resource) -> Say:
    """Its page turned out to be another's, or somebody took it out."""
    other = await library.by_link(db, row.clean_link)
    if other is not None and other.id != row.id and other.status == library.ACTIVE:
        return Say(
            "C’est la même ressource que la **fiche {n}** : {link}",
            n=other.id,
            link=Link(title(other), other.link),
        )
    return Say("Cette fiche a été retirée.")


def _joined(says: Iterable[Say | None], *, commas: bool = False) -> Say | None:
    whole: Say | None = None
    for say in says:
        if say is not None and whole is not None:
            whole = (
                Say("{before}, {say}", before=whole, say=say)
                if commas
                else Say("{before} – {say}", before=whole, say=say)
            )
        whole = whole or say
    return whole
