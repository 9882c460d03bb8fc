"""First steps: help, a slip, a guest; and a member in private."""

from bot.demo.runner import Runner


async def welcome(on: Runner) -> None:
    """Help in the main room, a slip mended by a tap, a guest in the open room."""
    on.opens("Premiers pas", "lundi 23 novembre 2026, 9 h 05")
    on.tells("Camille ne connaît pas encore l’Animatrice : un mot suffit pour savoir quoi lui demander.")
    await on.asks("camille", "network", "!aide", "!contact", "!ping")

    on.tells("Morgan est de l’équipe, dans le salon de l’équipe : l’aide n’y est pas la même.")
    await on.asks("animation", "team", "!aide", "!annonce", "!prevu")

    on.tells("Lou écrit trop vite. L’Animatrice propose ; on touche ✅, et c’est fait.")
    slip = await on.asks("lou", "network", "!contcat", "« contcat »", "Vouliez-vous dire", "!contact")
    await on.sees_taps("network", slip.id, "✅")
    await on.taps("lou", "network", slip, "✅")
    await on.hears("Lou touche ✅", "network", "Votre interlocuteur : Gwen", to=slip.id)

    on.tells(
        "Stef vient d’une autre organisation et n’est que dans le salon ouvert : les mêmes mots y "
        "marchent, avec accents et majuscules."
    )
    await on.asks("stef.exterieur", "open", "!CONTACT", "Votre interlocuteur : Gwen")


async def in_private(on: Runner) -> None:
    """Bare words, no prefix."""
    on.opens("En message privé", "lundi 23 novembre 2026, 9 h 25")
    on.tells(
        "Noa préfère écrire en privé, depuis son téléphone. Ni point d’exclamation, ni rien à apprendre."
    )
    room = await on.opens_direct("noa")
    await on.asks("noa", room, "aide", "contact", "ping")
    await on.asks("noa", room, "Contact", "Votre interlocuteur : Gwen", "@referent:")
    await on.asks("noa", room, "bonjour", "Que puis-je faire ?", "aide")
