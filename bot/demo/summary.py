"""What should be said, and what was: each thing once, and nothing else."""

import asyncio
import signal
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.demo.chat import Line
from bot.demo.runner import Performance
from bot.demo.scene import OpenHomeserver

SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})


@dataclass(slots=True)
class Expected:
    """Something the bot must say: `event` once it is there; `parts` must stand in its text (none: it was removed)."""

    scene: str
    label: str
    room: str
    parts: tuple[str, ...]
    event: str = ""

    def fits(self, line: Line) -> bool:
        if not self.parts:
            return line.removed
        said = line.text.translate(SPACES)
        return not line.removed and all(part.translate(SPACES) in said for part in self.parts)


class Ledger:
    """`scene`: the one that is being played; `changes`: how many edits, removals and taps by the bot were seen in each."""

    def __init__(self) -> None:
        self.scene = ""
        self.expected: list[Expected] = []
        self.changes: Counter[str] = Counter()

    def expect(self, label: str, room: str, parts: tuple[str, ...]) -> Expected:
        entry = Expected(self.scene, label, room, parts)
        self.expected.append(entry)
        return entry

    @property
    def messages(self) -> Counter[str]:
        """How many each scene expected."""
        return Counter(entry.scene for entry in self.expected)

    @property
    def known(self) -> set[str]:
        """The messages that something expected has already taken."""
        return {entry.event for entry in self.expected}

    def faults(self, lines: Iterable[Line]) -> list[tuple[str, str]]:
        """Scene and fault, of all that the bot said, as it reads now; "" is the scene of what nobody expected."""
        said = {line.id: line for line in lines}
        found = [(entry.scene, fault) for entry in self.expected if (fault := _fault(entry, said))]
        return [*found, *(("", f"En trop : « {line.text} »") for event, line in said.items() if event not in self.known)]


def _fault(entry: Expected, lines: Mapping[str, Line]) -> str | None:
    line = lines.get(entry.event)
    if line is None:
        return f"{entry.label} – rien n’a été dit"
    return None if entry.fits(line) else f"{entry.label} – on lit « {line.text or 'message supprimé'} »"


CURTAIN = "2026-12-09T09:05"  # --clock of the bot that stays on


async def judge(performance: Performance, seconds: float) -> bool:
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


def _summary(performance: Performance, faults: list[tuple[str, str]], seconds: float) -> None:
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


async def stay(performance: Performance, server: OpenHomeserver) -> None:
    """Until Ctrl-C or SIGTERM, with the bot running again."""
    performance.robot.start(CURTAIN)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    _how_to_come_in(performance, server)
    await stop.wait()


def _how_to_come_in(performance: Performance, server: OpenHomeserver) -> None:
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
