"""Intents: what people say to the bot in their own words, plainly listed in intents.yaml.

One that runs a command only shows something; one that would act is answered with the line to copy.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.packaged import read_yaml
from bot.text.assent import only_polite, says_stop
from commands.talk.parse_phrases import Phrases

_THANKING = re.compile(r"merci|thank|thx|🙏", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Intent:
    """`line`: the command that shows it, with {tail} for what is asked about; "" when it is said in words."""

    name: str
    phrases: Phrases
    line: str = ""


@dataclass(frozen=True, slots=True)
class Understood:
    """`line`: see Intent; `tail`: what it is about, as typed (untrusted)."""

    name: str
    line: str = ""
    tail: str = ""


def understood(text: str) -> Understood | None:
    """The intent of these words; None unless the whole of them is one."""
    if not re.search(r"[^\s.,;:!?…()-]", text):
        return Understood("hello")  # our name alone
    if only_polite(text):
        return Understood("thanks" if _THANKING.search(text) else "ok")
    if says_stop(text):
        return Understood("stop")
    for each in intents():
        if (tail := each.phrases.read(text)) is not None:
            return Understood(each.name, each.line, tail)
    return None


@cache
def intents() -> Sequence[Intent]:
    """In the order in which they are tried."""
    known: dict[str, Any] = read_yaml("commands.talk", "intents.yaml")
    return [
        Intent(
            name,
            Phrases.of(known["lead"], each["says"], known["parts"]),
            each.get("shows", ""),
        )
        for name, each in known["intents"].items()
    ]
