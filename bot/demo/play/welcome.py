"""First steps: help in the main room, a slip mended by a tap, a guest in the open room."""

from bot.demo.runner import Runner


async def play(on: Runner) -> None:
    on.opens("Premiers pas", "lundi 23 novembre 2026, 9 h 05")
    on.tells("Camille ne connaît pas encore l’Animatrice : un mot suffit pour savoir quoi lui demander.")
    await on.asks("camille", "network", "!aide", "!contact", "!ping")

    on.tells("Morgan est de l’équipe, dans le salon de l’équipe : l’aide n’y est pas la même.")
    await on.asks("animation", "team", "!aide", "!annonce", "!prevu")

    on.tells("Lou écrit trop vite. L’Animatrice propose ; un geste, et c’est fait.")
    slip = await on.asks("lou", "network", "!contcat", "« contcat »", "Vouliez-vous dire", "!contact")
    await on.sees_taps("network", slip.id, "✅")
    await on.taps("lou", "network", slip, "✅")
    await on.hears("Lou touche ✅", "network", "Votre interlocuteur : Gwen", to=slip.id)

    on.tells("Stef vient d’une autre organisation et n’est que dans le salon ouvert : les mêmes mots y marchent, avec accents et majuscules.")
    await on.asks("stef.exterieur", "open", "!CONTACT", "Votre interlocuteur : Gwen")
