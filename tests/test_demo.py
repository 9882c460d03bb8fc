"""The demo, as anyone runs it: all is said once, it ends well, nothing is left of it."""

import asyncio
import io
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from bot.demo.chat import Line
from bot.demo.homeserver import Account, HomeserverError, OpenHomeserver
from bot.demo.main import main
from bot.demo.person import Person
from bot.demo.play import PLAY
from bot.demo.runner import Expectations
from bot.demo.terminal import Terminal

TIMEOUT = 300  # seconds: only so that a hanging demo ends
SAID = (
    "Animatrice Je ne connais pas « contcat ». Vouliez-vous dire `!contact` ? Touchez ✅ si c’est cela.",
    "Animatrice Cette date est un mardi : écrivez « mardi 24 novembre », ou changez la date.",
    "Animatrice (modifie son message) Ressources Ville Nord (127.0.0.1)",
    "Animatrice Panorama d’actualités – semaine du 16 au 20 novembre",
    "Animatrice Vos lectures (un titre)",
    "Animatrice Le compte rendu de septembre est en ligne :",
    "Animatrice (modifie son message) C’est transmis à l’équipe d’animation.",
    "Animatrice Bonjour Noa. Que puis-je faire ? `aide`",
    *(f"pong {number}" for number in ("un", "deux", "trois", "quatre", "cinq", "six")),
    "Animatrice La salle change : rendez-vous au 3e étage.",
    "Animatrice (modifie son message) La salle change : rendez-vous au 2e étage, salle Matisse.",
    "Animatrice Fiche 1 – 127.0.0.1/cadre-de-vie/diagnostic-en-marchant",
    "Outil – cadre de vie – 1 minute – accès libre – 3 voix",
    "J’ai ajouté votre voix : 2 personnes la jugent utile.",
    "Animatrice GUSP : Gestion urbaine et sociale de proximité.",
    "5 votes – clôture vendredi 27 novembre à 12 h",
    "Animatrice Résultat – Quels thèmes pour la rencontre de mars ? (6 votes, 10 réponses)",
    "1. Mardi 23 février 2027 – déconseillé : vacances d’hiver (zone B)",
    "Animatrice Rencontre 2026-T4 – est-ce bien cela ?",
    "Animatrice Réponses : aucune pour l’instant – il reste 4 places.",
    "Animatrice Une place se libère pour la rencontre du jeudi 10 décembre.",
    "Sur place : 4, dont un accompagnant (régie de quartier)",
)
READS = (
    "Animatrice Panorama d’actualités – semaine du 16 au 20 novembre",
    *(f"Animatrice pong {number}" for number in ("un", "deux", "quatre", "cinq")),
    "Animatrice La salle change : rendez-vous au 2e étage, salle Matisse. (modifié)",
    "Animatrice Thème : cadre de vie. (modifié)",
    "Animatrice Vote noté : Emploi et insertion, Actualités nationales. (modifié)",
    "Animatrice Rencontre du réseau – jeudi 10 décembre 2026, de 9 h 30 à 14 h",
    "Animatrice C’est demain : rencontre du réseau à Marquemont",
)


def environ(folder: Path) -> dict[str, str]:
    return {**os.environ, "TMPDIR": str(folder), "COLUMNS": "100"}


@pytest.fixture
def hears_ctrl_c() -> Iterator[None]:
    """What a shell starts in the background ignores SIGINT, and so do its children:
    a demo on somebody's terminal does not.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def left_over(folder: Path) -> list[str]:
    """Processes that were started on something in this folder, and its files."""
    commands = [path.read_bytes().replace(b"\0", b" ").decode(errors="replace") for path in processes()]
    return [
        *(command for command in commands if str(folder) in command),
        *(path.name for path in folder.iterdir()),
    ]


def processes() -> Iterator[Path]:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            path.read_bytes()
        except OSError:  # gone meanwhile
            continue
        yield path


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "bot", "demo"]
    return subprocess.run(
        command, env=environ(folder), text=True, capture_output=True, timeout=TIMEOUT, check=False
    ), folder


def test_all_that_should_be_said_is_said_once(played: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    done, _ = played
    assert done.returncode == 0, done.stdout + done.stderr
    transcript, _, after = done.stdout.partition("tel qu’on le relit")
    for expected, part in ((SAID, transcript), (READS, after)):
        lines = [" ".join(line.split()) for line in part.splitlines()]
        assert {line: lines.count(line) for line in expected} == dict.fromkeys(expected, 1)
    assert "une seule fois, et rien d’autre." in after


def test_nothing_is_left_of_it(played: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    done, folder = played
    assert done.stderr == ""
    assert left_over(folder) == []


def test_it_is_readable_in_a_file_and_in_a_hundred_columns(
    played: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    done, _ = played
    assert "\x1b" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100


@pytest.mark.usefixtures("hears_ctrl_c")
@pytest.mark.parametrize(
    "number",
    [
        signal.SIGTERM,
        *(pytest.param(each, marks=pytest.mark.long) for each in (signal.SIGINT, signal.SIGHUP)),
    ],
)
def test_interrupted_it_stops_what_it_started_and_says_where_the_logs_are(
    number: signal.Signals, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "bot", "demo"]
    with subprocess.Popen(
        command, env=environ(tmp_path), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as demo:
        assert demo.stdout
        next(line for line in demo.stdout if "!aide" in line)
        demo.send_signal(number)
        rest = demo.stdout.read()
        assert demo.wait(TIMEOUT) == 1
    logs = Path(found(r"Journaux : (\S+)", rest))
    assert "interrompue" in rest
    assert "Traceback" not in rest
    assert left_over(tmp_path) == [logs.name]
    assert (logs / "animatrice" / "animatrice.log").exists()


@pytest.mark.long
def test_when_nobody_reads_any_more_it_stops(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bot", "demo"]
    with subprocess.Popen(
        command, env=environ(tmp_path), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as demo:
        assert demo.stdout
        assert demo.stderr
        next(line for line in demo.stdout if "Synapse" in line)
        demo.stdout.close()
        assert demo.stderr.read() == ""
        assert demo.wait(TIMEOUT) == 1
    assert len(left_over(tmp_path)) == 1


def test_what_goes_wrong_is_told_with_the_place_of_the_logs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    async def fails(_: OpenHomeserver) -> None:
        raise HomeserverError("Synapse did not start:\nno port")

    monkeypatch.setattr(OpenHomeserver, "start", fails)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert main(PLAY, keep=False) == 1
    said = capsys.readouterr().out
    assert "no port" in said
    assert str(tmp_path) in said


@pytest.mark.long
@pytest.mark.usefixtures("hears_ctrl_c")
def test_kept_up_it_lets_anyone_in_until_it_is_told_to_stop(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bot", "demo", "--keep"]
    with subprocess.Popen(command, env=environ(tmp_path), text=True, stdout=subprocess.PIPE) as demo:
        assert demo.stdout
        lines = []
        for line in demo.stdout:
            lines.append(line)
            if "Son journal" in line:
                break
        said = "".join(lines)
        assert "Pour elle, nous sommes le mercredi 9 décembre 2026 à " in said
        asyncio.run(come_in(found(r"Serveur +(\S+)", said), found(r"Mot de passe +(\S+)", said)))
        demo.send_signal(signal.SIGINT)
        assert demo.wait(TIMEOUT) == 0
    assert left_over(tmp_path) == []


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match, text
    return match[1]


async def come_in(url: str, password: str) -> None:
    """As Camille, on another device; the bot answers."""
    body = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": "camille"},
        "password": password,
    }
    async with (
        aiohttp.ClientSession() as web,
        web.post(f"{url}/_matrix/client/v3/login", json=body) as answer,
    ):
        account = Account(
            **{
                key: value
                for key, value in (await answer.json()).items()
                if key in ("user_id", "access_token", "device_id")
            }
        )
    async with Person(url, account, "Camille") as camille:
        assert (
            await camille.asks(await camille.join("#reseau:reseau.example.org"), "!ping 9", TIMEOUT)
        ).text == "pong 9"


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environ", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_colours_are_for_terminals_that_want_them(environ: dict[str, str], coloured: bool) -> None:
    output = Screen()
    terminal = Terminal(output, environ, 80)
    terminal.title("Une scène", "lundi")
    terminal.line("salon", "Lou", "bonjour")
    terminal.verdict(True, "dit")
    assert ("\x1b" in output.getvalue()) is coloured


def test_what_people_write_does_not_command_the_terminal() -> None:
    output = Screen()
    Terminal(output, {"NO_COLOR": "1"}, 200).line("salon", "Lou", "\x1b[2J" + "mot " * 200 + "x" * 300)
    assert "\x1b" not in output.getvalue()
    assert max(map(len, output.getvalue().splitlines())) <= 100


PONG = Line("$1", "Animatrice", "@animatrice:x", datetime.now(UTC), "m.notice", "pong\u00a0un")


def expecting(*parts: str, event: str = "$1") -> Expectations:
    expectations = Expectations()
    expectations.expect("Camille : !ping un", "!room", parts).event = event
    return expectations


def test_what_is_said_once_is_no_fault() -> None:
    assert expecting("pong un").faults([PONG]) == []
    assert expecting().faults([replace(PONG, removed=True)]) == []


@pytest.mark.parametrize(
    ("expectations", "lines"),
    [
        (expecting("pong un", event=""), []),
        (expecting("pong un"), []),
        (expecting("pong un"), [PONG, replace(PONG, id="$2")]),
        (expecting("pong deux"), [PONG]),
        (expecting("pong un"), [replace(PONG, removed=True)]),
        (expecting(), [PONG]),
    ],
    ids=["never", "gone", "twice", "something else", "removed", "not removed"],
)
def test_what_is_not_said_or_said_twice_is_a_fault(expectations: Expectations, lines: list[Line]) -> None:
    assert len(expectations.faults(lines)) == 1
