"""The result of a survey, as text: the same counts as the charts, the document and the file of the team.

It is read from Survey.result, counted once at the close; what may be said of it:
storage/surveys/disclosure.py.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.readers.spreadsheet import as_csv
from bot.text import Count, Long, Say
from bot.text.numbering import share
from schedules.surveys import card
from storage.surveys import items as rules
from storage.surveys.disclosure import FEW, Cell, Shown, shown
from storage.surveys.items import Item, items_of
from storage.tables import Survey, SurveyText

LONGEST_TEXTS = 12


@dataclass(frozen=True)
class Result:
    """What is said of a survey that is closed. `texts`: all there are, be they shown or not."""

    survey: Survey
    items: tuple[Item, ...]
    shown: dict[str, Shown]
    texts: tuple[SurveyText, ...]

    @property
    def people(self) -> int:
        return int(self.survey.result.get("people", 0))

    @property
    def hidden(self) -> bool:
        """Too few people for anything."""
        return self.people < FEW

    def of_question(self, number: int) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.number == number)


def result_of(survey: Survey, texts: Sequence[SurveyText]) -> Result:
    items = items_of(survey)
    return Result(survey, items, shown(items, survey.result), tuple(texts))


def head(found: Result) -> Say:
    return Say.lines(
        Say("**Résultats de l’enquête – {title}**", title=found.survey.title),
        Say(
            "{people}, sur {asked} à qui l’enquête était proposée.",
            people=card.people(found.people, first=True),
            asked=int(found.survey.result.get("asked", 0)),
        ),
        Say("Moins de cinq réponses : aucun détail n’est donné.") if found.hidden else None,
    )


def whole(found: Result) -> Say:
    """Every question."""
    if found.hidden:
        return head(found)
    numbers = range(1, rules.questions(found.items) + 1)
    return Say.lines(head(found), *(question(found, number) for number in numbers), RULE)


RULE = Say(
    "Ce qui compte moins de cinq réponses n’est pas détaillé, ni ce qui permettrait de le retrouver par "
    "différence."
)


def question(found: Result, number: int) -> Say:
    lines: list[Say] = []
    for item in found.of_question(number):
        lines += (
            [_title(item, found.shown[item.id])] if not item.row else [*_grid_title(item), _row(item, found)]
        )
        lines += [_line(label, figure(cell, found.shown[item.id])) for label, cell in _cells(item, found)]
        lines += _texts(found, item)
    return Say.lines(*lines)


def _title(item: Item, counted: Shown) -> Say:
    return Say("**{n}. {text}** ({answers})", n=item.number, text=Long(item.text), answers=answers(counted))


def _grid_title(item: Item) -> list[Say]:
    return [Say("**{n}. {text}**", n=item.number, text=Long(item.text))] if item.place[0] == 1 else []


def _row(item: Item, found: Result) -> Say:
    return Say("*{row}* ({answers})", row=item.row, answers=answers(found.shown[item.id]))


def answers(counted: Shown) -> Say:
    if counted.answered is None:
        return Say("non détaillée")
    return Say("{count}", count=Count(counted.answered, "une réponse", "{n} réponses"))


def _cells(item: Item, found: Result) -> Iterator[tuple[str, Cell]]:
    return zip(item.choices, found.shown[item.id].cells, strict=False)


def _line(label: str, told: Say) -> Say:
    return Say("- {label} : {told}", label=label, told=told)


def figure(cell: Cell, counted: Shown) -> Say:
    """« 31 (63,3 %) »"""
    if cell.few:
        return Say("moins de cinq")
    if cell.count is not None:
        return Say("{n} ({percent} %)", n=cell.count, percent=share(cell.count, counted.answered or 0))
    if cell.least:
        return Say(
            "au moins {n} (au moins {percent} %)",
            n=cell.least,
            percent=share(cell.least, counted.answered or 0),
        )
    return Say("non détaillé")


def _texts(found: Result, item: Item) -> list[Say]:
    """Those that the team shows, by group."""
    lines: list[Say] = []
    for theme, texts in grouped(found, item):
        lines += [theme] if theme else []
        lines += [Say("- « {text} »", text=Long(text.text)) for text in texts[:LONGEST_TEXTS]]
        rest = len(texts) - LONGEST_TEXTS
        lines += [Say("… et {count}.", count=Count(rest, "un autre", "{n} autres"))] if rest > 0 else []
    return lines


def grouped(found: Result, item: Item) -> list[tuple[Say | None, list[SurveyText]]]:
    """The texts of an item that are shown, by group, with what is said of the group. How many it has is told
    when no group, and not what is in none, has one to four: else one would be what is missing.
    """
    theirs = [text for text in found.texts if text.item in (item.id, item.other_id)]
    themes = {text.theme: None for text in theirs}
    sizes = {theme: sum(text.theme == theme for text in theirs) for theme in themes}
    told = all(size >= FEW for size in sizes.values())
    groups = []
    for theme in sorted(themes, key=lambda theme: (theme == "", -sizes[theme])):
        texts = [text for text in theirs if text.theme == theme and text.shown]
        title = _theme(theme, sizes[theme] if told else 0) if theme else None
        if texts or theme:
            groups.append((title, texts))
    return groups


def _theme(theme: str, size: int) -> Say:
    if not size:
        return Say("*{theme}*", theme=theme)
    return Say("*{theme}* ({texts})", theme=theme, texts=Count(size, "un texte", "{n} textes"))


def csv_of(found: Result, language: str) -> bytes:
    """For a spreadsheet: a line for each choice of each item."""
    titles = (
        Say("Question"),
        Say("Ligne"),
        Say("Choix"),
        Say("Effectif"),
        Say("Pourcentage"),
        Say("Réponses"),
    )
    rows = [[title.text(language) for title in titles]]
    for item in () if found.hidden else found.items:
        counted = found.shown[item.id]
        base = [f"{item.number}. {item.text}", item.row]
        if not counted.cells:
            rows.append([*base, "", "", "", answers(counted).text(language)])
        for label, cell in _cells(item, found):
            rows.append([*base, label, *_numbers(cell, counted, language), str(counted.answered)])
    return as_csv(rows, language)


def _numbers(cell: Cell, counted: Shown, language: str) -> tuple[str, str]:
    if cell.count is None:
        return figure(cell, counted).text(language), ""
    percent = f"{share(cell.count, counted.answered or 0):.1f}"
    return str(cell.count), percent.replace(".", ",") if language == "fr" else percent
