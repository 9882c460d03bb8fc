"""What was published can be mended or taken back by the team, by replying to it."""

from bot.demo.play.announcements import MINUTES, ROOM_CHANGES
from bot.demo.runner import Runner

MENDED = "La salle change : rendez-vous au 2e étage, salle Matisse."


async def play(on: Runner) -> None:
    on.opens("Corriger, retirer", "mardi 24 novembre 2026, 9 h 01")
    on.tells("Ce n’était pas le bon étage. Morgan répond au message : il change sur place, sans nouvelle notification. Un ✅ dit que c’est fait.")
    announced = on.heard(ROOM_CHANGES)
    reply = await on.says("animation", "network", f"!corriger {MENDED}", reply_to=announced.id)
    await on.sees_taps("network", reply, "✅")
    await on.sees_change(announced, MENDED, label="L’annonce de 9 h, après la coupure, puis corrigée sur place")

    on.tells("L’autre annonce est périmée : on la retire.")
    minutes = on.heard(MINUTES)
    reply = await on.says("animation", "network", "!retirer", reply_to=minutes.id)
    await on.sees_taps("network", reply, "✅")
    await on.sees_change(minutes, label="L’annonce du compte rendu, publiée tout de suite, puis retirée")
