"""The Monday panorama: a source added, the draft sorted by the
team, the edition at its hour, what members then ask of it.
"""

from bot.demo.chat import Line
from bot.demo.runner import Runner
from bot.demo.sites import ADDED_LATER, AT_FIRST

BEFORE = "2026-11-23T09:14:57"
TITLE = "Panorama d’actualités – semaine du 16 au 20 novembre"
PROGRAMMING = "Programmation 2027 : l’instruction annuelle fixe le calendrier des appels à projets"
MEETING = "encontre du réseau le 10 décembre à Marquemont"
SOURCES = ("L’Écho des quartiers", "Territoires et cohésion", "Ressources Ville Nord")


async def panorama(on: Runner) -> None:
    on.opens("Le panorama du lundi", "lundi 23 novembre 2026, 9 h 06")
    await _sources(on)
    await _draft(on)
    edition = await _edition(on)
    await on.taps("lou", "network", edition, "👍")
    await _reader(on)


async def _sources(on: Runner) -> None:
    on.tells(
        "L’Animatrice lit pour le réseau. Deux sources lui ont été données ; Morgan en ajoute une. Elle la "
        "montre avant de l’ajouter."
    )
    answer = await on.asks("animation", "team", f"!flux ajouter {on.sites.url(ADDED_LATER)}", "Je lis")
    preview = await on.sees_change(
        answer, SOURCES[2], MEETING, "L’ajouter ?", label="La source, montrée avant d’être ajoutée"
    )
    await on.sees_taps("team", preview.id, "✅", "❌")
    await on.taps("animation", "team", preview, "✅")
    await on.hears("Morgan touche ✅", "team", "C’est ajouté : source n° 3", to=preview.id)
    await on.bot.has_read(len(AT_FIRST) + 1)
    await on.asks("animation", "team", "!flux", "Sources du panorama (3)", *SOURCES)


async def _draft(on: Runner) -> None:
    on.tells(
        "Ce qui paraîtra à 9 h 15 se relit et se trie. La date de la rencontre est déjà connue de tous, "
        "Morgan l’écarte."
    )
    parts = ("Brouillon", TITLE, "8 titres retenus sur 15", f"8. Jeudi 10 décembre – R{MEETING}")
    draft = await on.asks("animation", "team", "!panorama preparer", *parts, most=6)
    aside = await on.asks("animation", "team", "!ecarter 8", "Écarté", MEETING)
    await on.sees_taps("team", aside.id, "↩️")
    await on.sees_change(draft, "Brouillon", TITLE, label="Le brouillon, renuméroté", most=1)


async def _edition(on: Runner) -> Line:
    on.tells("9 h 15. Une notification par semaine, quelques minutes de lecture.")
    await on.bot.stop()
    on.bot.start(BEFORE)
    edition = await on.hears(
        "Le panorama de 9 h 15", "network", TITLE, *SOURCES, "aussi chez", "À l’agenda", "`!plus 2`"
    )
    await on.sees_taps("network", edition.id, "👍", "👎")
    return edition


async def _reader(on: Runner) -> None:
    await on.asks(
        "camille", "network", "!plus 2", PROGRAMMING, "notification avant fin mai", "lire l’article"
    )
    await on.asks("camille", "network", "!garder 2", "C’est mis de côté, Camille")
    on.tells("Sa liste ne regarde qu’elle : elle la retrouve en privé.")
    room = await on.opens_direct("camille")
    await on.asks("camille", room, "meslectures", "Vos lectures (un titre)", PROGRAMMING)
