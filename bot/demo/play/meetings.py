"""A meeting, from one message of the team to the day before:
announced, answered with a tap, full, a seat that comes free, reminded.
"""

from bot.demo.chat import Line
from bot.demo.runner import Runner

ENTERED = """!rencontre nouvelle
date : jeudi 10 décembre, 9 h 30 – 14 h
titre : Participation des habitants : passer de la réunion au pouvoir d’agir
format : thématique
lieu : Maison de quartier des Glacis, 12 rue des Tilleuls, Marquemont
accès : gare à 8 minutes à pied, parking gratuit, entrée de plain-pied
visio : https://visio.example.org/reseau
programme : 9 h 45 actualités ; 10 h 15 deux retours d’expérience ; 12 h 30 déjeuner partagé
visite : le quartier, à 11 h 15
places : 4
réponse avant : 3 décembre"""
DAY = "jeudi 10 décembre"
EVE = "2026-12-09T08:59:57"


async def meetings(on: Runner) -> None:
    on.opens("Une rencontre, de l’annonce au rappel", "vendredi 27 novembre 2026, 12 h 05")
    await _entered(on)
    card, counts = await _announced(on)
    await _answered(on, card, counts)
    await _full(on, card, counts)
    await _counted(on)
    await _reminded(on)


async def _entered(on: Runner) -> None:
    on.tells(
        "L’équipe entre la rencontre en un message (ou une question à la fois). Quatre places seulement, "
        "pour voir la suite."
    )
    whole = await on.asks(
        "animation", "team", ENTERED, "Rencontre 2026-T4 – est-ce bien cela ?", "Marquemont", "4"
    )
    await on.sees_taps("team", whole.id, "✅", "❌")
    await on.taps("animation", "team", whole, "✅")
    await on.hears(
        "Morgan touche ✅",
        "team",
        "C’est enregistré : rencontre 2026-T4",
        "`!rencontre annoncer T4`",
        to=whole.id,
    )


async def _announced(on: Runner) -> tuple[Line, Line]:
    """The card, and the line of counts."""
    preview = await on.asks(
        "animation", "team", "!rencontre annoncer T4", "Aperçu de l’annonce", "Publier maintenant", most=4
    )
    await on.sees_taps("team", preview.id, "✅", "❌")
    await on.asks("animation", "team", "oui", "Je publie maintenant dans « Réseau des chefs de projet")
    card = await on.hears(
        "L’annonce de la rencontre",
        "network",
        f"Rencontre du réseau – {DAY} 2026, de 9 h 30 à 14 h",
        "Places : 4",
    )
    counts = await on.hears(
        "La ligne des réponses", "network", "Réponses : aucune pour l’instant – il reste 4 places."
    )
    await on.sees_taps("network", card.id, "✅", "💻", "❔", "❌")
    return card, counts


async def _answered(on: Runner, card: Line, counts: Line) -> None:
    on.tells("On touche un signe pour répondre. Dans le salon, seule la ligne des réponses change.")
    for who, key in (("lou", "✅"), ("claude", "💻"), ("alix", "❔"), ("maxime", "❌")):
        await on.taps(who, "network", card, key)
    parts = ("1 sur place, 1 en visio, 1 peut-être, 1 absence", "il reste 3 places")
    await on.sees_change(counts, *parts, label="La ligne des réponses, quatre réponses plus tard")

    on.tells(
        "Ou par un mot, si l’on vient à deux. Et une phrase en passant n’est jamais prise pour une réponse "
        "sans demander."
    )
    await on.asks(
        "dominique",
        "network",
        "!presence oui +1 régie de quartier",
        "vous venez avec une personne (régie de quartier)",
        "`!presence non`",
    )
    event = await on.says("maxime", "network", "je viens finalement !")
    asked = await on.hears(
        "Maxime vient finalement",
        "network",
        f"Je crois comprendre que vous venez le {DAY}",
        "touchez ✅",
        to=event,
    )
    await on.sees_taps("network", asked.id, "✅")
    await on.taps("maxime", "network", asked, "✅")
    await on.hears("Maxime touche ✅", "network", "C’est noté, Maxime", to=asked.id)


async def _full(on: Runner, card: Line, counts: Line) -> None:
    on.tells(
        "C’est complet. Noa, en message privé, se met sur la liste d’attente ; Lou ne peut plus "
        "venir, et touche ❌."
    )
    room = await on.opens_direct("noa")
    await on.asks("noa", room, "presence oui", "est complète, Noa", "Vous êtes n° 1 sur la liste d’attente")
    await on.taps("lou", "network", card, "❌")
    offer = await on.hears(
        "La place de Lou, proposée à Noa", room, f"Une place se libère pour la rencontre du {DAY}"
    )
    await on.sees_taps(room, offer.id, "✅", "❌")
    await on.taps("noa", room, offer, "✅")
    await on.sees_change(offer, f"La place est à vous : vous venez le {DAY}", label="Noa touche ✅")
    await on.sees_change(
        counts,
        "4 sur place, 1 en visio, 1 peut-être, 1 absence – complet",
        label="La ligne des réponses, à la fin",
    )
    await on.asks("noa", room, "agenda", f"T4 : {DAY}", "Marquemont", "vous venez")
    await on.asks("noa", room, "rappels la veille", "C’est noté, Noa")


async def _counted(on: Runner) -> None:
    on.tells("Des nombres pour le salon ; les noms, pour l’équipe seulement.")
    parts = (
        "Sur place : 4, dont un accompagnant (régie de quartier)",
        "Places restantes : 0",
        "recap-2026-T4.csv",
    )
    await on.asks("animation", "team", "!recap T4", f"Rencontre du {DAY}", *parts)
    await on.hears("La liste nominative", "team", "recap-2026-T4.csv")


async def _reminded(on: Runner) -> None:
    on.tells(
        "On saute à la veille, mercredi 9 décembre, 9 heures : un rappel court dans le salon, et en privé "
        "pour qui l’a demandé."
    )
    await on.bot.stop()
    on.bot.start(EVE)
    await on.hears(
        "Le rappel de la veille",
        "network",
        "C’est demain : rencontre du réseau à Marquemont",
        "accueil à 9 h 30",
    )
    room = await on.opens_direct("noa")
    await on.hears(
        "Le rappel de Noa",
        room,
        "C’est demain : rencontre du réseau à Marquemont",
        "Accès : gare à 8 minutes",
    )
    on.tells(
        "L’Animatrice était arrêtée depuis le 27 novembre : ce qui n’a plus de sens ne paraît pas, et "
        "l’équipe le sait."
    )
    await on.hears(
        "Le panorama manqué", "team", "Le panorama (semaine du 23 au 27 novembre) n’a pas pu paraître à temps"
    )
