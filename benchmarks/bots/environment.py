"""The environments of the other bots: made once under benchmarks/.environments/, from pinned requirements."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
HOME = HERE.parent / ".environments"


def python(name: str) -> Path:
    """The interpreter of one environment; CalledProcessError when it cannot be made."""
    requirements, folder = HERE / f"requirements-{name}.txt", HOME / name
    interpreter, stamp = folder / "bin" / "python", folder / ".requirements"
    if not stamp.exists() or stamp.read_text() != requirements.read_text():
        sys.stderr.write(f"setting up {name}…\n")
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        pip = [str(interpreter), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", str(requirements)], check=True)
        stamp.write_text(requirements.read_text())
    return interpreter
