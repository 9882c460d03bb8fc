"""Parses what follows `!presence`: an answer, who comes along, which meeting, in whose place.
Whole or not at all.
"""

import re
from dataclasses import dataclass, replace

from commands.meetings import parse_phrases
from commands.meetings.lookup import MeetingName
from storage.meetings.answers import YES
from storage.text import fold

LONGEST, LONGEST_NAME = 400, 80
_SPACES = re.compile(r"\s+")
_COUNTS = {
    "un": 1,
    "une": 1,
    "deux": 2,
    "trois": 3,
    "quatre": 4,
    "cinq": 5,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
}
_PEOPLE = (
    r"(?:autres? )?(?:personnes?|pers\b\.?|accompagnante?s?|accompagnateurs?|accompagnatrices?|invitée?s?"
    r"|people|persons?|guests?|others?)"
)
_WHO = (
    r"(?:coll[èe]gues?|stagiaires?|[ée]lue?s?|habitante?s?|partenaires?|amie?s?|adjointe?s?"
    r"|colleagues?|friends?)"
)
_COUNT = rf"\d{{1,3}}|{'|'.join(_COUNTS)}"
_PLUS = re.compile(
    rf"(?:(?:^|\s|(?<=\w))\+\s?(?P<count>{_COUNT})"
    rf"|(?:^|\s)(?:plus|avec|et|with|and) (?P<with>{_COUNT})"
    rf"(?=\s+(?:{_PEOPLE}|{_WHO})(?!\w)))(?!\w)\s*(?P<others>.*)$",
    re.DOTALL | re.IGNORECASE,
)
_PEOPLE_FIRST = re.compile(
    rf"{_PEOPLE}(?!\w)[\s,:;(-]*(?:(?:de la|de l['’]|du|des|de|from the|from)\s*(?=\w))?", re.IGNORECASE
)
_FOR = re.compile(r"(?:^|\s)(?:pour|for|à la place de|a la place de)\s+(?P<who>\S.*)$", re.IGNORECASE)
_REPLACEMENT = re.compile(
    r"^(?:c[’']est\s+)?(?P<who>\S.*?)\s+(?:qui\s+)?"
    r"(?:me\s+remplacera|me\s+remplace|vient\s+à\s+ma\s+place|viendra\s+à\s+ma\s+place|replaces\s+me)[\s.!]*$",
    re.IGNORECASE,
)
_TO = re.compile(r"(?:^|\s)(?:pour|à|a|au|to|for)(?:\s+(?:la|le|the))?\s*$", re.IGNORECASE)
_ALONE = re.compile(
    r"(?:^|[\s,;])(?:(?:tout\s+|toute\s+)?seule?|sans accompagnante?s?|alone)[\s.!]*$", re.IGNORECASE
)
_ME = ("moi", "me", "myself")
_NO_PERSON = (
    "cette fois",
    "cette fois-ci",
    "l'instant",
    "le moment",
    "la rencontre",
    "la reunion",
    "la visio",
    "le repas",
    "le dejeuner",
    "la visite",
)
_NOBODY = ("personne", "personne ne", "qui", "on", "nobody", "who")


@dataclass(frozen=True)
class ParsedAnswer:
    """`answer`: None when none was given.
    `party`: people, themselves included. `in_place_of`: for whom the team answers; `by`: who comes in their
    place.

    `leftover`: what is no part of an answer. `alone`: nobody comes along any more, in so many words.
    """

    answer: str | None = None
    party: int = 1
    others: str = ""
    called: MeetingName | None = None
    in_place_of: str = ""
    by: str = ""
    leftover: str = ""
    alone: bool = False

    @property
    def understood(self) -> bool:
        return not self.leftover and (self.answer is not None or bool(self.by))


def parse(text: str) -> ParsedAnswer:
    """Of what people typed."""
    if len(text) > LONGEST:
        return ParsedAnswer(leftover=text)
    text, called = _meeting_name(_SPACES.sub(" ", text).strip())
    if (replaced := _REPLACEMENT.match(text)) and fold(replaced["who"]) not in _NOBODY:
        return ParsedAnswer(called=called, by=replaced["who"][:LONGEST_NAME])
    plus = _PLUS.search(text)
    head = text[: plus.start()].strip() if plus else text
    if plus and called is None:
        head, called = _meeting_name(head)
    head, whom = _in_place_of(head)
    if whom and called is None:
        head, called = _meeting_name(head)
    head, alone = _alone(head) if head and not plus else (head, plus is not None)
    party = 1 + _count(plus["count"] or plus["with"]) if plus else 1
    answer = parse_phrases.parse_reply(head) if head else YES if plus else None
    others = _others(plus["others"]) if plus and party > 1 else ""
    parsed = ParsedAnswer(answer, party, others, called, whom, alone=alone and party == 1)
    return replace(parsed, leftover=head) if head and answer is None else parsed


def _alone(head: str) -> tuple[str, bool]:
    """« oui, seule » is « oui », and nobody else."""
    bare = _ALONE.sub("", head).strip(" ,;")
    return (bare, True) if bare and bare != head.strip(" ,;") else (head, False)


def _count(typed: str) -> int:
    return _COUNTS.get(typed.lower()) or int(typed)


def _meeting_name(text: str) -> tuple[str, MeetingName | None]:
    """The name of a meeting at the start or at the end, with the words that lead to it."""
    if (first := MeetingName.parse_prefix(text)) is not None:
        return first[1].strip(), first[0]
    for word in list(re.finditer(r"\S+", text))[-4:]:
        name = MeetingName.parse_prefix(text[word.start() :])
        if name is not None and not name[1].strip(" .!"):
            return _TO.sub("", text[: word.start()]).strip(), name[0]
    return text, None


def _in_place_of(head: str) -> tuple[str, str]:
    match = _FOR.search(head)
    if match is None:
        return head, ""
    who = match["who"].strip(" .!")
    if fold(who) in _NO_PERSON or who[:1].isdigit() or parse_phrases.is_date(who):
        return head, ""
    return head[: match.start()].strip(), "" if who.lower() in _ME else who[:LONGEST_NAME]


def _others(text: str) -> str:
    text = text.strip(" ()[].,;:!").removeprefix("avec ").strip()
    people = _PEOPLE_FIRST.match(text)
    return text[people.end() :].strip(" ()[].,;:!") if people else text
