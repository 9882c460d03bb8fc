"""Words as the library indexes and seeks them: without case, accents, plurals, endings, and without the words that every sentence has.

The folding comes before the stemming: half of the people who search type no accents, and must find what the others find.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.metadata import version

import snowballstemmer

from storage.resources.endings import one_form
from storage.text import fold

RULES = f"2, snowballstemmer {version('snowballstemmer')}"  # a stem of other rules finds nothing: to be counted up with each change of them
MOST_CHARACTERS = 4_000  # of one text
LONGEST = 40  # letters of a word

_WORD = re.compile(r"[^\W\d_]+|\d+")  # « BOP147 » is « BOP 147 »
_DOTTED = re.compile(r"\b[^\W\d_](?:\.[^\W\d_]\b)+\.?")  # « Q.P.V. » is « QPV »
_STOP_WORDS = """
    ai au aux avec ca ce ces cet cette ceux chez ci comme dans de des dont du elle elles en entre es est et etc etre eu eux
    il ils je la le les leur leurs lors lui ma mais me meme mes mon ne nos notre nous on ont ou par pas peu peut plus
    pour qu que quel quelle quelles quels qui quoi sa sans se ses si son sont sous sur ta te tes toi ton tous tout toute toutes tu
    un une vers vos votre vous www http https com fr org html htm php pdf the of and to in for
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())


def stems(text: str) -> list[str]:
    """The stems of the words that count, in their order, repetitions kept: « Les évaluations à mi-parcours » is evalu, mi, parcour."""
    return [stem(word) for word in words(text) if counts(word)]


def counts(word: str) -> bool:
    return word not in STOP_WORDS and (len(word) > 1 or word.isdigit())


def words(text: str) -> Sequence[str]:
    """Every word, folded and bounded: « l’Évaluation » is l, evaluation."""
    folded = _DOTTED.sub(lambda found: found[0].replace(".", ""), fold(text[:MOST_CHARACTERS]))
    return [word[:LONGEST] for word in _WORD.findall(folded)]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Of one folded word."""
    if not word.isalpha():
        return word
    found: str = snowballstemmer.stemmer("french").stemWord(one_form(word))  # one each: they keep state, and an import may run in a thread
    return found[:-1] if len(found) > 6 and found[-1] == "i" else found  # « financier », « financer »
