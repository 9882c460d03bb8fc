"""Somebody recommends a link: a new card, or one more voice for a known one; then what is still to be asked, one question after the other.

The card never waits for the answers: who does not answer has recommended all the same. Two people at the same moment are one card and two
voices, since the database has one writer at a time.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.inbox.context import first_name
from bot.outbox import Post, Rank
from bot.outbox.question import NO, YES, Ask, Choice, numbered
from bot.text import Count, Say
from bot.text.clean import clean_text as cleaned
from bot.time.format import DayMonth
from bot.web import canonical_url, site
from schedules.resources.after_change import changed
from schedules.resources.card import USEFUL, Low, card, key
from schedules.resources.classify import likely
from schedules.themes import all_themes
from storage import outbox, rooms
from storage.resources import changes, library
from storage.tables import Change, Resource, Voice

SKIP = Choice("skip", "", ("passer", "passe", "rien", "aucun", "non", "skip", "pass", "none"))
_TOWN = re.compile(r"[\[(]\s*([^\])]+?)\s*[\])]")


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """`cause`: the event of the command, `thread`: where it is in one; `full_name`: as displayed; `offered`: a room where the card may be shown too,
    or "".
    """

    cause: str
    room: str
    direct: bool
    person: str
    full_name: str
    at: datetime
    today: date
    offered: str
    why: str
    theme: str
    thread: str | None = None

    @property
    def name(self) -> str:
        return cleaned(first_name(self.full_name), library.LONGEST_NAME)

    @property
    def town(self) -> str:
        """« Bruaville » of « Maxime [Bruaville] »."""
        found = _TOWN.search(self.full_name)
        return cleaned(found[1], library.LONGEST_NAME) if found else ""


async def recommended(db: AsyncSession, said: Recommendation, link: str) -> list[Post]:
    """What to post: the card and what is asked below it, or what became of a link that was known."""
    row = await library.by_link(db, canonical_url(link))
    if row is not None:
        return await _again(db, said, row)
    row = await library.add(db, _new(said, link))
    await _voice(db, said, row)
    await changed(db, row)
    ask = await question(db, row, {"n": row.id, "cause": said.cause, "offered": said.offered})
    posts = [await _card(db, said, row)]
    if ask is not None:
        posts.append(answer(said, ask))
    elif await outbox.versions(db, f"answer:{said.cause}", said.room):  # a refusal, corrected since: it must not stand
        posts.append(answer(said, Say("Merci, {name}. C’est la **fiche {n}**.", name=said.name, n=row.id)))
    return posts


async def question(db: AsyncSession, row: Resource, data: Mapping[str, Any], after: str = "") -> Ask | None:
    """What is to be asked next about a new card: why, then its theme, then whether to show it.

    `data`: `n`, its number; `cause`, the command's event; `offered`, a room or "". `after`: what was asked last.
    """
    if not row.why and not after:
        say = Say("Merci, {name}. Pourquoi la recommander, en une phrase ? Répondez à ce message, ou écrivez « passer ».", name=row.name)
        return Ask(say, then="resource.why", choices=(SKIP,), data=data, accepts="reply")
    if not row.theme and after != "theme":
        return await _which_theme(db, row, data)
    place = await rooms.room(db, str(data["offered"])) if data["offered"] else None
    if place is None:
        return None
    say = Say("La fiche {n} est enregistrée. La montrer aussi dans « {room} » ? Touchez ✅, ou répondez oui ou non.", n=row.id, room=place.name)
    return Ask(say, then="resource.show", choices=(YES, NO), data=data)


def answer(said: Recommendation, what: Say | Ask) -> Post:
    """In the place of the command's own answer."""
    return Post(
        room=said.room,
        person=said.person if said.direct else None,
        rank=Rank.ANSWER,
        key=f"answer:{said.cause}",
        reply_to=said.cause,
        thread=said.thread,
        say=what if isinstance(what, Say) else None,
        ask=what if isinstance(what, Ask) else None,
        asked_to=said.person,
    )


def useful_to(voices: int) -> Count:
    """« 11 personnes la jugent utile »."""
    return Count(voices, "une personne la juge utile", "{n} personnes la jugent utile")


def _new(said: Recommendation, link: str) -> Resource:
    return Resource(
        event_id=said.cause,
        link=link,
        clean_link=canonical_url(link),
        why=said.why[: library.LONGEST_WHY + 1],
        theme=said.theme,
        site=site(link),
        person=said.person,
        name=said.name,
        town=said.town,
        room_id=said.room,
        at=said.at,
        next_check=said.at + library.FIRST_CHECK,
    )


async def _voice(db: AsyncSession, said: Recommendation, row: Resource) -> None:
    await library.add_voice(db, Voice(event_id=said.cause, resource_id=row.id, person=said.person, at=said.at, way=library.RECOMMENDED))


async def _card(db: AsyncSession, said: Recommendation, row: Resource) -> Post:
    return Post(
        room=said.room,
        person=said.person if said.direct else None,
        say=await card(db, row),
        rank=Rank.ANSWER,
        key=key(row),
        reply_to=said.cause,
        thread=said.thread,
        reactions=(USEFUL,),
    )


async def _again(db: AsyncSession, said: Recommendation, row: Resource) -> list[Post]:
    """One more voice; a card that was retired comes back; what was missing is filled in, the reason only in its own author's name."""
    before, retired = await library.finds_useful(db, row.id, said.person), row.status == library.RETIRED
    if retired:
        db.add(Change(resource_id=row.id, person=said.person, at=said.at, what=changes.BACK))
    row.status = library.ACTIVE
    row.theme = row.theme or said.theme
    if row.person == said.person:
        row.why = row.why or said.why
    await _voice(db, said, row)
    told = Say.lines(_known(said, row), _counted(retired, before, useful_to(await library.voices(db, row.id))))
    return [*await changed(db, row), answer(said, told)]


def _known(said: Recommendation, row: Resource) -> Say:
    day, n = DayMonth(row.at.date(), said.today), row.id
    if row.person == said.person:
        return Say("Cette ressource est déjà connue : **fiche {n}**, que vous avez recommandée le {day}.", n=n, day=day)
    if row.name:
        return Say("Cette ressource est déjà connue : **fiche {n}**, recommandée par {name} le {day}.", n=n, name=row.name, day=day)
    return Say("Cette ressource est déjà connue : **fiche {n}**, du {day}.", n=n, day=day)


def _counted(retired: bool, before: bool, count: Count) -> Say:
    if retired:
        return Say("Elle avait été retirée : la voici de retour, avec votre voix ({count}).", count=count)
    return Say("Votre voix y était déjà : {count}.", count=count) if before else Say("J’ai ajouté votre voix : {count}.", count=count)


async def _which_theme(db: AsyncSession, row: Resource, data: Mapping[str, Any]) -> Ask:
    """The likeliest can be tapped; any other can be written."""
    close = await likely(db, row)
    lines = [Say("{n}. {theme}", n=n, theme=Low(each)) for n, each in enumerate(close, 1)]
    say = Say.lines(
        Say("Merci, {name}. À quel thème rattacher cette ressource ? Touchez un chiffre :", name=row.name),
        *lines,
        Say("Un autre ? Écrivez-le, ou « passer »."),
    )
    taps = [Choice(each.id, number.tap, number.words) for each, number in zip(close, numbered(len(close)), strict=True)]
    named = [Choice(each.id, "", (each.id, each.label, each.english, *each.synonyms)) for each in all_themes()]
    return Ask(say, then="resource.theme", choices=(*taps, *named, SKIP), data=data)
