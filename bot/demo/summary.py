"""What should be said, and what was: each thing once, and nothing else."""

import asyncio
import signal

from bot.demo.chat import Line
from bot.demo.homeserver import OpenHomeserver
from bot.demo.runner import Runner

CURTAIN = "2026-12-09T09:05"  # --clock of the bot that stays on


async def judge(performance: Runner, seconds: float) -> bool:
    """Ends the bot cleanly, so that it says all it still had to say; then reads every room and tells what was found."""
    stage = performance.stage
    stopped = await performance.robot.stop()
    stage.title("Le salon principal, tel qu’on le relit", "mercredi 9 décembre 2026")
    for line in await performance.cast["camille"].sees(performance.cast.rooms["network"]):
        stage.line("", _name(line), _as_it_reads(line))
    faults = performance.ledger.faults(await performance.reads())
    if stopped != 0:
        faults.append(("", f"L’Animatrice ne s’est pas arrêtée proprement (code {stopped})."))
    faults += [("", f"Dans son journal : {line}") for line in performance.robot.errors()]
    _summary(performance, faults, seconds)
    return not faults


def _name(line: Line) -> str:
    return line.sender.partition(" [")[0]


def _as_it_reads(line: Line) -> str:
    if line.removed:
        return "(message supprimé)"
    first = line.text.splitlines()[0]
    return f"{first if len(first) <= 66 else first[:65] + '…'}{' (modifié)' if line.edited else ''}"


def _summary(performance: Runner, faults: list[tuple[str, str]], seconds: float) -> None:
    stage, ledger = performance.stage, performance.ledger
    stage.title("Bilan", f"joué en {seconds:.0f} secondes")
    for scene in performance.scenes:
        wrong = [fault for where, fault in faults if where == scene]
        stage.verdict(not wrong, f"{scene} : {_counted(ledger.messages[scene], ledger.changes[scene])}")
        for fault in wrong:
            stage.verdict(False, fault)
    for fault in (fault for where, fault in faults if not where):
        stage.verdict(False, fault)
    stage.plain()
    if not faults:
        stage.verdict(True, f"Tout a été dit ({ledger.messages.total()} messages), une seule fois, et rien d’autre.")


def _counted(messages: int, changes: int) -> str:
    said = [f"{messages} messages attendus, lus une fois chacun"] if messages else []
    if changes:
        said.append("1 réaction ou correction vue" if changes == 1 else f"{changes} réactions ou corrections vues")
    return " ; ".join(said)


async def stay(performance: Runner, server: OpenHomeserver) -> None:
    """Until Ctrl-C or SIGTERM, with the bot running again."""
    performance.robot.start(CURTAIN)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    _how_to_come_in(performance, server)
    await stop.wait()


def _how_to_come_in(performance: Runner, server: OpenHomeserver) -> None:
    stage = performance.stage
    stage.title("Le réseau reste ouvert", "Ctrl-C pour tout arrêter et tout effacer")
    stage.plain(f"""
  Avec un client Matrix, par exemple Element (de bureau, ou https://app.element.io) :
  « Se connecter », puis modifier le serveur d’accueil.

    Serveur       {server.url}
    Mot de passe  {server.password}  (le même pour chaque compte)
""")
    for localpart in performance.cast.people:
        stage.plain(f"    {localpart:<16} {performance.cast[localpart].name}")
    stage.plain(f"""
  L’Animatrice ({performance.robot.user_id}) est dans les quatre salons, et répond en message privé.
  Pour elle, nous sommes le vendredi 27 novembre 2026, à 12 h 10.
  Son journal : {performance.robot.log}""")
