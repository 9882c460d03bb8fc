"""Inflection: the plural and the feminine of a folded French word as one form with its singular and its masculine, before it is stemmed.

Snowball knows much of it by the accents (« -ière », « -ée ») that the fold takes away, and some not at all (« élus », « acteur », « actrice »).
What comes out need not be a word: it must be the same for the forms of one word, and another for other words.
"""

import re

# In this order; where the masculine cannot be told from the feminine (« chercheuse », « heureuse »), both take a third form.
_ENDINGS = tuple(
    (re.compile(ending), form)
    for ending, form in (
        (r"ees?$", "e"),
        (r"(?<=..)ieres?$", "ier"),  # première, financière
        (r"(?<=..)(?<=ll|ng|rg|ag|eg|ch)eres?$", "er"),  # conseillère, étrangère
        (r"(?<=..[td])rices?$", "eur"),  # actrice, médiatrice
        (r"(?<=..)(?<!at)(?:(?:(?<=i|j|n|t|s)|(?<=ll|ch))eures?|eurs?|eux|euses?)$", "eu"),  # -ateur: Snowball's
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
