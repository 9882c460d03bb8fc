"""Recommendations: a new card, or one more voice for a known one;
then what is still to be asked, one question after the other.

The card never waits for the answers: who does not answer has recommended all the same. Two people at the same
moment are one card and two voices, since the database has one writer at a time. A reply recommends what the
message it answers points to: a task asks the server for that message, and keeps nothing of it but its link.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import unescape
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.outbox import Asker, Post, Rank, UnitOfWork, answer_key
from bot.outbox.question import NO, YES, Ask, Choice, numbered
from bot.schedule.tasks import task
from bot.text import Say
from bot.text.clean import clean_text
from bot.text.names import first_name, town_of
from bot.web import Web, canonical_url, site
from schedules.resources.card import USEFUL, InSentence, card, key
from schedules.resources.edit import save
from schedules.resources.parse_recommendation import LONGEST, links
from schedules.resources.themes import likely_themes
from schedules.resources.wording import already_known, useful_to, voice_counted
from schedules.themes import all_themes
from storage import outbox, rooms
from storage.resources import changes, library, requests
from storage.tables import Change, LinkRequest, Resource, Voice

SKIP = Choice("skip", "", ("passer", "passe", "rien", "aucun", "non", "skip", "pass", "none"))


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """`cause`: the event of the command, `thread`: where it is in one; `full_name`: as displayed; `offered`:
    a room where the card may be shown too, or "". `shown_at`: the message that was tapped, when it was a tap.
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
    shown_at: str = ""

    @property
    def under(self) -> str:
        """The event that is replied to."""
        return self.shown_at or self.cause

    @property
    def name(self) -> str:
        return clean_text(first_name(self.full_name), library.LONGEST_NAME)

    @property
    def town(self) -> str:
        """« Bruaville » of « Maxime [Bruaville] »."""
        return clean_text(town_of(self.full_name), library.LONGEST_NAME)


async def recommend(uow: UnitOfWork, given: Recommendation, link: str) -> None:
    """Posts the card and what is asked below it, or what became of a link that was known."""
    db = uow.db
    row = await library.by_link(db, canonical_url(link))
    if row is not None:
        return await _again(uow, given, row)
    row = await library.add(db, _new(given, link))
    await _voice(db, given, row)
    await save(uow, row)
    ask = await question(db, row, {"n": row.id, "cause": given.cause, "offered": given.offered})
    await uow.post(await _card(db, given, row))
    if ask is not None:
        await _answer(uow, given, ask)
    # a refusal, corrected since: it must not stand
    elif await outbox.versions(db, answer_key(given.cause), given.room):
        await _answer(uow, given, Say("Merci, {name}. C’est la **fiche {n}**.", name=given.name, n=row.id))
    return None


async def question(db: AsyncSession, row: Resource, data: Mapping[str, Any], after: str = "") -> Ask | None:
    """What is to be asked next about a new card: why, then its theme, then whether to show it.

    `data`: `n`, its number; `cause`, the command's event; `offered`, a room or "". `after`: what was asked
    last.
    """
    if not row.why and not after:
        say = Say(
            "Merci, {name}. Pourquoi la recommander, en une phrase ? "
            "Répondez à ce message, ou écrivez « passer ».",
            name=row.name,
        )
        return Ask(say, then="resource.why", choices=(SKIP,), data=data, accepts="reply")
    if not row.theme and after != "theme":
        return await _which_theme(db, row, data)
    place = await rooms.room(db, str(data["offered"])) if data["offered"] else None
    if place is None:
        return None
    say = Say(
        "La fiche {n} est enregistrée. La montrer aussi dans « {room} » ? "
        "Touchez ✅, ou répondez oui ou non.",
        n=row.id,
        room=place.name,
    )
    return Ask(say, then="resource.show", choices=(YES, NO), data=data)


async def _answer(uow: UnitOfWork, given: Recommendation, what: Say | Ask) -> None:
    """In the place of the command's own answer."""
    asker = Asker(
        person=given.person,
        room=given.room,
        direct=given.direct,
        reply_to=given.under,
        thread=given.thread,
    )
    await uow.post_answer(asker, what, answer_key(given.cause))


def _new(given: Recommendation, link: str) -> Resource:
    return Resource(
        event_id=given.cause,
        link=link,
        clean_link=canonical_url(link),
        why=given.why[: library.LONGEST_WHY + 1],
        theme=given.theme,
        site=site(link),
        person=given.person,
        name=given.name,
        town=given.town,
        room_id=given.room,
        at=given.at,
        next_check=given.at + library.FIRST_CHECK,
    )


async def _voice(db: AsyncSession, given: Recommendation, row: Resource) -> None:
    await library.add_voice(
        db,
        Voice(
            event_id=given.cause,
            resource_id=row.id,
            person=given.person,
            at=given.at,
            way=library.RECOMMENDED,
        ),
    )


async def _card(db: AsyncSession, given: Recommendation, row: Resource) -> Post:
    return Post(
        room=given.room,
        person=given.person if given.direct else None,
        say=await card(db, row),
        rank=Rank.ANSWER,
        key=key(row),
        reply_to=given.under,
        thread=given.thread,
        reactions=(USEFUL,),
    )


async def _again(uow: UnitOfWork, given: Recommendation, row: Resource) -> None:
    """One more voice; a card that was retired comes back;
    what was missing is filled in, the reason only in its own author's name.
    """
    db = uow.db
    before, retired = await library.finds_useful(db, row.id, given.person), row.status == library.RETIRED
    if retired:
        db.add(Change(resource_id=row.id, person=given.person, at=given.at, what=changes.BACK))
    row.status = library.ACTIVE
    row.theme = row.theme or given.theme
    if row.person == given.person:
        row.why = row.why or given.why
    await _voice(db, given, row)
    count = useful_to(await library.voices(db, row.id))
    say = Say.lines(already_known(row, given.person, given.today), voice_counted(retired, before, count))
    await save(uow, row)
    await _answer(uow, given, say)


async def _which_theme(db: AsyncSession, row: Resource, data: Mapping[str, Any]) -> Ask:
    """The likeliest can be tapped; any other can be written."""
    close = await likely_themes(db, row)
    lines = [Say("{n}. {theme}", n=n, theme=InSentence(each)) for n, each in enumerate(close, 1)]
    say = Say.lines(
        Say("Merci, {name}. À quel thème rattacher cette ressource ? Touchez un chiffre :", name=row.name),
        *lines,
        Say("Un autre ? Écrivez-le, ou « passer »."),
    )
    taps = [
        Choice(each.id, number.tap, number.words)
        for each, number in zip(close, numbered(len(close)), strict=True)
    ]
    named = [
        Choice(each.id, "", (each.id, each.label, each.english, *each.synonyms)) for each in all_themes()
    ]
    return Ask(say, then="resource.theme", choices=(*taps, *named, SKIP), data=data)


NO_LINK = Say(
    "Je n’ai pas trouvé de lien dans ce message. "
    "Exemple : `!recommander https://example.org/page #santé pourquoi c’est utile`."
)
SEVERAL = Say(
    "Ce message contient plusieurs liens. Lequel ? Écrivez `!recommander` suivi de celui-là, et pourquoi."
)


@dataclass(frozen=True)
class DueReply:
    """`target`: the event that holds the link."""

    cause: str
    room: str
    target: str


def request(given: Recommendation, event: str) -> LinkRequest:
    return LinkRequest(
        event_id=given.cause,
        said_event=event,
        room_id=given.room,
        person=given.person,
        name=given.full_name,
        direct=given.direct,
        offered=given.offered,
        why=given.why,
        theme=given.theme,
        thread=given.thread,
        at=given.at,
    )


async def due(db: AsyncSession, now: datetime) -> Sequence[DueReply]:
    return [DueReply(row.event_id, row.room_id, row.said_event) for row in await requests.pending_links(db)]


async def fetch(reply: DueReply, web: Web) -> list[str]:
    """The links; the rest of what was said is forgotten here."""
    event = await web.rooms.event(reply.room, reply.target)
    body, formatted = (event.content.get(name) if event else None for name in ("body", "formatted_body"))
    return links(body if isinstance(body, str) else "") or links(
        unescape(formatted[:LONGEST]) if isinstance(formatted, str) else ""
    )


async def record(uow: UnitOfWork, reply: DueReply, found: list[str]) -> None:
    row = await requests.link_request(uow.db, reply.cause)
    if row is None:
        return
    await uow.db.delete(row)
    if len(found) == 1:
        await recommend(uow, _given(row), found[0])
    else:
        await _answer(uow, _given(row), SEVERAL if found else NO_LINK)


RECOMMENDED_REPLIES = task("recommended replies", due, fetch, record)


def _given(row: LinkRequest) -> Recommendation:
    return Recommendation(
        cause=row.event_id,
        room=row.room_id,
        direct=row.direct,
        person=row.person,
        full_name=row.name,
        at=row.at,
        today=row.at.date(),
        offered=row.offered,
        why=row.why,
        theme=row.theme,
        thread=row.thread,
    )
