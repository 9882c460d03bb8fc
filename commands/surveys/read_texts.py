"""Texts of a survey, for the team, which reads, groups and shows them:
`!enquete textes`, `grouper`, `montrer`, `masquer`.
"""

import re
from collections.abc import Sequence

from bot.command import Context, Role, Scope, command
from bot.text import Count, Long, Say, UserError
from bot.text.clean import clean_text
from commands.surveys.results import closed
from storage.surveys import texts
from storage.surveys.items import items_of
from storage.tables import Survey, SurveyText

MOST_LISTED = 40
LONGEST_THEME = 60
_NUMBERS = re.compile(r"[\s,;]*(\d{1,9})(?:\s*(?:-|à|to)\s*(\d{1,9}))?(?=[\s,;:.]|$)(?:\s*(?:et|and)(?=\s))?")
MOST_NUMBERS = 500


@command(
    "enquete textes",
    english=("survey texts",),
    usage=Say("`!enquete textes numéro`"),
    example="!enquete textes",
    help=Say("lire ce qui a été écrit dans une enquête close"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=35,
)
async def textes(ctx: Context, number: int | None = None, page: int | None = None) -> Say:
    row = await closed(ctx, number)
    found = await texts.of_survey(ctx.db, row.id)
    first = ((page or 1) - 1) * MOST_LISTED
    shown = found[first : first + MOST_LISTED]
    if not shown:
        raise UserError(
            "Il n’y a pas de texte à lire ici. En dessous de cinq, ils sont effacés à la clôture."
        )
    more = len(found) - first - len(shown)
    return Say.lines(
        Say(
            "**Textes de l’enquête n° {number}** : {count}, mélangés et sans date.",
            number=row.id,
            count=Count(len(found), "un texte", "{n} textes"),
        ),
        *_lines(row, shown),
        Say("Pour la suite : `!enquete textes {number} {page}`", number=row.id, page=(page or 1) + 1)
        if more > 0
        else None,
        Say(
            "Pour les grouper : `!enquete grouper {n} manque de temps` ; "
            "pour les montrer dans les résultats : `!enquete montrer {n}`",
            n=shown[0].id,
        ),
    )


def _lines(row: Survey, shown: Sequence[SurveyText]) -> list[Say]:
    asked = {name: item for item in items_of(row) for name in (item.id, item.other_id)}
    lines: list[Say] = []
    before = ""
    for text in shown:
        if text.item != before:
            before, item = text.item, asked[text.item]
            lines.append(Say("**{n}. {text}**", n=item.number, text=Long(item.row or item.text)))
        lines.append(_line(text))
    return lines


def _line(text: SurveyText) -> Say:
    state = Say("montré") if text.shown else Say("non montré")
    if text.theme:
        return Say(
            "- n° {number} : « {text} » – {theme}, {state}",
            number=text.id,
            text=Long(text.text),
            theme=text.theme,
            state=state,
        )
    return Say("- n° {number} : « {text} » – {state}", number=text.id, text=Long(text.text), state=state)


@command(
    "enquete grouper",
    english=("survey group",),
    usage=Say("`!enquete grouper numéros thème`"),
    example="!enquete grouper 3, 5 et 9 manque de temps",
    help=Say("grouper des textes sous un thème"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=36,
)
async def grouper(ctx: Context, *, words: str) -> Say:
    found, rest = await _named(ctx, words)
    theme = clean_text(rest.lstrip(" :–-"), LONGEST_THEME)
    for text in found:
        text.theme = theme
        ctx.db.add(text)
    count = Count(len(found), "un texte est groupé", "{n} textes sont groupés")
    if not theme:
        return Say("C’est noté : {count} sous aucun thème.", count=count)
    return Say("C’est noté : {count} sous « {theme} ».", count=count, theme=theme)


@command(
    "enquete montrer",
    english=("survey show",),
    usage=Say("`!enquete montrer numéros`"),
    example="!enquete montrer 3, 5 et 9",
    help=Say("montrer des textes dans les résultats"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=37,
)
async def montrer(ctx: Context, *, words: str) -> Say:
    found = await _mark(ctx, words, shown=True)
    return Say(
        "C’est noté : {count}.", count=Count(found, "un texte sera montré", "{n} textes seront montrés")
    )


@command(
    "enquete masquer",
    english=("survey hide",),
    usage=Say("`!enquete masquer numéros`"),
    example="!enquete masquer 5",
    help=Say("ne plus montrer des textes dans les résultats"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=38,
)
async def masquer(ctx: Context, *, words: str) -> Say:
    found = await _mark(ctx, words, shown=False)
    count = Count(found, "un texte ne sera pas montré", "{n} textes ne seront pas montrés")
    return Say("C’est noté : {count}.", count=count)


async def _mark(ctx: Context, words: str, *, shown: bool) -> int:
    found, _ = await _named(ctx, words)
    for text in found:
        text.shown = shown
        ctx.db.add(text)
    return len(found)


async def _named(ctx: Context, words: str) -> tuple[Sequence[SurveyText], str]:
    """The texts of these numbers, and what follows them."""
    numbers: set[int] = set()
    at = 0
    while found := _NUMBERS.match(words, at):
        first, last = int(found[1]), int(found[2] or found[1])
        numbers |= set(range(first, min(last, first + MOST_NUMBERS) + 1))
        at = found.end()
    rows = await texts.numbered(ctx.db, numbers)
    if not numbers or len(rows) < len(numbers):
        raise UserError("Je ne trouve pas tous ces textes. Leurs numéros : `!enquete textes`")
    return rows, words[at:]
