"""Numbers: percentages; what people put before one: « n° 2 », « #2 », « № 2 », « le 2 », « le choix n° 2 ».
Patterns, to be read without case; in ASCII mode too, where `\\s` is no no-break space.
"""

_SPACE = r"[\s\u00a0\u202f]"
_WORDS = (
    r"le|la|les|du|au|pour|the|for|option|choix|choice|r[ée]ponse|answer|proposition|titre|article|item"
    r"|fiche|ressource|resource|card|date|point"
    r"|num[ée]ro|number|num|nr|sondage|poll"
)
SIGN = rf"(?:n{_SPACE}?[°º]{_SPACE}*|№{_SPACE}*)"
"""« n° », in its several characters; where « no » is no and « # » something else."""

NUMBER_SIGN = rf"(?:{SIGN}|n{_SPACE}?o[s.]?{_SPACE}?|#{_SPACE}?)"
"""Every sign of a number."""

CALLED = rf"(?:(?:{_WORDS}){_SPACE}*[.:]?{_SPACE}+|l['’])*{NUMBER_SIGN}?"
"""All that may stand before the digits, perhaps nothing."""


def with_one_sign(text: str) -> str:
    """« nº 2 » and « № 2 » as « n° 2 »: folding would make « no 2 » of them."""
    return text.replace("º", "°").replace("№", "n°")


def share(count: int, total: int) -> float:
    """Percentage to one decimal: halves go up, as by hand; 0 of nobody."""
    return (2_000 * count + total) // (2 * total) / 10 if total else 0.0
