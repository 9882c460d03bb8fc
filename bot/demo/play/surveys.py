"""A survey: shown to the team, announced, answered in private by who wishes; no results before the close."""

from bot.demo.runner import Runner

TITLE = "La mise en réseau des chefs de projet politique de la ville"


async def surveys(on: Runner) -> None:
    on.opens("Une enquête, en message privé", "jeudi 10 décembre 2026, 9 h 05")
    on.tells("Treize questions sont fournies ; l’équipe peut poster les siennes. Elle les relit avant tout.")
    await on.says("animation", "team", "!enquete nouvelle jusqu’au 18 décembre 12 h")
    await on.hears("Le questionnaire fourni", "team", "Voici le questionnaire fourni")
    await on.hears("Son fichier", "team", "mise-en-reseau.yaml")
    await on.hears("L’aperçu", "team", f"Aperçu de l’enquête n° 1 – {TITLE}", "13 questions", "La publier ?")
    await on.asks("animation", "team", "oui", "C’est parti : l’enquête n° 1")
    await on.hears("L’annonce", "network", f"Enquête – {TITLE}", "sans votre nom", "touchez ✅")
    await _answered(on)
    on.tells("Personne ne connaît de résultat avant la clôture, pas même l’équipe.")
    await on.asks("animation", "team", "!enquete resultats 1", "ne sont connus de personne avant la clôture")


async def _answered(on: Runner) -> None:
    on.tells("Noa répond en privé, une question à la fois, et s’arrête quand bon lui semble.")
    room = await on.opens_direct("noa")
    await on.asks("noa", room, "enquete", "Question 1 sur 13 – Votre profil", "1. Politique de la ville")
    await on.asks("noa", room, "4 les deux, à mi-temps", "Noté : autre", "Question 2 sur 13")
    await on.asks("noa", room, "1", "Noté : oui, un réseau local", "Question 4 sur 13")
    await on.asks("noa", room, "retour", "Question 2 sur 13", "Pour l’instant : oui, un réseau local")
    await on.asks("noa", room, "stop", "C’est arrêté", "enquete 1")
