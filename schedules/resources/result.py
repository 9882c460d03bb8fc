"""Search results as people read them: five lines at most, the way to the others;
or what is nearest to what was not found.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.command import Caller, shown
from bot.text import Count, Say
from bot.text.clean import shortened
from schedules.resources.card import line
from schedules.resources.search import ParsedQuery
from schedules.themes import Theme, all_themes, theme
from storage.resources import library
from storage.resources.search import Found, rows, search
from storage.resources.words import stem, words
from storage.tables import Resource
from storage.text import fold

PAGE = 5
LONGEST_SAID = 80  # characters
_ALIKE = 70  # of 100: a name of a theme that is nearly what was typed
_THEMES = 3
_SHORT = 3  # letters: nothing is near to a word as short
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class ResultPage:
    """`offset`: how many were shown before it."""

    parsed: ParsedQuery
    found: Found
    offset: int = 0

    @property
    def numbers(self) -> Sequence[int]:
        return self.found.page(self.offset, PAGE)

    @property
    def left(self) -> int:
        return max(0, len(self.found.numbers) - self.offset - PAGE)


async def render_page(db: AsyncSession, page: ResultPage, caller: Caller) -> Say:
    """« **Ressources – évaluation** (2 fiches) », a line each, and how to see the others,
    or to recommend one.
    """
    found = await rows(db, page.numbers)
    voices = await library.voices_of(db, page.numbers)
    remarks = [] if page.offset else _remarks(page, found)
    return Say.lines(
        _title(page), *remarks, *(line(row, voices.get(row.id, 0)) for row in found), _way_on(page, caller)
    )


def _title(page: ResultPage) -> Say:
    count = Count(len(page.found.numbers), "une fiche", "{n} fiches")
    text = shortened(page.parsed.text, LONGEST_SAID)
    if page.offset:
        first, last = page.offset + 1, page.offset + len(page.numbers)
        return Say(
            "**Ressources – {said}** (de {first} à {last}, sur {count})",
            said=text or "…",
            first=first,
            last=last,
            count=count,
        )
    if not text:
        return Say("**Ressources** ({count}, les plus utiles d’abord)", count=count)
    return Say("**Ressources – {said}** ({count})", said=text, count=count)


def _remarks(page: ResultPage, found: Sequence[Resource]) -> list[Say]:
    """What was sought instead of what was typed: nobody should wonder why these."""
    remarks = []
    for folded, near in page.parsed.replaced:
        typed = next((word for word in _WORD.findall(page.parsed.words) if fold(word) == folded), folded)
        if instead := _spelled(near, found):
            remarks.append(
                Say("Rien pour « {word} » ; voici pour « {instead} ».", word=typed, instead=instead)
            )
        elif near:
            remarks.append(Say("Rien pour « {word} » ; voici le plus proche.", word=typed))
        else:
            remarks.append(Say("Rien pour « {word} ».", word=typed))
    if not page.found.whole and not remarks:
        remarks.append(Say("Aucune fiche ne contient tous ces mots ; voici les plus proches."))
    return remarks


def _spelled(near: Sequence[str], found: Sequence[Resource]) -> str | None:
    """The first word of these resources that has one of these stems, as they write it."""
    texts = [text for row in found for text in (row.title, row.why, row.description, _label(row))]
    spelled = (word for text in texts for word in _WORD.findall(text) if stem(fold(word)) in near)
    return next((word if word.isupper() else word.lower() for word in spelled), None)


def _label(row: Resource) -> str:
    filed = theme(row.theme) if row.theme else None
    return filed.label if filed else ""


def _way_on(page: ResultPage, caller: Caller) -> Say:
    if page.left:
        return Say(
            "{count} : `{line}`",
            count=Count(page.left, "une autre", "{n} autres"),
            line=shown("suite", caller),
        )
    return Say("Une autre à proposer ? `{line}` suivi du lien.", line=shown("recommander", caller))


async def render_nothing(db: AsyncSession, parsed: ParsedQuery, caller: Caller) -> Say:
    """What is nearest: the same without its filters; else a theme that is called nearly so;
    else those that have most.
    """
    recommend = Say("Vous en connaissez une ? `{line}` suivi du lien.", line=shown("recommander", caller))
    if not (filled := {each: count for each, count in (await library.themes(db)).items() if theme(each)}):
        empty = (
            Say("Rien pour « {said} ».", said=shortened(parsed.text, LONGEST_SAID))
            if parsed.text
            else Say("La bibliothèque est encore vide.")
        )
        return Say.lines(empty, recommend)
    return Say.lines(
        Say("Rien pour « {said} ».", said=shortened(parsed.text, LONGEST_SAID)),
        await _nearest(db, parsed, filled, caller),
        recommend,
    )


async def _nearest(db: AsyncSession, parsed: ParsedQuery, filled: dict[str, int], caller: Caller) -> Say:
    if wider := parsed.wider:
        there = (await search(db, wider)).whole
        if there:
            count = Count(there, "une fiche", "{n} fiches")
            return Say(
                "Sans filtre : {count}. `{line}`",
                count=count,
                line=shown(f"ressources {parsed.words}", caller),
            )
    near = _alike(parsed, filled)
    names = near or [found for each in list(filled)[:_THEMES] if (found := theme(each))]
    listed = ", ".join(f"{each.id} ({filled[each.id]})" for each in names)
    lead = (
        Say("Le plus proche, parmi les thèmes : {names}.", names=listed)
        if near
        else Say("Les thèmes qui ont le plus de fiches : {names}.", names=listed)
    )
    return Say.lines(lead, Say("Par exemple : `{line}`", line=shown(f"ressources #{names[0].id}", caller)))


def _alike(parsed: ParsedQuery, filled: dict[str, int]) -> list[Theme]:
    """The theme that has resources and a name, or a word of its name, nearest to one of the words,
    if one is near.
    """
    from rapidfuzz import fuzz, process

    whole = [
        (name, each)
        for each in all_themes()
        if each.id in filled
        for name in (each.id, each.label, each.english, *each.synonyms)
    ]
    parts = [(part, each) for name, each in whole for part in words(name) if len(part) > _SHORT]
    names = {fold(name): each for name, each in [*reversed(parts), *reversed(whole)]}
    best = [
        found
        for word in words(parsed.words)
        if len(word) > _SHORT and (found := process.extractOne(word, names.keys(), scorer=fuzz.ratio))
    ]
    name, score, _ = max(best, key=lambda found: found[1], default=("", 0, 0))
    return [names[name]] if score >= _ALIKE else []
