"""What a run showed: a table that says what was lost before it says how fast it was, and a picture."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from statistics import median

from benchmarks.bots import environment
from benchmarks.bots.scenarios import Results

DRAW = """
import json, sys
import matplotlib
matplotlib.use("Agg")
from matplotlib import pyplot
charts = json.load(sys.stdin)
figure, all_axes = pyplot.subplots(1, len(charts), figsize=(4 * len(charts), 3.2), layout="constrained")
for axes, (title, values) in zip(all_axes, charts.items()):
    colours = ["#888", "#6a8caf", "#5f9e6e", "#c44e52"][: len(values)]
    bars = axes.barh(list(values), list(values.values()), color=colours)
    axes.bar_label(bars, fmt="%.3g", padding=3)
    axes.set_title(title, fontsize=10)
    axes.margins(x=0.2)
    axes.invert_yaxis()
figure.savefig(sys.argv[1], dpi=110)
"""


def table(results: Mapping[str, Results]) -> str:
    """Markdown. The first rows are what was lost; times are ratios to the floor of the same run."""
    floor = results["floor"]
    kinds = sorted({kind for each in results.values() for kind in each.lost})
    rows: list[tuple[str, list[str]]] = [
        (f"answers lost, {kind}", [str(each.lost[kind]) for each in results.values()]) for kind in kinds
    ]
    rows += [
        (
            "one at a time, median (× floor)",
            [f"{each.typical / floor.typical:.2f}" for each in results.values()],
        ),
        ("one at a time, p95 (× floor)", [f"{each.slow / floor.slow:.2f}" for each in results.values()]),
        ("CPU a command, alone (ms)", [_ms(each.cpu_alone) for each in results.values()]),
        ("CPU a command, burst (ms)", [_ms(each.cpu_burst) for each in results.values()]),
        ("500 commands at once (s)", [_seconds(each.burst) for each in results.values()]),
        ("after SIGKILL, next answer (s)", [_seconds(each.next_answer) for each in results.values()]),
        ("start (s)", [_seconds(each.start) for each in results.values()]),
        ("CPU a reaction (ms)", [_ms(each.cpu_reaction) for each in results.values()]),
        (
            "resident memory (MiB)",
            [f"{median(each.memory):.0f}" if each.memory else "–" for each in results.values()],
        ),
        (
            "SQLite statements a command",
            [f"{median(each.statements):.1f}" if each.statements else "–" for each in results.values()],
        ),
    ]
    lines = [f"| | {' | '.join(results)} |", f"|---|{'---|' * len(results)}"]
    return "\n".join([*lines, *(f"| {title} | {' | '.join(cells)} |" for title, cells in rows)]) + "\n"


def picture(results: Mapping[str, Results], file: Path) -> None:
    """A PNG with one chart a measure, drawn by matplotlib in an environment of its own."""
    floor = results["floor"]
    charts = {
        "answer, median (× floor)": {name: each.typical / floor.typical for name, each in results.items()},
        "CPU a command alone (ms)": {name: median(each.cpu_alone) * 1000 for name, each in results.items()},
        "500 commands at once (s)": {
            name: median(each.burst) for name, each in results.items() if each.burst
        },
        "resident memory (MiB)": {name: median(each.memory) for name, each in results.items()},
    }
    python = environment.python("picture")
    subprocess.run([str(python), "-c", DRAW, str(file)], input=json.dumps(charts).encode(), check=True)


def _ms(values: list[float]) -> str:
    return f"{median(values) * 1000:.2f}" if values else "–"


def _seconds(values: list[float]) -> str:
    return f"{median(values):.2f}" if values else "–"
