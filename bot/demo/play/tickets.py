"""Asking and helping: a question to the contact, in private; one to the network, answered under its card."""

from bot.demo.runner import Runner

QUESTION = "Peut-on financer une étude avec les crédits spécifiques ?"
ANSWER = "Oui, sous conditions : voir l’annexe de l’instruction."
NEED = "Qui a un modèle de convention de GUSP ?"


async def tickets(on: Runner) -> None:
    on.opens("Demander, aider", "mardi 24 novembre 2026, 9 h 04")
    await _contact(on)
    await _network(on)


async def _contact(on: Runner) -> None:
    on.tells(
        "Noa pose une question à l’interlocuteur, en privé : un numéro, une date. "
        "Gwen répond depuis le salon de l’équipe."
    )
    room = await on.opens_direct("noa")
    await on.asks(
        "noa", room, f"contact {QUESTION}", "n° 1", "Gwen vous répond au plus tard le jeudi 26 novembre"
    )
    await on.hears("La demande dans le salon de l’équipe", "team", "Demande n° 1 – Noa", QUESTION)
    await on.asks("noa", room, "non", "reste entre nous")
    await on.asks("referent", "team", f"!repondre 1 {ANSWER}", "Réponse transmise à Noa.")
    await on.hears("La réponse à Noa", room, "Réponse de Gwen à votre question n° 1", ANSWER)
    await on.asks("noa", room, "oui", "la question n° 1 est close")


async def _network(on: Runner) -> None:
    on.tells("Camille demande au réseau ; Lou répond sous la question. Camille l’apprend en privé.")
    await on.asks("camille", "help", f"!besoin {NEED}", "votre question porte le n° 2")
    card = await on.hears("La question de Camille", "help", "Question n° 2 – Camille", NEED)
    answered = await on.says("lou", "help", "Oui, le nôtre est sur notre site.", reply_to=card.id)
    await on.sees_taps("help", answered, "✅")
    await on.sees_change(card, NEED, "- Lou : « Oui, le nôtre est sur notre site. »")
    room = await on.opens_direct("camille")
    await on.hears("La réponse à Camille", room, "Réponse de Lou à votre question n° 2")
