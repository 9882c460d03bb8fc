"""The power cut: killed while it answers and while an announcement comes due, back without losing or repeating anything."""

from bot.demo.play.announcements import ROOM_CHANGES
from bot.demo.runner import Runner

BEFORE, AFTER = "2026-11-24T08:55", "2026-11-24T09:00:10"


async def play(on: Runner) -> None:
    on.opens("La coupure de courant", "mardi 24 novembre 2026, 8 h 55")
    await on.robot.stop()
    on.robot.start(BEFORE)
    on.tells("Le lendemain, après un redémarrage ordinaire. Plusieurs personnes écrivent à la fois ; au premier « pong », on tue le programme.")
    first = await on.says("camille", "network", "!ping un")
    burst = [
        ("lou", "network", "!ping deux"),
        ("dominique", "help", "!ping trois"),
        ("camille", "help", "!contact"),
        ("alix", "network", "!ping quatre"),
    ]
    said = [(who, room, text, await on.says(who, room, text)) for who, room, text in burst]
    await on.hears("Camille : !ping un", "network", "pong un", to=first)
    await on.robot.kill()

    on.tells("SIGKILL : plus de programme. On continue de lui écrire, et 9 h sonnent : l’annonce de la veille aurait dû partir.")
    late = [("alix", "network", "!ping cinq"), ("stef.exterieur", "open", "!ping six")]
    said += [(who, room, text, await on.says(who, room, text)) for who, room, text in late]

    on.robot.start(AFTER)
    on.tells("9 h et 10 secondes : on le relance. Ce qui était dit l’est une fois, ce qui manquait arrive.")
    for who, room, text, event in sorted(said, key=lambda each: ("network", "help", "open").index(each[1])):
        answer = "Votre interlocuteur : Gwen" if text == "!contact" else text.replace("!ping", "pong")
        await on.hears(f"{on.name(who)} : {text}", room, answer, to=event)
    await on.hears("L’annonce de 9 h, après la coupure", "network", ROOM_CHANGES)
