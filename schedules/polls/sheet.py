"""The counts of a poll as a file for a spreadsheet: in French with semicolons and decimal commas, as one opens it there with a double click."""

from collections.abc import Mapping
from typing import Any

from bot.readers.spreadsheet import as_csv
from bot.text import Say
from schedules.polls import result
from schedules.polls.labels import ANSWERS, labels
from storage.polls import polls
from storage.tables import Poll


def csv_of(poll: Poll, kept: Mapping[str, Any], language: str) -> bytes:
    """`kept`: counts in the form of `result.kept`."""
    return as_csv(_rows(poll, kept, language), language)


def _rows(poll: Poll, kept: Mapping[str, Any], language: str) -> list[list[str]]:
    names = [Say("{label}", label=label).text(language) for label in labels(poll)]
    if poll.kind == polls.DATES:
        head = [Say("Date").text(language), *(answer.text(language) for answer in ANSWERS)]
        return [head, *([name, *map(str, day)] for name, day in zip(names, kept["days"], strict=True))]
    head = [each.text(language) for each in (Say("Choix"), Say("Voix"), Say("Pourcentage des votants"))]
    shares = [f"{result.share(votes, kept['voters']):.1f}" for votes in kept["counts"]]
    decimal = "," if language == "fr" else "."
    return [head, *([name, str(votes), part.replace(".", decimal)] for name, votes, part in zip(names, kept["counts"], shares, strict=True))]
