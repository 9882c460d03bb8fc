"""What is installed is enough: the wheel, in an empty environment, started from another directory."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHIPPED = ("bot", "commands", "schedules", "storage")
CONFIG = """
language: en
network: {name: "Network"}
matrix: {homeserver: "http://127.0.0.1:9", user_id: "@bot:example.org", password: secret}
rooms: [{room: "#network:example.org", kind: network}]
"""
MIGRATE = """
import asyncio
from storage.db import Database
from storage.migrate import upgrade

async def main() -> None:
    db = Database("sqlite:///fresh.sqlite")
    await upgrade(db)
    await db.close()

asyncio.run(main())
"""


def run(cwd: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("ANIMATRICE_", "PYTHON"))
    }
    return subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env=clean,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of the sources, so that nothing is left in them."""
    place = tmp_path_factory.mktemp("wheel")
    for name in (*SHIPPED, "tests"):
        shutil.copytree(
            ROOT / name, place / "source" / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules")
        )
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, place / "source")
    words = (
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "--wheel-dir",
        place,
        place / "source",
    )
    built = run(place, sys.executable, "-m", "pip", *words)
    assert built.returncode == 0, built.stderr
    return next(place.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    """The folder of programs of an environment that has the wheel;
    its libraries are borrowed, by a path that does not bring our sources.
    """
    home = wheel.parent / "venv"
    venv.create(home, with_pip=False, symlinks=True)
    programs = home / "bin"
    done = run(
        home,
        sys.executable,
        "-m",
        "pip",
        "--python",
        programs / "python",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        wheel,
    )
    assert done.returncode == 0, done.stderr
    site = home / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
    return programs


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


def test_the_wheel_holds_its_data_and_no_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == set(SHIPPED)
    assert "bot/locales/en.po" in names
    assert "bot/demo/membres.yaml" in names
    assert "bot/demo/feeds/ressources-ville-nord.xml" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    for folder in ("storage/migrations", "bot/locales", "bot/demo"):
        here = {
            path.relative_to(ROOT).as_posix()
            for path in (ROOT / folder).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        assert here <= set(names)


def test_it_is_the_installed_bot_that_runs(installed: Path, elsewhere: Path) -> None:
    found = run(
        elsewhere,
        installed / "python",
        "-c",
        "import bot, importlib.util as u; print(bot.__file__); print(u.find_spec('tests'))",
    )
    assert found.stdout.splitlines() == [str(next(installed.parent.rglob("bot/__init__.py"))), "None"]


def test_check_runs_from_another_directory_and_finds_its_english(installed: Path, elsewhere: Path) -> None:
    assert run(elsewhere, installed / "animatrice", "check", "--help").returncode == 0

    checked = run(elsewhere, installed / "animatrice", "check")

    assert checked.returncode == 1, checked.stderr
    assert "✘ to mend – Homeserver: " in checked.stdout
    assert "Traceback" not in checked.stderr


def test_the_migrations_are_found_from_another_directory(installed: Path, elsewhere: Path) -> None:
    done = run(elsewhere, installed / "python", "-c", MIGRATE)
    assert done.returncode == 0, done.stderr
    assert (elsewhere / "fresh.sqlite").stat().st_size > 0
