"""How a survey reads: its questions one at a time, what is said back, what people may say besides."""

from collections.abc import Sequence
from math import ceil

from bot.outbox import UnitOfWork
from bot.text import Count, Long, Say
from bot.text.clean import shortened
from bot.time import Instant
from storage.surveys import items as rules
from storage.surveys.items import Item
from storage.tables import Survey, SurveyAnswer

ITEMS_A_MINUTE = 4
SHOWN_BACK = 100  # characters of what somebody wrote
ANONYMOUS = Say(
    "Vos réponses sont enregistrées sans votre nom, et rien ne les relie entre elles après la clôture. "
    "Vos messages, eux, restent dans cette conversation : vous pourrez les supprimer."
)
# PostgreSQL keeps deleted rows for a time.
WEAKER = Say(
    "Sur ce serveur, la base peut garder une trace de l’ordre des réponses : la personne qui l’administre "
    "pourrait les rapprocher."
)


def closing(uow: UnitOfWork, row: Survey) -> Instant:
    return Instant(row.closes_at, uow.now, uow.config.zone)


def count_of(items: Sequence[Item]) -> Count:
    return Count(rules.questions(items), "une question", "{n} questions")


def minutes(items: Sequence[Item]) -> Count:
    return Count(max(1, ceil(len(items) / ITEMS_A_MINUTE)), "environ une minute", "environ {n} minutes")


def opening(uow: UnitOfWork, row: Survey) -> Say:
    items = rules.items_of(row)
    return Say.lines(
        Say(
            "**Enquête – {title}** – {questions}, {minutes}, sans votre nom. "
            "À tout moment : passer, retour, stop.",
            title=row.title,
            questions=count_of(items),
            minutes=minutes(items),
        ),
        ANONYMOUS,
        WEAKER if uow.config.storage.url.startswith("postgresql") else None,
    )


def question(item: Item, items: Sequence[Item], answer: SurveyAnswer | None) -> Say:
    """`answer`: what the person has answered already, to be kept or changed."""
    known = said(item, answer) if answer is not None else None
    return Say.lines(
        _asked(item, items),
        Say("**{row}** ({n} sur {total})", row=item.row, n=item.place[0], total=item.place[1])
        if item.row
        else None,
        *(Say("{n}. {choice}", n=n, choice=choice) for n, choice in enumerate(item.choices, 1)),
        Say("Pour l’instant : {known} (pour le garder, écrivez « passer »).", known=known) if known else None,
        _how(item),
    )


def _asked(item: Item, items: Sequence[Item]) -> Say:
    total, text = rules.questions(items), Long(item.text)
    if item.most == 1:
        return Say("**Question {n} sur {total}** – {text}", n=item.number, total=total, text=text)
    whole = Long(item.text if item.text[-1:] in ".?!…" else f"{item.text}.")
    return Say(
        "**Question {n} sur {total}** – {text} {most}.",
        n=item.number,
        total=total,
        text=whole,
        most=at_most(item.most),
    )


def at_most(most: int) -> Say:
    words = {2: Say("Deux réponses au plus"), 3: Say("Trois réponses au plus")}
    return words.get(most) or Say("{n} réponses au plus", n=most)


def _how(item: Item) -> Say:
    if item.kind == "text":
        return Say("Répondez en quelques mots, ou écrivez « passer ».")
    if item.other:
        return Say(
            "Répondez par {numbers}, par exemple « {sample} ». "
            "Après le {last}, ajoutez vos mots : « {last} en quelques mots ».",
            numbers=_numbers(item),
            sample=sample(item),
            last=len(item.choices),
        )
    return Say(
        "Répondez par {numbers}, par exemple « {sample} ».", numbers=_numbers(item), sample=sample(item)
    )


def _numbers(item: Item) -> Say:
    return Say("des numéros") if item.most > 1 else Say("un numéro")


def sample(item: Item) -> str:
    return " ".join(map(str, (1, 2, 4)[: min(item.most, len(item.choices))])) if item.most > 1 else "2"


def said(item: Item, answer: SurveyAnswer, other: str = "") -> Say | None:
    """« se tenir informé, autre (« le covoiturage ») »; None: passed over."""
    if item.kind == "text":
        return Say("« {text} »", text=shortened(answer.text, SHOWN_BACK)) if answer.text else None
    names = [_lower(item.choices[choice]) for choice in answer.choices]
    if not names:
        return None
    listed = Say("{names}", names=Long(", ".join(names)))
    return Say("{listed} (« {text} »)", listed=listed, text=shortened(other, SHOWN_BACK)) if other else listed


def _lower(label: str) -> str:
    """In the middle of a sentence; « GUSP » stays."""
    return label[:1].lower() + label[1:] if label[1:2].islower() or label[1:2] in (" ", "’", "'") else label


def finished(row: Survey, echo: Say | None, until: Instant) -> Say:
    return Say.lines(
        echo,
        Say("**C’est terminé, merci.** Vos réponses comptent dans l’enquête « {title} ».", title=row.title),
        Say(
            "Vous pouvez les revoir jusqu’au {until} : écrivez « retour » pour la dernière question.",
            until=until,
        ),
    )
