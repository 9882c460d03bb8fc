"""Answers for all: with the asker's yes, one becomes a card of the library or an entry of the glossary."""

import re

from bot.outbox import UnitOfWork
from bot.outbox.question import NO, YES, Ask, Choice
from bot.schedule.jobs import Run
from bot.text import Say
from bot.text.clean import clean_text
from schedules.glossary import LONGEST_NAME, LONGEST_TEXT, entries, folded
from schedules.resources.publish import OwnText, add_text
from schedules.tickets import mail
from schedules.tickets.identity import asker_of, relayed_at
from schedules.tickets.mail import Letter
from storage import glossary
from storage.tables import Acronym, Ticket
from storage.tickets import tickets

GLOSSARY = "glossary"
_ACRONYM = re.compile(r"\b[A-ZÉÈÀ]{2,8}\b")


async def offer(uow: UnitOfWork, row: Ticket) -> Ask:
    """To the team, once an answer has left. An entry of the glossary, where the question names an acronym
    that is not there yet.
    """
    known = await entries(uow.db)
    found = next((each for each in _ACRONYM.finditer(row.text) if folded(each[0]) not in known), None)
    sent = Say("Réponse transmise à {name}.", name=row.name) if row.name else Say("Réponse transmise.")
    say = Say("{sent} En faire une fiche ressource ? Répondez oui ou non.", sent=sent)
    if found is None:
        return Ask(say, then="ticket.useful", data={"ticket": row.id, "acronym": ""})
    more = Say("Ou une entrée du glossaire, « {name} » ? Touchez 📖, ou écrivez glossaire.", name=found[0])
    choices = (YES, NO, Choice(GLOSSARY, "📖", ("glossaire", "sigle", "glossary", "📖")))
    data = {"ticket": row.id, "acronym": found[0]}
    return Ask(Say.lines(say, more), then="ticket.useful", choices=choices, data=data)


async def ask_consent(uow: UnitOfWork, row: Ticket, way: str) -> bool:
    """Of the asker, in private; False when they cannot be reached any more."""
    if asker_of(uow, row) is None:
        return False
    return await mail.send(uow, row, Letter(row.id, mail.CONSENT, way=way))


async def leave(uow: UnitOfWork, row: Ticket, way: str) -> None:
    """For the job: what it posts is not caused by the asker's words."""
    row.publish_as, row.publish_at = way, relayed_at(uow.now, anonymous=row.anonymous)
    uow.db.add(row)


async def publish(run: Run, row: Ticket) -> None:
    row.publish_at = None
    run.db.add(row)
    answers = await tickets.messages(run.db, row.id)
    if not answers:
        return
    if row.publish_as:
        text = clean_text(answers[-1].text, LONGEST_TEXT)
        name = clean_text(row.publish_as, LONGEST_NAME)
        person = answers[-1].person
        entry = Acronym(folded=folded(name), name=name, text=text, person=person, at=run.now)
        await glossary.write(run.db, entry)
        say = Say("La réponse n° {n} est dans le glossaire : `!sigle {name}`", n=row.id, name=name)
    else:
        card = await add_text(run, _text(row, [each.text for each in answers], answers[-1].name))
        say = Say("La réponse n° {n} est dans la bibliothèque : `!ressource {card}`", n=row.id, card=card.id)
    await run.tell_team(say)


def _text(row: Ticket, answers: list[str], name: str) -> OwnText:
    return OwnText(
        cause=f"{tickets.CARD}{row.id}",
        kind="fiche",
        title=" ".join(row.text.split()),
        text="\n".join(answers),
        theme=row.theme,
        name=name,
    )
