"""How people lead to a number: « n° 2 », « #2 », « le 2 », « option 2 », « le choix n° 2 »."""

_SPACE = r"[\s\u00a0\u202f]"
_WORDS = (
    r"le|la|les|du|au|pour|the|for|option|choix|choice|r[ée]ponse|answer|proposition|titre|article|item|fiche|ressource|resource|card|date|point"
    r"|num[ée]ro|number|num|nr|sondage|poll"
)
SIGN = rf"n{_SPACE}?[°º]{_SPACE}?|№{_SPACE}?"
"""« n° », in its several characters; an alternative, to be put in a group."""

CALLED = rf"(?:(?:{_WORDS}){_SPACE}*[.:]?{_SPACE}+|l['’])*(?:{SIGN}|no[s.]?{_SPACE}?|#{_SPACE}?)?"
"""Before the digits, perhaps nothing; to be read without case."""
