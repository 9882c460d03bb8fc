"""What a bot at rest holds: the parts that it needs from time to time come in when first needed."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEAVY = {
    *("holidays", "icalendar", "dateutil", "feedparser", "nh3", "pypdf", "babel", "rapidfuzz"),
    *("snowballstemmer", "asyncpg", "synapse", "typst", "rustworkx", "numpy"),
}
ANSWERED = """
import asyncio, sys
from pathlib import Path
from tests.support.world import in_memory

async def main(folder):
    async with in_memory(folder) as room:
        answers = await room.says("camille", "!ping")
        print(*{name.partition(".")[0] for name in sys.modules})
    assert len(answers) == 1, answers

asyncio.run(main(Path(sys.argv[1])))
"""


def test_what_is_rarely_needed_is_not_there_after_a_start_and_a_ping(tmp_path: Path) -> None:
    """Names, not bytes: `python -m benchmarks.bots --only memory` measures those."""
    found = subprocess.run(
        [sys.executable, "-c", ANSWERED, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    there = set(found.stdout.split())
    assert {"nio", "sqlmodel"} <= there
    assert not HEAVY & there
