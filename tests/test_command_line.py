"""The command line says what it does, and what is wrong, before anything else happens."""

import json
import os
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Sequence
from importlib.metadata import version
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot import app, logs
from bot.__main__ import main
from bot.lock import hold
from bot.time.clock import Clock
from storage.db import Database
from storage.migrate import upgrade

ROOT = Path(__file__).parents[1]
CONFIG = """
network: {name: "Réseau"}
matrix: {homeserver: "http://127.0.0.1:9", user_id: "@bot:example.org", password: secret}
rooms: [{room: "#reseau:example.org", kind: network}]
"""


def animatrice(cwd: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """As an operator types it, in `cwd`."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ANIMATRICE_")}
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=cwd,
        env=clean,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def configured(tmp_path: Path) -> Path:
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


def test_help_names_every_command_and_each_explains_itself(tmp_path: Path) -> None:
    said = animatrice(tmp_path, "--help")
    assert said.returncode == 0
    for command in ("run", "check", "demo"):
        assert re.search(rf"^  {command} +\S", said.stdout, re.MULTILINE)
        assert animatrice(tmp_path, command, "--help").returncode == 0
    assert "config.example.yaml" in said.stdout


@pytest.mark.parametrize("words", [("--help",), ("check", "--help"), ("run", "--help")])
def test_help_waits_for_nothing_heavy(tmp_path: Path, words: Sequence[str]) -> None:
    """Neither Matrix nor the database are imported for it, nor what reads a configuration."""
    looked = f"""
import sys
from bot.__main__ import main
try:
    main({list(words)})
finally:
    sys.stderr.write(" ".join(sorted({{name.partition(".")[0] for name in sys.modules}})))
"""
    found = subprocess.run(
        [sys.executable, "-c", looked], cwd=ROOT, capture_output=True, text=True, check=True
    )
    heavy = {"nio", "sqlalchemy", "pydantic", "aiohttp", "alembic", "babel", "feedparser", "pypdf", "asyncio"}
    assert not heavy & set(found.stderr.split())


def test_the_version_is_that_of_the_package(tmp_path: Path) -> None:
    assert animatrice(tmp_path, "--version").stdout == f"animatrice {version('animatrice')}\n"


@pytest.mark.parametrize(
    "words", [["run"], ["check"], ["run", "--clock", "demain"], ["fly"], ["run", "-c", "elsewhere.yaml"]]
)
def test_wrong_usage_or_configuration_ends_with_2_and_no_trace(tmp_path: Path, words: list[str]) -> None:
    ended = animatrice(tmp_path, *words)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert ended.stderr


def test_a_directory_in_use_ends_with_1_and_one_sentence(configured: Path) -> None:
    with hold(configured / "data"):
        ended = animatrice(configured, "run")
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1].startswith(f"Une autre Animatrice (processus {os.getpid()})")
    assert "Traceback" not in ended.stderr


async def test_a_database_of_a_newer_version_is_left_alone(configured: Path) -> None:
    file = configured / "data/animatrice.sqlite"
    file.parent.mkdir()
    db = Database(f"sqlite:///{file}")
    await upgrade(db)
    await db.close()
    with sqlite3.connect(file) as bare:
        bare.execute("UPDATE alembic_version SET version_num = 'from the future'")
    bare.close()

    ended = animatrice(configured, "run")

    assert ended.returncode == 1
    assert "version plus récente" in ended.stderr


def test_an_unexpected_end_is_told_by_the_logs_alone_and_quotes_no_secret(configured: Path) -> None:
    (configured / "data/animatrice.sqlite").mkdir(parents=True)
    ended = animatrice(configured, "run", "--log-format", "json")
    assert ended.returncode == 1
    # Every line is one of ours: sometimes a library's thread ends after the loop and has something to say as
    # well.
    assert "critical" in [json.loads(line)["level"] for line in ended.stderr.splitlines()]
    assert "secret" not in ended.stderr


def test_a_thread_that_fails_is_told_by_the_logs(
    monkeypatch: pytest.MonkeyPatch, configured: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def failing() -> None:
        raise RuntimeError("in a thread")

    async def live(*_: object) -> int:
        thread = threading.Thread(target=failing)
        thread.start()
        thread.join()
        return 0

    started(monkeypatch, configured, live)
    assert "a thread stopped by an error" in caplog.messages


def test_the_clock_of_the_command_line_is_the_one_of_the_network(
    monkeypatch: pytest.MonkeyPatch, configured: Path
) -> None:
    seen: list[str] = []

    async def live(_config: object, clock: Clock) -> int:
        seen.append(clock.now().isoformat(timespec="minutes"))
        return 0

    started(monkeypatch, configured, live, "--clock", "2026-11-23T09:14")
    assert seen == ["2026-11-23T08:14+00:00"]


def started(
    monkeypatch: pytest.MonkeyPatch, place: Path, live: Callable[..., Awaitable[int]], *words: str
) -> None:
    """`run` in this process, with something else in the place of the bot;
    what it hooks is unhooked after the test.
    """
    monkeypatch.setattr(app, "run", live)
    monkeypatch.setattr(logs, "setup", lambda *_, **__: None)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    ended = CliRunner().invoke(main, ["run", "-c", str(place / "config.yaml"), *words])
    assert ended.exit_code == 0, ended.output
