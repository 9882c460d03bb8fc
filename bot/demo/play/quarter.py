"""The quarter: the rhythm, a place that is offered, dates proposed at their hour, the tour of the towns."""

from bot.demo.runner import Runner

RHYTHM = "4e mardi de février, mai, septembre, novembre, 9 h 30 – 14 h"
NEXT_DAY = "2026-12-10T08:59:57"  # 75 days before 23 February
DAYS = ("Mardi 9 février 2027", "Mardi 16 février 2027", "Mardi 9 mars 2027")


async def quarter(on: Runner) -> None:
    on.opens("Le trimestre, étape par étape", "mercredi 9 décembre 2026, 9 h 05")
    await _agreed(on)
    await _offered(on)
    await _proposed(on)


async def _agreed(on: Runner) -> None:
    on.tells("L’équipe dit une fois quand le réseau se réunit ; chaque étape est proposée à son heure.")
    whole = await on.asks(
        "animation",
        "team",
        f"!rythme {RHYTHM}",
        "Rythme : 4e mardi de février, mai, septembre et novembre, de 9 h 30 à 14 h",
        "mardi 23 février 2027",
    )
    await on.sees_taps("team", whole.id, "✅", "❌")
    await on.taps("animation", "team", whole, "✅")
    await on.hears("Morgan touche ✅", "team", "C’est noté : 4e mardi de février", to=whole.id)


async def _offered(on: Runner) -> None:
    on.tells("Un membre propose un lieu : la proposition est gardée jusqu’au bon moment.")
    await on.asks(
        "dominique",
        "network",
        "!accueillir février, La Filature, Wambrecourt, 40 places",
        "Merci ! C’est noté : Dominique, Wambrecourt – La Filature, 40 places (février).",
    )
    await on.hears("L’équipe le sait", "team", "Un lieu est proposé : Dominique, Wambrecourt")


async def _proposed(on: Runner) -> None:
    on.tells("Le lendemain à 9 heures, 75 jours avant : une proposition, un geste.")
    await on.bot.stop()
    on.bot.start(NEXT_DAY)
    proposal = await on.hears(
        "La proposition",
        "team",
        "Rencontre de février 2027 – choisir la date",
        "Mardi 23 février 2027, de 9 h 30 à 14 h – déconseillé : vacances d’hiver (zone B)",
        "- Dominique, Wambrecourt – La Filature, 40 places (février)",
    )
    await on.sees_taps("team", proposal.id, "✅", "❌")
    await on.taps("animation", "team", proposal, "✅")
    await on.sees_change(
        proposal, "Je publie maintenant dans", "Décidé par Morgan.", label="Morgan touche ✅"
    )
    await on.hears("Le sondage", "network", "Sondage – Quelles dates vous conviennent ?", DAYS[0])
    for day in DAYS:
        await on.hears(
            f"L’encadré du {day.lower()}", "network", f"{day}, de 9 h 30 à 14 h : pouvez-vous venir ?"
        )
    on.tells("Et où s’est-on réuni ? En mots, et en image pour qui préfère.")
    await on.asks("alix", "network", "!tour", "Le tour des communes", "Marquemont – jeudi 10 décembre 2026")
    await on.hears("L’image, avec sa description", "network", "Où le réseau se réunit : Marquemont")
