"""Announcements: a wrong date, one at once, one too late; what a power cut makes of them;
how they are corrected and deleted.
"""

from bot.demo.runner import Runner

ROOM_CHANGES = "La salle change : rendez-vous au 3e étage."
PROGRAMME = "Le programme de mars est fixé."
WORKSHOP = "Notre atelier de jeudi est reporté."
MINUTES = "Le compte rendu de septembre est en ligne : https://ressources-ville.example.org/cr-septembre"
CORRECTED = "La salle change : rendez-vous au 2e étage, salle Matisse."
# What is written at the same time before the power cut, and in the dark: who, where, what.
AT_ONCE = (
    ("lou", "network", "!ping deux"),
    ("dominique", "help", "!ping trois"),
    ("camille", "help", "!contact"),
    ("alix", "network", "!ping quatre"),
)
DURING_OUTAGE = (("alix", "network", "!ping cinq"), ("stef.exterieur", "open", "!ping six"))
BEFORE_NINE, AFTER_NINE = "2026-11-24T08:55", "2026-11-24T09:00:10"


async def announcements(on: Runner) -> None:
    on.opens("Une annonce, à la bonne heure", "lundi 23 novembre 2026, 9 h 20")
    await _a_wrong_day(on)
    await _at_once(on)
    await _too_late(on)
    await _by_a_member(on)


async def _a_wrong_day(on: Runner) -> None:
    on.tells(
        "L’équipe prépare une annonce. Le jour et la date ne vont pas ensemble : l’Animatrice ne devine "
        "pas, elle le dit."
    )
    wrong = await on.says("animation", "team", f"!annonce lundi 24 novembre 9 h {ROOM_CHANGES}")
    refused = await on.hears("Morgan se trompe de jour", "team", "mardi", to=wrong)
    on.tells("Morgan corrige son message, sans le réécrire ailleurs : l’Animatrice corrige sa réponse.")
    await on.edits("animation", "team", wrong, f"!annonce mardi 24 novembre 9 h {ROOM_CHANGES}")
    parts = ("Aperçu", ROOM_CHANGES, "mardi 24 novembre à 9 h", "Réseau des chefs de projet")
    preview = await on.sees_change(refused, *parts, label="Morgan corrige : l’aperçu remplace le refus")
    await on.sees_taps("team", preview.id, "✅", "❌")
    await on.asks("animation", "team", "oui", "Programmé le mardi 24 novembre à 9 h")


async def _at_once(on: Runner) -> None:
    on.tells("Une autre ne peut pas attendre. Il est 9 h 20, un jour ouvré : elle peut partir tout de suite.")
    preview = await on.asks("animation", "team", f"!annonce {MINUTES}", "Aperçu", "Publier maintenant")
    await on.sees_taps("team", preview.id, "✅", "❌")
    await on.taps("animation", "team", preview, "✅")
    await on.hears("Morgan touche ✅", "team", "Je publie maintenant", to=preview.id)
    await on.hears("L’annonce du compte rendu, publiée tout de suite", "network", MINUTES)


async def _too_late(on: Runner) -> None:
    on.tells(
        "Une troisième, un peu vite : tard le soir, la veille des vacances. L’Animatrice propose un "
        "meilleur moment."
    )
    late = await on.asks(
        "animation",
        "team",
        f"!annonce vendredi 18 décembre 19 h 40 {PROGRAMME}",
        "vacances de Noël",
        "lundi 4 janvier 2027 à 9 h",
    )
    await on.sees_taps("team", late.id, "✅", "❌")
    await on.asks("animation", "team", "oui", "Programmé le lundi 4 janvier 2027 à 9 h")

    on.tells("On peut relire ce qui partira, et l’annuler en touchant son numéro.")
    coming = await on.asks(
        "animation",
        "team",
        "!prevu",
        "1. mardi 24 novembre à 9 h",
        ROOM_CHANGES,
        "2. lundi 4 janvier 2027 à 9 h",
        PROGRAMME,
    )
    await on.sees_taps("team", coming.id, "1️⃣", "2️⃣")
    await on.taps("animation", "team", coming, "2️⃣")
    await on.hears("Morgan touche 2️⃣", "team", "Annulé", PROGRAMME, to=coming.id)


async def _by_a_member(on: Runner) -> None:
    on.tells("Claude n’est pas de l’équipe : sa demande n’est pas perdue pour autant.")
    asked = await on.asks(
        "claude", "network", f"!annonce {WORKSHOP}", "Seule l’équipe d’animation peut faire cela"
    )
    await on.sees_taps("network", asked.id, "✅")
    await on.taps("claude", "network", asked, "✅")
    await on.hears("Claude touche ✅", "network", "C’est transmis à l’équipe", to=asked.id)
    await on.hears("La demande de Claude, à l’équipe", "team", "Claude", WORKSHOP)


async def outage(on: Runner) -> None:
    """The power cut: killed while it answers and while an announcement
    comes due, back without losing or repeating anything.
    """
    on.opens("La coupure de courant", "mardi 24 novembre 2026, 8 h 55")
    await on.bot.stop()
    on.bot.start(BEFORE_NINE)
    on.tells(
        "Le lendemain, après un redémarrage ordinaire. Plusieurs personnes écrivent à la fois ; au premier "
        "« pong », on tue le programme."
    )
    first = await on.says("camille", "network", "!ping un")
    sent = [(who, room, text, await on.says(who, room, text)) for who, room, text in AT_ONCE]
    await on.hears("Camille : !ping un", "network", "pong un", to=first)
    await on.bot.kill()

    on.tells(
        "SIGKILL : plus de programme. On continue de lui écrire, et 9 h sonnent : l’annonce de la veille "
        "aurait dû partir."
    )
    sent += [(who, room, text, await on.says(who, room, text)) for who, room, text in DURING_OUTAGE]

    on.bot.start(AFTER_NINE)
    on.tells("9 h et 10 secondes : on le relance. Ce qui était dit l’est une fois, ce qui manquait arrive.")
    for who, room, text, event in sorted(sent, key=lambda each: ("network", "help", "open").index(each[1])):
        answer = "Votre interlocuteur : Gwen" if text == "!contact" else text.replace("!ping", "pong")
        await on.hears(f"{on.name(who)} : {text}", room, answer, to=event)
    await on.hears("L’annonce de 9 h, après la coupure", "network", ROOM_CHANGES)


async def corrections(on: Runner) -> None:
    """What was published is corrected, or deleted, by replying to it."""
    on.opens("Corriger, retirer", "mardi 24 novembre 2026, 9 h 01")
    on.tells(
        "Ce n’était pas le bon étage. Morgan répond au message : il change sur place, sans nouvelle "
        "notification. Un ✅ dit que c’est fait."
    )
    announced = on.heard(ROOM_CHANGES)
    reply = await on.says("animation", "network", f"!corriger {CORRECTED}", reply_to=announced.id)
    await on.sees_taps("network", reply, "✅")
    await on.sees_change(
        announced, CORRECTED, label="L’annonce de 9 h, après la coupure, puis corrigée sur place"
    )

    on.tells("L’autre annonce est périmée : on la retire.")
    minutes = on.heard(MINUTES)
    reply = await on.says("animation", "network", "!retirer", reply_to=minutes.id)
    await on.sees_taps("network", reply, "✅")
    await on.sees_change(minutes, label="L’annonce du compte rendu, publiée tout de suite, puis retirée")
