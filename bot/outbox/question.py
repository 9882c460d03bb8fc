"""Questions: what the bot waits for from one person.

A question is a row: it survives restarts, expires, is answered once, by that person alone: with a tap under
it, a reply to it, or their very next message in that room if it is one of the choices (in a direct room, any
message until their next command). A polite word (« ok », « merci ») is an answer only right after it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot.text import Say
from bot.text.courtesy import plain
from bot.text.numbering import CALLED
from bot.time import Moment, parse_moment
from storage.tables import Question
from storage.text import fold

STOPPED = "stopped"
NEXT_MESSAGE = timedelta(minutes=10)
LINK = re.compile(r"https?://\S|\bwww\.\S", re.IGNORECASE)
_NUMBER = re.compile(rf"{CALLED}(\d)[.)!\s]*", re.ASCII | re.IGNORECASE)
Accepts = Literal["", "moment", "link", "text", "prose", "reply"]


@dataclass(frozen=True)
class Choice:
    """`value`: what the answer means to the code; `tap`: the reaction; `words`:
    what people may write instead.
    """

    value: str
    tap: str
    words: tuple[str, ...]


YES = Choice("yes", "✅", ("oui", "o", "ok", "d’accord", "yes", "y", "✅"))
NO = Choice("no", "❌", ("non", "n", "no", "❌"))
KEYCAPS = tuple(f"{digit}\ufe0f\u20e3" for digit in range(1, 10))


def numbered(count: int) -> list[Choice]:
    """1️⃣ to 9️⃣: the value is the number."""
    return [Choice(str(n), KEYCAPS[n - 1], (str(n),)) for n in range(1, min(count, 9) + 1)]


@dataclass(frozen=True)
class Reply:
    """What the person answered: one of the choices, or what the question accepts besides.
    `data` is what the question remembered.
    """

    data: Mapping[str, Any]
    choice: str | None = None
    text: str = ""
    moment: Moment | None = None


@dataclass(frozen=True)
class Ask:
    """`then`: the registered name that takes the answer.
    `accepts`: free answers that count too: a date ("moment"), words with a web address in them ("link"), any
    words ("text"), the same from people who write at length, whose lines are commands only when they are
    nothing else ("prose"), or any words addressed to the bot ("reply"): in private, in reply, with our name.
    Among colleagues who talk, the latter: their next sentence is no answer, and the answer may be shown to
    others.
    `confidential`: what is asked, and said back with it, is kept nowhere once it is sent.
    """

    say: Say
    then: str
    choices: Sequence[Choice] = (YES, NO)
    data: Mapping[str, Any] = field(default_factory=dict)
    accepts: Accepts = ""
    within: timedelta = timedelta(hours=24)
    with_reactions: bool = True
    confidential: bool = False

    @property
    def reactions(self) -> tuple[str, ...]:
        """What to put under the question, ready to be tapped."""
        return tuple(choice.tap for choice in self.choices if choice.tap) if self.with_reactions else ()

    def row(self, person: str, room: str, now: datetime) -> Question:
        return Question(
            person=person,
            room_id=room,
            then=self.then,
            data=dict(self.data),
            accepts=self.accepts,
            asked_at=now,
            choices=[[choice.value, choice.tap, *choice.words] for choice in self.choices],
            expires_at=now + self.within,
        )


def tapped(question: Question, key: str) -> Reply | None:
    """The answer that a reaction gives, if it is one of the choices."""
    for value, tap, *_ in question.choices:
        if tap and _bare(tap) == _bare(key):
            return Reply(question.data, choice=value)
    return None


@dataclass(frozen=True)
class Typed:
    """What the person said next. `to_bot`: false for what was said to the room; `full_name`:
    theirs, which may sign; `now`: when, by the server.
    """

    text: str
    to_bot: bool
    full_name: str
    now: datetime


def read_answer(question: Question, words: Typed, zone: ZoneInfo) -> Reply | None:
    """The answer that words give; None when they are no answer. Raises UserError for a date that is wrong."""
    text = words.text
    for candidate in dict.fromkeys((text, plain(text, words.full_name))):
        for value, tap, *typed in question.choices:
            if _number_or_word(candidate) in {fold(word) for word in typed} or (
                tap and _bare(candidate) == _bare(tap)
            ):
                return Reply(question.data, choice=value, text=text)
    if (
        question.accepts in ("text", "prose")
        or (question.accepts == "reply" and words.to_bot)
        or (question.accepts == "link" and LINK.search(text))
    ):
        return Reply(question.data, text=text)
    if question.accepts == "moment" and (moment := parse_moment(text, words.now, zone)):
        return Reply(question.data, text=text, moment=moment)
    return None


def _number_or_word(candidate: str) -> str:
    """« Le 2 » is « 2 »."""
    number = _NUMBER.fullmatch(candidate)
    return number[1] if number else fold(candidate).strip(" .!")


def awaits_text(question: Question, now: datetime, *, direct: bool) -> bool:
    """Whether the person's next message may be the answer."""
    if question.status != "open" or question.passed or now > question.expires_at:
        return False
    return direct or now <= question.asked_at + NEXT_MESSAGE


def _bare(key: str) -> str:
    """A reaction without its variation selectors, which clients add or drop."""
    return key.replace("\ufe0f", "").strip()
