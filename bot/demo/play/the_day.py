"""The day of the meeting: a word said in the room, who is there, an attestation."""

import re

from bot.demo.runner import Runner

DAY = "jeudi 10 décembre"
MORNING = "2026-12-10T09:35"


async def the_day(on: Runner) -> None:
    on.opens("Le jour de la rencontre", "jeudi 10 décembre 2026, 9 h 35")
    await on.bot.stop()
    on.bot.start(MORNING)
    on.tells(
        "Pas de feuille à signer : l’équipe dit un mot dans la salle, chaque personne l’écrit ou le touche."
    )
    opened = await on.asks(
        "animation",
        "team",
        "!pointage T4",
        f"Pointage de la rencontre du {DAY}",
        "Le mot à dire dans la salle",
    )
    await on.hears("La carte, dans le salon", "network", f"Rencontre du {DAY} : dites que vous êtes là")
    said = re.search(r"en visio\s:\s(\w+)", opened.text)
    assert said is not None, opened.text
    room = await on.opens_direct("noa")
    await on.asks("noa", room, said[1], f"C’est noté, Noa : vous êtes à la rencontre du {DAY}.")
    await on.asks(
        "animation",
        "team",
        "!pointage T4 ajouter Dominique",
        "C’est noté : Dominique",
        "2 personnes présentes : 2 sur place, 0 en visio",
    )
    await on.asks("noa", room, "attestation", f"Votre attestation pour la rencontre du {DAY}")
    await on.hears("Un PDF lisible par un lecteur d’écran", room, "attestation-2026-T4.pdf")
