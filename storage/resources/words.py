"""Stemming: words as the library indexes and seeks them:
without case, accents, plurals, endings, and without the words that every sentence has.

The plural and the feminine are one form with the singular and the masculine before Snowball's rules: it knows
much of that by the accents (« -ière », « -ée ») that the fold takes away, and some not at all (« élus »,
« acteur », « actrice »). What comes out need not be a word: it must be the same for the forms of one word,
and another for other words.

The folding comes before the stemming: half of the people who search type no accents, and must find what the
others find.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.metadata import version

from storage.text import fold

# In this order; where the masculine cannot be told from the feminine (« chercheuse », « heureuse »), both
# take a third form.
_ENDINGS = tuple(
    (re.compile(ending), form)
    for ending, form in (
        (r"ees?$", "e"),
        (r"(?<=..)ieres?$", "ier"),  # première, financière
        (r"(?<=..)(?<=ll|ng|rg|ag|eg|ch)eres?$", "er"),  # conseillère, étrangère
        (r"(?<=..[td])rices?$", "eur"),  # actrice, médiatrice
        # -ateur: Snowball's
        (r"(?<=..)(?<!at)(?:(?:(?<=i|j|n|t|s)|(?<=ll|ch))eures?|eurs?|eux|euses?)$", "eu"),
        (r"(?<=..)(?<!r)ifs?$", "ive"),  # active, but tarif
        (r"eufs?$", "euve"),
        (r"(?<=....)(a|o)ises?$", r"\1is"),  # française, bourgeoise
        (r"(?<=[^s])s$|(?<=eu|ou)x$", ""),
    )
)

# Forms that no rule brings together: each pair is one word.
_FORMS = """
    publique public | laique laic | grecque grec | turque turc | blanc blanche | sec seche | long longue
    gentil gentille | favori favorite | nouveau nouvelle | nouvel nouvelle | beau belle | bel belle
    vieux vieille | vieil vieille | jumeau jumelle | fou folle | mou molle | doux douce | faux fausse
    roux rousse | jaloux jalouse | epoux epouse | frais fraiche | gros grosse | bas basse | gras grasse
    las lasse | epais epaisse | metis metisse | divers diverse | pervers perverse | precis precise
    indecis indecise | concis concise | gris grise | compris comprise | permis permise | promis promise
    admis admise | soumis soumise | transmis transmise | acquis acquise | requis requise | inclus incluse
    diffus diffuse | confus confuse | intrus intruse | reclus recluse | obtus obtuse | abus abuse
    refus refuse | petit petiot | petite petiot | vif vive | bref breve | chef cheffe | paysan paysanne
    maitresse maitre | travaux travail | baux bail | vitraux vitrail | emaux email | coraux corail
    yeux oeil | cieux ciel | messieurs monsieur | mesdames madame | materiaux materiau | tuyaux tuyau
    noyaux noyau | joyaux joyau | ideaux ideal | franc franche | malin maligne | nul nulle | sot sotte
    parfait parfaite | imparfait imparfaite | inedit inedite | appris apprise | conquis conquise
    exquis exquise | tiers tierce | compromis compromise | danois danoise | nicois nicoise | bus autobus
    maniere maniere | motif motif
"""
_IRREGULAR = dict(line.split() for line in _FORMS.replace("\n", " | ").split("|") if line.strip())


def one_form(word: str) -> str:
    """« elue », « elues », « elus » are elu; « nouvelles », « nouveaux » are nouvelle."""
    known = _IRREGULAR.get(word) or _IRREGULAR.get(word[:-1] if word[-1:] in ("s", "x") else "")
    for ending, form in _ENDINGS if known is None else ():
        word = ending.sub(form, word)
    return known or word


# a stem of other rules finds nothing: to be counted up with each change of them
RULES = f"2, snowballstemmer {version('snowballstemmer')}"
MOST_CHARACTERS = 4_000  # of one text
LONGEST = 40  # letters of a word

_WORD = re.compile(r"[^\W\d_]+|\d+")  # « BOP147 » is « BOP 147 »
_DOTTED = re.compile(r"\b[^\W\d_](?:\.[^\W\d_]\b)+\.?")  # « Q.P.V. » is « QPV »
_STOP_WORDS = """
    ai au aux avec ca ce ces cet cette ceux chez ci comme dans de des dont du elle elles en entre es est et
    etc etre eu eux
    il ils je la le les leur leurs lors lui ma mais me meme mes mon ne nos notre nous on ont ou par pas peu
    peut plus
    pour qu que quel quelle quelles quels qui quoi sa sans se ses si son sont sous sur ta te tes toi ton tous
    tout toute toutes tu
    un une vers vos votre vous www http https com fr org html htm php pdf the of and to in for
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())


def stems(text: str) -> list[str]:
    """The stems of the words that count, in their order, repetitions kept:
    « Les évaluations à mi-parcours » is evalu, mi, parcour.
    """
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
    import snowballstemmer

    # one each: they keep state, and an import may run in a thread
    found: str = snowballstemmer.stemmer("french").stemWord(one_form(word))
    return found[:-1] if len(found) > 6 and found[-1] == "i" else found  # « financier », « financer »
