"""At one's own pace: catching up, taking part in the pairs, who was drawn with whom, a silence."""

from bot.demo.runner import Runner


async def rhythm(on: Runner) -> None:
    """In private: the essentials, and yes to the pairs."""
    on.opens("À votre rythme", "en message privé")
    on.tells("Noa a dix secondes : l’essentiel, puis un oui à la pause-café. Charlie aussi.")
    room = await on.opens_direct("noa")
    await on.asks("noa", room, "rattrapage 15 jours", "L’essentiel depuis", "Dernier panorama")
    await on.asks("noa", room, "cafe oui", "C’est noté, Noa", "Prochain tirage", "cafe non")
    await on.asks("charlie", await on.opens_direct("charlie"), "cafe oui", "C’est noté, Charlie")


async def pairs(on: Runner) -> None:
    """Each of a pair is told of the other; then nothing more until January."""
    on.opens("La pause-café", "mercredi 9 décembre 2026")
    on.tells("Le premier mardi du mois, l’Animatrice était arrêtée : elle tire les binômes à son retour.")
    noa, charlie = await on.opens_direct("noa"), await on.opens_direct("charlie")
    await on.hears("Pour Noa", noa, "Pause-café (décembre) : avec Charlie", "Trois façons de commencer")
    await on.hears(
        "Pour Charlie", charlie, "Pause-café (décembre) : avec Noa", "Trois façons de commencer", most=1
    )
    await on.asks("charlie", charlie, "silence jusqu’au 4 janvier", "C’est noté, Charlie", "4 janvier 2027")
