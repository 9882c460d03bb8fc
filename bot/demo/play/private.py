"""A member in private: bare words, no prefix."""

from bot.demo.runner import Runner


async def play(on: Runner) -> None:
    on.opens("En message privé", "lundi 23 novembre 2026, 9 h 25")
    on.tells("Noa préfère écrire en privé, depuis son téléphone. Ni point d’exclamation, ni rien à apprendre.")
    room = await on.opens_direct("noa")
    await on.asks("noa", room, "aide", "contact", "ping")
    await on.asks("noa", room, "Contact", "Votre interlocuteur : Gwen", "@referent:")
    await on.asks("noa", room, "bonjour", "Je n’ai pas compris", "aide")
