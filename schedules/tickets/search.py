"""What is there already: resources and past answers that fit a question, and the questions that are open."""

from collections.abc import Collection
from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.command import Context, shown
from bot.text import Count, Say, UserError
from bot.text.clean import shortened
from bot.time.format import DayMonth
from schedules.resources.card import line
from schedules.resources.search import ASKING, parse_query
from schedules.tickets import card
from schedules.tickets.identity import is_nameless
from storage.resources import library
from storage.resources.search import rows as resources_of
from storage.resources.search import search as search_library
from storage.resources.words import counts, stem, stems, words
from storage.tables import Ticket
from storage.tickets import tickets

MOST = 3  # of each that are shown
OPEN = 8  # questions in one list
IN_COMMON = 2  # stems that what fits has of the question
_LONGEST = 160


async def fitting(ctx: Context, question: str) -> Say | None:
    """What may spare the question, to be read before it goes out."""
    wanted = {stem(word) for word in words(question) if counts(word) and word not in ASKING}
    known = await _resources(ctx, question, wanted)
    answers = await _answers(ctx.db, wanted)
    if not known and not answers:
        return None
    return Say.lines(Say("**Voici ce qui existe déjà :**"), *known, *answers)


async def _resources(ctx: Context, question: str, wanted: Collection[str]) -> list[Say]:
    try:
        parsed = await parse_query(ctx.db, question, ctx.now.astimezone(ctx.config.zone))
    except UserError:  # a filter that is none: here it is a word like others
        return []
    if not parsed.query.wants:
        return []
    found = await search_library(ctx.db, parsed.query)
    rows = [
        row
        for row in await resources_of(ctx.db, found.numbers[: MOST * 3])
        if _fits(wanted, f"{row.title} {row.why} {row.description} {row.theme}")
    ][:MOST]
    voices = await library.voices_of(ctx.db, [row.id for row in rows])
    return [Say("Fiche {line}", line=line(row, voices.get(row.id, 0))) for row in rows]


async def _answers(db: AsyncSession, wanted: Collection[str]) -> list[Say]:
    found: dict[int, Say] = {}
    for row, message in await tickets.answered(db):
        if row.id not in found and _fits(wanted, row.text):
            found[row.id] = Say(
                "Question n° {n}, « {question} » – {name} : « {text} »",
                n=row.id,
                question=shortened(row.text, _LONGEST),
                name=message.name,
                text=shortened(message.text, _LONGEST),
            )
        if len(found) == MOST:
            break
    return list(found.values())


def _fits(wanted: Collection[str], text: str) -> bool:
    return bool(wanted) and len({*wanted} & {*stems(text)}) >= min(IN_COMMON, len(wanted))


async def open_rows(ctx: Context) -> list[Ticket]:
    """Those whose card the network has, the oldest first: what is shared of the contact too."""
    rows = await tickets.standing(ctx.db, tickets.HELP, tickets.CONTACT)
    return [row for row in rows if row.room_id and row.post_at is None]


async def open_questions(ctx: Context) -> Say:
    """The oldest first, as the network reads them."""
    rows = await open_rows(ctx)
    if not rows:
        return Say(
            "Aucune question n’attend de réponse. Pour en poser une : `{line}` suivi de votre question.",
            line=shown("besoin", ctx.caller),
        )
    today = ctx.now.astimezone(ctx.config.zone).date()
    lines = [await _line(ctx, row, today) for row in rows[:OPEN]]
    more = len(rows) - OPEN
    return Say.lines(
        Say("**Questions ouvertes** ({count})", count=Count(len(rows), "une question", "{n} questions")),
        *lines,
        Say("… et {count}.", count=Count(more, "une autre", "{n} autres")) if more > 0 else None,
        Say("Pour répondre : `{line}` et votre réponse.", line=shown(f"repondre {rows[0].id}", ctx.caller)),
    )


async def _line(ctx: Context, row: Ticket, today: date) -> Say:
    answers = len(await tickets.messages(ctx.db, row.id))
    return Say(
        "{n}. « {text} » – {who}, le {day} – {answers}",
        n=row.id,
        text=shortened(" ".join(row.text.split()), _LONGEST),
        who=Say("sans nom") if is_nameless(row) else card.author(row),
        day=DayMonth(row.asked_at.astimezone(ctx.config.zone).date(), today),
        answers=Count(answers, "une réponse", "{n} réponses", zero="pas encore de réponse"),
    )
