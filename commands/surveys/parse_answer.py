"""Parser of an answer to a survey: « 1, 2 et 8 le covoiturage », « non », or some words."""

import re
from dataclasses import dataclass

from bot.command import Answer
from bot.text import UserError
from bot.text.clean import clean_text
from bot.text.courtesy import plain
from commands.polls import parse_vote
from schedules.surveys.wording import at_most, sample
from storage.surveys.items import Item
from storage.text import fold

LONGEST = 1_000  # characters of a text
LONGEST_OTHER = 200


@dataclass(frozen=True)
class Parsed:
    """`choices`: from 0. `text`: all of a free text, or what was written beside the last choice."""

    choices: tuple[int, ...] = ()
    text: str = ""


def parse(item: Item, text: str) -> Parsed:
    """Raises UserError, which repeats nothing of what was typed."""
    if item.kind == "text":
        written = clean_text(text, len(text) + 1)
        if not written:
            raise UserError("Je n’ai rien lu. Répondez en quelques mots, ou écrivez « passer ».")
        if len(written) > LONGEST:
            raise UserError("C’est trop long, rien n’est enregistré : {n} signes au plus.", n=LONGEST)
        return Parsed(text=written)
    numbers, other = _numbers(item, text)
    if not numbers or not all(1 <= number <= len(item.choices) for number in numbers):
        raise UserError(
            "Je n’ai pas compris, rien n’est enregistré. Répondez par les numéros de la liste, par exemple "
            "« {sample} », ou écrivez passer, retour ou stop.",
            sample=sample(item),
        )
    if len(numbers) > item.most:
        raise (
            UserError(
                "{most}. Rien n’est encore enregistré : répondez par exemple « {sample} ».",
                most=at_most(item.most),
                sample=sample(item),
            )
            if item.most > 1
            else UserError(
                "Une seule réponse est possible ici. Rien n’est encore enregistré : répondez par un numéro."
            )
        )
    return Parsed(tuple(sorted(number - 1 for number in numbers)), other)


def _numbers(item: Item, text: str) -> tuple[tuple[int, ...] | None, str]:
    """From 1, and what is written beside the last choice."""
    found = parse_vote.choices(Answer(plain(text), text), item.choices)
    if found or not item.other:
        return found, ""
    last = len(item.choices)
    label = re.escape(fold(item.choices[-1]))
    beside = re.match(
        rf"(?P<before>.*?)(?<![\w])(?:{last}|{label})(?![\w])[\s.):(,;–—-]*(?P<words>\S.*)",
        _flat(text),
        re.IGNORECASE | re.DOTALL,
    )
    if beside is None:
        return None, ""
    before = beside["before"].strip()
    chosen = parse_vote.choices(Answer(before), item.choices) if re.search(r"\w", before) else ()
    if chosen is None:
        return None, ""
    words = clean_text(beside["words"], LONGEST_OTHER).strip('«»"“”() ')
    return tuple(dict.fromkeys((*chosen, last))), words


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text[: parse_vote.LONGEST]).strip()
