"""Words that only acknowledge, « ok », « d’accord merci », and those that end what was asked, « stop »:
alone they say nothing but about what was said just before.
"""

import re

from bot.text.courtesy import plain
from storage.text import fold

_ACKNOWLEDGING = (
    "ok okay oki dac d'accord merci mercii thanks thx thank you parfait super top nickel genial excellent",
    "impeccable entendu compris note recu bien tres beaucoup c'est ca marche va a vous toi tous toutes",
    "pour tout infiniment great perfect fine good noted understood very much a lot alright sure 👍 👌 🙏",
)
_POLITE = frozenset(word for line in _ACKNOWLEDGING for word in line.split())
_STOP = frozenset(
    (
        *("stop", "arrete", "arretez", "arreter", "on arrete", "annuler", "annule", "annulez", "abandonner"),
        *(
            "laisse tomber",
            "laissez tomber",
            "laisse",
            "laissez",
            "cancel",
            "never mind",
            "forget it",
            "quit",
        ),
    )
)
# No « aucun »: that is a town.
_NONE = frozenset(
    ["non", "aucune", "retirer", "effacer", "oublier", "annuler", "arreter", "no", "none", "off", "forget"]
)
_LONGEST = 60  # characters: who writes more says something


def only_polite(text: str) -> bool:
    """« Ok merci », « 👍 »: an answer to what was said just before, if to anything."""
    words = re.findall(r"[\w']+|[👍👌🙏]", fold(text)) if len(text) <= _LONGEST else []
    return bool(words) and all(word in _POLITE for word in words)


def says_stop(text: str) -> bool:
    """« Stop », « laissez tomber, merci »."""
    return len(text) <= _LONGEST and fold(plain(text)).strip(" .!…") in _STOP


def says_none(text: str) -> bool:
    """« Non », « retirer »: after the name of a command, what was set with it is to be no more."""
    return len(text) <= _LONGEST and fold(text).strip(" .,!…") in _NONE
