"""Wording of an experience: its four questions, the text made of the answers, the reading before it is
published.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.outbox.question import NO, YES, Ask, Choice
from bot.text import Long, Say
from bot.text.clean import shortened
from schedules.experiences.parse_identifying import identifying
from storage.tables import Experience

A_MONTH = timedelta(days=30)
LONGEST = 1_500  # characters of one answer
TITLE = 120
QUESTIONS = (
    Say("Le contexte : où était-ce, avec qui, pour répondre à quoi ?"),
    Say("Qu’est-ce qui a été fait, concrètement ?"),
    Say("Quel résultat ? Et que feriez-vous autrement ?"),
    Say("À qui poser des questions ? Écrivez un nom et un moyen de le joindre, ou « moi »."),
)
LABELS = (
    Say("Contexte"),
    Say("Ce qui a été fait"),
    Say("Résultat, et ce qui serait fait autrement"),
    Say("À qui parler"),
)
ME = ("moi", "moi-même", "me", "myself")
BACK = Choice("back", "", ("retour", "précédent", "back"))


def question(row: Experience) -> Ask:
    """The next one; the answers wait for a month."""
    step = len(row.answers)
    first = Say(
        "Prenez votre temps : tout est gardé trente jours, et `experience` reprend où vous en étiez. Rien "
        "n’est publié avant votre relecture."
    )
    say = Say.lines(
        Say("**Retour d’expérience – question {n} sur 4**", n=step + 1),
        QUESTIONS[step],
        first if step == 0 else Say("Pour corriger la réponse d’avant : retour."),
    )
    return _ask(say, "experience.step", row, (BACK,))


def review(row: Experience) -> Ask:
    """The whole, what may identify somebody, and what can still be done."""
    passages = identifying("\n".join(row.answers[:3]))
    say = Say.lines(
        Say("**Relecture**"),
        text(row),
        _files(row),
        _warning(passages) if passages else None,
        Say(
            "Publier ainsi dans la bibliothèque, avec votre prénom et votre ville ? Répondez oui ou non. "
            "Pour changer un point : `experience corriger 2` suivi du texte. Pour joindre un fichier : "
            "envoyez-le ici, puis répondez-lui `experience joindre`."
        ),
    )
    return _ask(say, "experience.publish", row, (YES, NO))


def _warning(passages: Sequence[str]) -> Say:
    """What a reader could know somebody by."""
    found = ", ".join(f"« {each} »" for each in passages)
    return Say(
        "Attention, ces passages peuvent désigner une habitante ou un habitant : {found}. Gardez-les "
        "seulement si personne ne peut être reconnu.",
        found=found,
    )


def _files(row: Experience) -> Say | None:
    return Say("Fichiers joints : {n}", n=len(row.files)) if row.files else None


def text(row: Experience) -> Say:
    """The answers under their names, as the card has them."""
    pairs = zip(LABELS, row.answers, strict=False)
    return Say.lines(*(Say("{label} : {text}", label=label, text=Long(each)) for label, each in pairs))


def title(row: Experience) -> str:
    """The beginning of what was done, up to the first stop."""
    first = row.answers[1].split("\n")[0].split(". ")[0]
    return shortened(first.strip(" ."), TITLE)


def invitation(row: Experience) -> Ask:
    asks = Say("L’équipe d’animation aimerait faire connaître une expérience que vous avez menée.")
    say = Say.lines(
        asks,
        Say("Le sujet : {about}", about=row.about) if row.about else None,
        Say(
            "Quatre questions, à votre rythme, relues par vous avant de paraître. D’accord ? Répondez oui ou "
            "non."
        ),
    )
    return _ask(say, "experience.invited", row, (YES, NO))


def _ask(say: Say, then: str, row: Experience, choices: Sequence[Choice]) -> Ask:
    data: Mapping[str, Any] = {"n": row.id, "step": len(row.answers)}
    free: Any = "prose" if then == "experience.step" else ""
    return Ask(say, then=then, choices=choices, data=data, accepts=free, within=A_MONTH)
