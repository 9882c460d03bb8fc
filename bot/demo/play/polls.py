"""A poll, from the question to what came of it:
shown to the team, answered in ten seconds, counted with what was said while the bot was down.
"""

from bot.demo.chat import Line
from bot.demo.runner import Runner

QUESTION = "Quels thèmes pour la rencontre de mars ?"
ASKED = (
    f"!sondage {QUESTION} | Emploi et insertion | Santé | Numérique | Actualités nationales | max 2 | "
    "jusqu’à vendredi 12 h"
)
BEFORE_NOON = "2026-11-27T11:59:58"
FOLLOW_UP = "la rencontre de mars sera généraliste, avec un atelier « emploi »."


async def polls(on: Runner) -> None:
    on.opens("Un sondage, dix secondes", "mardi 24 novembre 2026, 9 h 05")
    await _asked(on)
    card = await on.hears(
        "La carte du sondage",
        "network",
        f"Sondage – {QUESTION}",
        "Deux réponses au plus",
        "4. Actualités nationales",
    )
    box = await on.hears(
        "Le sondage natif, sous sa carte", "network", QUESTION, "1. Emploi et insertion", most=1
    )
    await _voted(on, card, box)
    result = await _closed(on, box)
    await _followed(on, card, result)
    await _dates(on)


async def _asked(on: Runner) -> None:
    on.tells("Une question au réseau. L’équipe la relit avant qu’elle parte.")
    parts = (
        "Aperçu du sondage n° 1",
        "4 choix, 2 réponses au plus",
        "vendredi 27 novembre à 12 h",
        "Publier maintenant",
    )
    preview = await on.asks("animation", "team", ASKED, *parts)
    await on.sees_taps("team", preview.id, "✅", "❌")
    await on.asks("animation", "team", "oui", "Je publie maintenant dans « Réseau des chefs de projet")


async def _voted(on: Runner, card: Line, box: Line) -> None:
    on.tells(
        "On vote dans l’encadré, par un chiffre sous la carte, ou par un mot. Un vote compté ne dit rien "
        "au salon : seul le compte change."
    )
    await on.votes("camille", "network", box, 1, 4)
    await on.votes("lou", "network", box, 1)
    await on.votes("dominique", "network", box, 2, 4)
    await on.taps("noa", "network", card, "4️⃣")
    vote = await on.says("alix", "network", "!vote 1 2 4")
    refused = await on.hears(
        "Alix : !vote 1 2 4", "network", "Deux réponses au plus, Alix", "`!vote 1 4`", to=vote
    )
    await on.edits("alix", "network", vote, "!vote 1 4")
    await on.sees_change(
        refused, "Vote noté : Emploi et insertion, Actualités nationales.", label="Alix corrige son vote"
    )
    await on.sees_change(
        card, QUESTION, "5 votes – clôture vendredi 27 novembre à 12 h", label="La carte, et son compte"
    )


async def _closed(on: Runner, box: Line) -> Line:
    on.tells(
        "Vendredi, midi moins une. L’Animatrice est arrêtée quand Claude vote ; on la relance juste avant "
        "la clôture. Ce vote-là compte aussi."
    )
    await on.bot.stop()
    await on.votes("claude", "network", box, 2, 4)
    on.bot.start(BEFORE_NOON)
    lines = (
        "6 votes, 10 réponses",
        "1. Actualités nationales – 5 voix (83,3 %)",
        "2. Emploi et insertion – 3 voix (50,0 %)",
    )
    result = await on.hears("Le résultat, à midi", "network", f"Résultat – {QUESTION}", *lines)
    await on.sees_change(box)  # it counts four of the six
    return result


async def _followed(on: Runner, card: Line, result: Line) -> None:
    on.tells("On a répondu : on saura ce qui en a été fait.")
    await on.asks(
        "animation", "team", f"!sondage suite 1 {FOLLOW_UP}", "C’est ajouté au résultat du sondage n° 1"
    )
    await on.sees_change(result, f"Suite donnée : {FOLLOW_UP}", label="Le résultat, avec sa suite")
    await on.sees_change(
        card,
        f"Sondage clos – {QUESTION}",
        "6 votes",
        label="La carte, qui renvoie au résultat",
        most=1,
    )


async def _dates(on: Runner) -> None:
    on.tells("Reste à choisir le jour. Les vacances se voient avant d’envoyer, pas après.")
    flagged = (
        "1. Mardi 23 février 2027 – déconseillé : vacances d’hiver (zone B)",
        "2. Mardi 9 mars 2027 – possible",
        "sans la première ?",
    )
    asked = await on.asks(
        "animation", "team", "!dates 23 février ; 9 mars ; 16 mars", "Dates proposées", *flagged
    )
    await on.sees_taps("team", asked.id, "✅")
    preview = await on.asks("animation", "team", "oui", "Aperçu du sondage de dates n° 2", "2 dates")
    await on.sees_taps("team", preview.id, "✅", "❌")
    on.tells("Morgan veut d’abord en parler à Gwen : rien ne part.")
    await on.asks("animation", "team", "non", "C’est abandonné, rien ne partira.")
