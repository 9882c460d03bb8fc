"""What members recommend: a link, a theme by a tap, the title once its page was read; one more voice;
found again; an acronym.
"""

from bot.demo.chat import Line
from bot.demo.runner import Runner

WALK = "cadre-de-vie/diagnostic-en-marchant"
WALK_TITLE = "Grille et déroulé du diagnostic en marchant"
FRAME = "evaluation/trame-mi-parcours"
FRAME_TITLE = "Trame de questions pour évaluer un contrat de ville à mi-parcours"
WHY = "très pratique, testé à Bruaville avec quinze personnes"


async def resources(on: Runner) -> None:
    on.opens("Recommander, retrouver", "mardi 24 novembre 2026, 9 h 02")
    walk = await _recommended(on)
    frame = await _at_once(on)
    on.tells("Les pages ont été lues : les fiches ont leur titre, sans nouvelle notification.")
    await on.sees_change(
        walk,
        f"Fiche 1 – {WALK_TITLE}",
        "Outil – cadre de vie",
        label="La fiche de Maxime, une fois sa page lue",
    )
    await on.sees_change(
        frame,
        f"Fiche 2 – {FRAME_TITLE}",
        "Outil – observation et évaluation",
        label="La fiche d’Alix, une fois sa page lue",
    )
    await _useful(on, walk)
    await _found(on)


async def _recommended(on: Runner) -> Line:
    on.tells(
        "Maxime colle un lien et dit pourquoi. La fiche paraît aussitôt ; son titre viendra quand sa page, "
        "un peu lente, aura été lue."
    )
    event = await on.says("maxime", "network", f"!recommander {on.sites.page(WALK)} {WHY}")
    card = await on.hears(
        "La fiche de Maxime",
        "network",
        "Fiche 1 –",
        f"« {WHY[0].upper()}{WHY[1:]}. » – Maxime, Bruaville",
        to=event,
    )
    await on.sees_taps("network", card.id, "👍")
    asked = await on.hears(
        "Le thème de la fiche de Maxime", "network", "À quel thème", "1. cadre de vie", to=event
    )
    await on.sees_taps("network", asked.id, "1️⃣", "2️⃣", "3️⃣")
    await on.taps("maxime", "network", asked, "1️⃣")
    await on.sees_change(asked, "Thème : cadre de vie.")
    return card


async def _at_once(on: Runner) -> Line:
    on.tells("Alix donne le thème tout de suite : rien ne lui est demandé.")
    event = await on.says(
        "alix", "network", f"!recommander {on.sites.page(FRAME)} #évaluation à compléter avec les habitants"
    )
    card = await on.hears(
        "La fiche d’Alix", "network", "Fiche 2 –", "évaluation", "Alix, Saint-Éloi-en-Artois", to=event
    )
    await on.sees_taps("network", card.id, "👍")
    return card


async def _useful(on: Runner, card: Line) -> None:
    on.tells(
        "Lou a reçu le même lien dans une lettre d’information : une voix de plus, pas une fiche de plus. "
        "Noa touche 👍 sous la fiche."
    )
    await on.asks(
        "lou",
        "network",
        f"!recommander {on.sites.page(WALK)}/?utm_source=lettre",
        "déjà connue : fiche 1",
        "2 personnes la jugent utile",
    )
    await on.taps("noa", "network", card, "👍")
    await on.sees_change(card, WALK_TITLE, "3 voix", label="La fiche de Maxime, et ses voix", most=2)


async def _found(on: Runner) -> None:
    on.tells(
        "Des mois plus tard, ou cinq minutes : quelques mots suffisent, accents et fautes de frappe compris."
    )
    await on.asks("camille", "network", "!ressources diagnostique marche", f"1. {WALK_TITLE}", "3 voix")
    await on.asks("camille", "network", "!ressources evaluer mi parcours", f"2. {FRAME_TITLE}")
    on.tells("Et un sigle entendu en réunion, sans avoir à demander devant tout le monde.")
    room = await on.opens_direct("dominique")
    await on.asks("dominique", room, "sigle GUSP", "GUSP : Gestion urbaine et sociale de proximité.")
