"""Parses free text about coming, by a table of phrases:
whole ones that mean one answer, none that only begin so.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.time.vocabulary import MONTH_OF, WEEKDAY_OF
from storage.meetings.answers import MAYBE, NO, REMOTE, YES
from storage.text import fold

LONGEST = 100  # characters: who tells more tells something else
# What every answer and every sentence has some of: most of what people say has none, and costs no more than
# this look at it.
_KEYWORDS = re.compile(
    r"\b(?:je|j['’]|i|oui|ok|yes|non?|visio|video|remote|online|distan|pr[ée]sen|absen|excus"
    r"|emp[êe]ch|maybe|perhaps|peut|p-e|volontiers|plaisir|d['’]acc"
    r"|sur place|coming|nope|in person|by video|pas encore|dispo|indispo|confirm|inscri|marche"
    r"|bien s[ûu]r|[àa] voir|c['’]est ok|compte[zr]? sur)|[+✅✔💻❔❓❌✖👍👎]|rempla|replaces|ma place",
    re.IGNORECASE,
)

_REPLIES = {
    YES: (
        "oui, ok, yes, d'accord, present, presente, presentiel, en presentiel, sur place, volontiers, "
        "avec plaisir, oui je viens, oui je serai la, oui sur place, oui en presentiel, je veux bien, "
        "coming, i will come, i'll come, in person, ✅, ✔, 👍, oui oui, bien sur, oui bien sur, ca marche, "
        "c'est ok, je confirme, je confirme ma presence, je confirme ma venue, oui je confirme, "
        "oui je confirme ma presence, oui je confirme ma venue, oui dispo, presence confirmee, "
        "je m'inscris, inscrivez-moi, comptez sur moi, compte sur moi, vous pouvez compter sur moi, dispo, "
        "disponible, je suis dispo, je suis disponible, oui je suis disponible, je serai disponible"
    ),
    REMOTE: (
        "visio, en visio, visioconference, en visioconference, a distance, distance, distanciel, "
        "en distanciel, oui visio, oui en visio, oui a distance, remote, remotely, online, video, by video, "
        "yes remotely, yes online, 💻"
    ),
    MAYBE: (
        "peut-etre, peut etre, p-e, maybe, perhaps, je ne sais pas, je ne sais pas encore, je sais pas, "
        "pas encore, j'hesite, ❔, ❓, a voir, a confirmer, oui peut-etre, peut-etre oui"
    ),
    NO: (
        "non, no, nope, absent, absente, excuse, excusee, empeche, empechee, non desole, non desolee, "
        "non merci, not coming, ❌, ✖, 👎, non non, non helas, non malheureusement, je ne peux pas, "
        "je peux pas, je ne pourrai pas, je pourrai pas, je decline, indisponible, pas dispo, "
        "pas disponible, je ne suis pas dispo, je ne suis pas disponible, je suis indisponible, "
        "je ne serai pas disponible"
    ),
}
_SENTENCES = {
    YES: (
        "je viens, je viendrai, je serai la, je serai present, je serai presente, j'y serai, je participe, "
        "je participerai, je peux venir, je pourrai venir, je viens sur place, je serai des votres, "
        "i'm coming, i am coming, i'll be there, i will be there, i can come"
    ),
    REMOTE: (
        "je viens en visio, je serai en visio, je serai la en visio, je suivrai en visio, je suis en visio, "
        "je participe en visio, je participerai en visio, je passe en visio, je bascule en visio, "
        "je suivrai a distance, je participerai a distance, je serai a distance, je prefere la visio, "
        "je ne viens pas mais je suivrai en visio, je serai en visioconference, i'll join online, "
        "i will join online, i'll be online"
    ),
    MAYBE: (
        "je viendrai peut-etre, je viens peut-etre, je ne sais pas si je viens, je ne sais pas encore si "
        "je viens, i might come"
    ),
    NO: (
        "je ne viens pas, je viens pas, je ne viens plus, je viens plus, je ne viendrai pas, "
        "je ne viendrai plus, je ne peux pas venir, je peux pas venir, je ne peux plus venir, "
        "je peux plus venir, je ne pourrai pas venir, je pourrai pas venir, je ne pourrai plus venir, "
        "je ne serai pas la, je serai pas la, je ne serai pas present, je ne serai pas presente, "
        "je serai absent, je serai absente, je ne pourrai pas etre la, je ne pourrai pas etre present, "
        "je ne pourrai pas etre presente, je ne participerai pas, je ne pourrai pas participer, "
        "je ne peux pas participer, i'm not coming, i am not coming, i can't come, "
        "i cannot come, i won't come"
    ),
}
_REPLY_ANSWERS = {phrase: answer for answer, phrases in _REPLIES.items() for phrase in phrases.split(", ")}
_SENTENCE_ANSWERS = {
    phrase: answer for answer, phrases in _SENTENCES.items() for phrase in phrases.split(", ")
}

_OPENINGS = [
    "bonjour",
    "bonsoir",
    "salut",
    "hello",
    "coucou",
    "hi",
    "bon",
    "finalement",
    "en fait",
    "du coup",
    "alors",
    "oups",
    "zut",
    "desole",
    "desolee",
    "helas",
    "super",
    "parfait",
    "c'est bon",
    "a tous",
    "a toutes",
    "a toutes et a tous",
    "tout le monde",
    "merci",
    "finally",
    "sorry",
    "malheureusement",
    "tres bien",
]
_ENDINGS = [
    "finalement",
    "en fait",
    "du coup",
    "merci",
    "merci beaucoup",
    "desole",
    "desolee",
    "bien",
    "quand meme",
    "aussi",
    "avec plaisir",
    "alors",
    "donc",
    "volontiers",
    "svp",
    "s'il vous plait",
    "encore merci",
    "a la rencontre",
    "a la reunion",
    "a la prochaine rencontre",
    "au final",
    "pour cette fois",
    "pour cette fois-ci",
    "cette fois",
    "cette fois-ci",
    "pour l'instant",
    "pour le moment",
    "pour moi",
    "sur place",
    "bonne journee",
    "after all",
    "thanks",
    "thank you",
    "to the meeting",
]
_DAYS = "|".join(sorted(WEEKDAY_OF, key=len, reverse=True))
_MONTHS = "|".join(sorted(MONTH_OF, key=len, reverse=True))
_DATE = re.compile(
    rf" (?:(?:pour |on )?(?:le |the )?(?:(?P<weekday>{_DAYS})\b ?)?(?:(?P<day>\d\d?)(?:er|th)?(?: "
    rf"(?P<month>{_MONTHS})\b)?)?)(?: prochain)?$",
    re.ASCII,
)


@dataclass(frozen=True)
class Sentence:
    """`answer`: what it seems to mean; `weekday`, `day`, `month`: what it names of the date, if anything."""

    answer: str
    weekday: int | None = None
    day: int | None = None
    month: int | None = None

    def fits(self, starts_at: datetime, zone: ZoneInfo) -> bool:
        """Whether it may be of a meeting that begins at that instant."""
        local = starts_at.astimezone(zone)
        known = (local.weekday(), local.day, local.month)
        return all(
            said in (None, true)
            for said, true in zip((self.weekday, self.day, self.month), known, strict=True)
        )


def may_be_answer(text: str) -> bool:
    """Whether it is worth reading; of anything that people say."""
    return len(text) <= LONGEST * 4 and _KEYWORDS.search(text) is not None


def parse_reply(text: str) -> str | None:
    """What these words mean where an answer is expected:
    « oui », « en visio », « je ne viens pas, désolée ».
    """
    return _match(_normalized(text), _REPLY_ANSWERS | _SENTENCE_ANSWERS) if len(text) <= LONGEST else None


def leftover(text: str) -> str:
    """Of what was said where an answer is expected, what is none, as it was typed."""
    words = text.split()
    for count in range(min(len(words) - 1, LONGEST // 2), 0, -1):  # more words are no answer: see parse_reply
        if parse_reply(" ".join(words[:count])) is not None:
            return " ".join(words[count:])
        if parse_reply(" ".join(words[-count:])) is not None:
            return " ".join(words[:-count])
    return text


def is_date(text: str) -> bool:
    """Whether this is a date alone: « jeudi », « le 10 décembre »."""
    return bool(text.strip()) and _DATE.fullmatch(f" {_normalized(text)}") is not None


def parse_sentence(text: str, *, addressed: bool = False) -> Sentence | None:
    """What a sentence seems to mean; None: it is not about coming.
    `addressed`: it was said to the bot, so « oui pour jeudi » is about coming too.
    """
    if len(text) > LONGEST:
        return None
    words, named = _normalized(text), None
    phrases = _REPLY_ANSWERS | _SENTENCE_ANSWERS if addressed else _SENTENCE_ANSWERS
    for _ in range(3):  # « je viens jeudi finalement », « je viens finalement jeudi »
        if (answer := _match(words, phrases)) is not None:
            return Sentence(answer, **named or {})
        words = _stripped(words, _ENDINGS, front=False) or words
        date = _DATE.search(words)
        if date and date[0].strip() and named is None:
            named = {
                "weekday": _at(WEEKDAY_OF, date["weekday"]),
                "day": int(date["day"]) if date["day"] else None,
                "month": _at(MONTH_OF, date["month"]),
            }
            words = words[: date.start()]
    return None


def _at(names: dict[str, int], name: str | None) -> int | None:
    return names[name] if name else None


def _normalized(text: str) -> str:
    """Folded, without punctuation: « Je viens, finalement ! » is "je viens finalement"."""
    return " ".join(re.sub(r"[.,;:!?…()\ufe0f\"«»]+|[🏻-🏿]|(?<!\w)-+|-+(?!\w)", " ", fold(text)).split())


def _match(words: str, phrases: dict[str, str]) -> str | None:
    """The meaning of the words once what people say around it is taken off."""
    while words not in phrases:
        less = _stripped(words, _OPENINGS, front=True) or _stripped(words, _ENDINGS, front=False)
        if less is None:
            return None
        words = less
    return phrases[words]


def _stripped(words: str, around: list[str], *, front: bool) -> str | None:
    for each in around:
        if front and words.startswith(f"{each} "):
            return words[len(each) + 1 :]
        if not front and words.endswith(f" {each}"):
            return words[: -len(each) - 1]
    return None
