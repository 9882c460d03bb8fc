"""Opening of a survey: announced in a room, or asked of some people in private; and how it is announced.

The seam for other subjects: `open_about` asks a questionnaire of some people, about something of theirs.

    await card.open_about(uow, built_in("rencontre"), About("meeting:12", people, closes_at, author))
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.outbox import Post, Rank, UnitOfWork, chips
from bot.text import Count, Long, Say
from schedules.announcements import beginning
from schedules.surveys import wording
from schedules.surveys.parse_questionnaire import Questionnaire
from storage import outbox, secret_key
from storage.surveys import secrets, surveys
from storage.surveys.items import as_row, items_of
from storage.tables import Survey

TAP = "✅"


@dataclass(frozen=True)
class About:
    """`subject`: « meeting:12 », asked about once. `people`: who is asked (Matrix ids)."""

    subject: str
    people: Sequence[str]
    closes_at: datetime
    author: str
    title: str = ""  # in the place of the questionnaire's


async def open_about(uow: UnitOfWork, questionnaire: Questionnaire, about: About) -> Survey:
    """Asks those of these people who talk with us in private, each once;
    the survey of this subject if there is one already.
    Its results are the business of whoever opened it.
    """
    if (known := await surveys.by_subject(uow.db, about.subject)) is not None:
        return known
    row = draft(questionnaire, uow.cause.id, about.author)
    row.subject, row.audience = about.subject, sorted(set(about.people))
    row.title = about.title or row.title
    row.opens_at, row.closes_at = uow.now, about.closes_at
    await opened(uow, row)
    for person in row.audience:
        await invite(uow, row, person)
    return row


def draft(questionnaire: Questionnaire, cause: str, author: str) -> Survey:
    return Survey(
        event_id=cause,
        title=questionnaire.title,
        introduction=questionnaire.introduction,
        items=[as_row(item) for item in questionnaire.items],
        author=author,
    )


async def opened(uow: UnitOfWork, row: Survey) -> None:
    """From now on it takes answers."""
    row.status = surveys.OPEN
    uow.db.add(row)
    await uow.db.flush()
    secret_key.make(secrets.key_file(uow.config.data_dir, row.id))


async def announce(uow: UnitOfWork, row: Survey) -> None:
    """In its room, in open hours; people tap it, or write a word."""
    title = f"« Enquête – {beginning(row.title)} »"
    await uow.post(replace(_card(row, text(uow, row)), reactions=(TAP,), until=row.closes_at, title=title))


async def show_over(uow: UnitOfWork, row: Survey) -> None:
    """The card says that it takes no answers any more; nothing is left to tap."""
    if row.room_id:
        for entry in (await outbox.versions(uow.db, surveys.card_key(row.id), row.room_id))[:1]:
            await chips.clear(uow, entry.id)
        await uow.post(replace(_card(row, over(row)), rank=Rank.ANSWER))


def _card(row: Survey, say: Say) -> Post:
    return Post(room=row.room_id, say=say, key=surveys.card_key(row.id))


def text(uow: UnitOfWork, row: Survey) -> Say:
    return Say.lines(
        Say("**Enquête – {title}**", title=row.title),
        Say("{introduction}", introduction=Long(row.introduction)) if row.introduction else None,
        when(uow, row),
        Say("Pour répondre, touchez ✅ sous ce message : je vous écris en privé. Ou écrivez `!enquete`."),
    )


def when(uow: UnitOfWork, row: Survey) -> Say:
    return Say(
        "{questions}, {minutes}, sans votre nom, jusqu’au {until}.",
        questions=wording.count_of(items_of(row)),
        minutes=wording.minutes(items_of(row)),
        until=wording.closing(uow, row),
    )


def over(row: Survey) -> Say:
    if row.status == surveys.CANCELLED:
        return Say.lines(
            Say("**Enquête annulée – {title}**", title=row.title), Say("Les réponses sont effacées.")
        )
    return Say.lines(
        Say("**Enquête close – {title}**", title=row.title),
        Say(
            "{people}. Merci à toutes et à tous.", people=people(int(row.result.get("people", 0)), first=True)
        ),
    )


def people(count: int, *, first: bool = False) -> Count:
    """`first`: at the beginning of a sentence."""
    if first:
        return Count(
            count, "Une personne a répondu", "{n} personnes ont répondu", zero="Personne n’a répondu"
        )
    return Count(count, "une personne a répondu", "{n} personnes ont répondu", zero="personne n’a répondu")


async def invite(uow: UnitOfWork, row: Survey, person: str) -> None:
    """In private, where they talk with us already; it takes nobody's next words for an answer."""
    room = await uow.private_room(person)
    if room is None:
        return
    say = Say.lines(
        Say("**{title}** – quelques questions, si vous le voulez bien.", title=row.title),
        when(uow, row),
        Say("Pour commencer, touchez ✅ ou écrivez `enquete {number}`.", number=row.id),
    )
    await uow.post(_private(row, room, person, say))


async def remind(uow: UnitOfWork, row: Survey, person: str, *, began: bool) -> None:
    """In the place of the invitation's own key: another message, since an edit rings nobody's bell."""
    room = await uow.private_room(person)
    if room is None:
        return
    say = Say.lines(
        Say(
            "**Enquête – {title}** – elle se termine le {until}, et vous l’avez commencée.",
            title=row.title,
            until=wording.closing(uow, row),
        )
        if began
        else Say(
            "**Enquête – {title}** – elle se termine le {until}. Comptez {minutes}, sans votre nom.",
            title=row.title,
            until=wording.closing(uow, row),
            minutes=wording.minutes(items_of(row)),
        ),
        Say("Pour répondre, touchez ✅ ou écrivez `enquete {number}`.", number=row.id),
        Say("Je ne vous le rappellerai pas."),
    )
    nudge = _private(row, room, person, say)
    await uow.post(replace(nudge, key=f"{nudge.key}:nudge"))


def _private(row: Survey, room: str, person: str, say: Say) -> Post:
    key = f"{surveys.card_key(row.id)}:{person}"
    return Post(room=room, person=person, say=say, key=key, reactions=(TAP,), until=row.closes_at)
