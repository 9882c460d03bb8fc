"""One process at a time on a data directory."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot.lock import DataDirError, hold

HOLDER = (
    "import sys, time, pathlib; from bot.lock import hold\nwith hold(pathlib.Path(sys.argv[1])):\n"
    " print('held', flush=True); time.sleep(600)"
)


def test_a_second_process_is_refused_and_told_who_holds_the_directory(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE) as other:
        try:
            assert other.stdout
            assert other.stdout.readline() == b"held\n"
            with pytest.raises(DataDirError) as refused, hold(tmp_path):
                pytest.fail("both hold it")
            assert f"processus {other.pid}" in refused.value.say.text("fr")
            assert str(tmp_path) in refused.value.say.text("fr")
        finally:
            other.send_signal(signal.SIGKILL)
    with hold(tmp_path):
        pass  # a killed process leaves no lock behind


def test_the_directory_is_given_back_even_after_a_failure(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), hold(tmp_path):
        raise ZeroDivisionError
    with hold(tmp_path):
        assert (tmp_path / "lock").read_text() == f"{os.getpid()}\n"


def test_the_directory_is_made_for_us_alone(tmp_path: Path) -> None:
    with hold(tmp_path / "a/data"):
        assert stat.S_IMODE((tmp_path / "a/data").stat().st_mode) == 0o700


def test_a_directory_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataDirError) as refused, hold(tmp_path / "file/data"):
        pytest.fail("a file became a directory")
    assert "Je ne peux pas écrire dans" in refused.value.say.text("fr")
