"""The names of days and months: as they are written, and as people type them."""

from __future__ import annotations

WEEKDAYS = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MONTHS = {
    "fr": (
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}

# What follows is folded (no case, no accent), as the cursor sees it.
_FRENCH_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_ENGLISH_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT_DAYS = (
    ("lun", "mon"),
    ("mar", "tue", "tues"),
    ("mer", "wed"),
    ("jeu", "thu", "thur", "thurs"),
    ("ven", "fri"),
    ("sam", "sat"),
    ("dim", "sun"),
)
_TYPED_MONTHS = (
    ("janvier", "janv", "jan", "january"),
    ("fevrier", "fevr", "fev", "february", "feb"),
    ("mars", "march", "mar"),
    ("avril", "avr", "april", "apr"),
    ("mai", "may"),
    ("juin", "june", "jun"),
    ("juillet", "juil", "juill", "july", "jul"),
    ("aout", "aou", "august", "aug"),
    ("septembre", "sept", "sep", "september"),
    ("octobre", "oct", "october"),
    ("novembre", "nov", "november"),
    ("decembre", "dec", "december"),
)

WEEKDAY_OF = {
    name: number
    for number, names in enumerate(zip(_FRENCH_DAYS, _ENGLISH_DAYS, strict=True))
    for name in (*names, *_SHORT_DAYS[number])
}
MONTH_OF = {name: number for number, names in enumerate(_TYPED_MONTHS, start=1) for name in names}

_FULL = "|".join((*_FRENCH_DAYS, *_ENGLISH_DAYS))
_SHORT = "|".join(sorted((name for names in _SHORT_DAYS for name in names), key=len, reverse=True))

FULL_WEEKDAY = rf"(?P<weekday>{_FULL})(?!\w)"
# "mer", "jeu", "mon" and "sam" are also words and names: short forms count only with a dot, before a number,
# or last.
WEEKDAY = rf"(?P<weekday>(?:{_FULL})(?!\w)|(?:{_SHORT})(?=\.|,? ?(?:(?:a|at|le|the) )?\d| ?(?:\n|$)))\.?"
MONTH = rf"(?P<month>{'|'.join(sorted(MONTH_OF, key=len, reverse=True))})(?!\w)\.?"
# Said before its day; "mar 15" is « mardi 15 ».
ENGLISH_MONTH = (
    r"(?P<month>january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|apr|jun|jul|aug|sep|oct|nov|dec)(?!\w)\.?"
)
# The same without a group, to look ahead.
BARE_WEEKDAY = rf"(?:{_FULL})(?!\w)"
BARE_MONTH = MONTH.replace("?P<month>", "?:")

NUMBER_OF = {
    word: number
    for number, words in {
        1: ("un", "une", "one", "a", "an"),
        2: ("deux", "two"),
        3: ("trois", "three"),
        4: ("quatre", "four"),
        5: ("cinq", "five"),
        6: ("six",),
        7: ("sept", "seven"),
        8: ("huit", "eight"),
        9: ("neuf", "nine"),
        10: ("dix", "ten"),
        11: ("onze", "eleven"),
        12: ("douze", "twelve"),
        15: ("quinze", "fifteen"),
        20: ("vingt", "twenty"),
        30: ("trente", "thirty"),
    }.items()
    for word in words
}
NUMBER = rf"(?P<number>\d{{1,3}}(?!\d)|(?:{'|'.join(sorted(NUMBER_OF, key=len, reverse=True))})(?!\w))"


def number(word: str) -> int:
    """What NUMBER matched."""
    return NUMBER_OF[word] if word in NUMBER_OF else int(word)
