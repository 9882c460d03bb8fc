"""What a run showed: a table that says what was lost before it says how fast it was, and a picture."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

from benchmarks.bots import environment
from benchmarks.bots.results import ROWS, Results

DRAW = """
import json, sys
import matplotlib
matplotlib.use("Agg")
from matplotlib import pyplot
charts = json.load(sys.stdin)
down = -(-len(charts) // 3)
figure, all_axes = pyplot.subplots(down, 3, figsize=(13, 2.6 * down), layout="constrained", squeeze=False)
for axes in all_axes.flat[len(charts):]:
    axes.axis("off")
for axes, (title, values) in zip(all_axes.flat, charts.items()):
    colours = {"floor": "#888", "matrix-nio": "#6a8caf", "maubot": "#5f9e6e", "animatrice": "#c44e52"}
    bars = axes.barh(list(values), list(values.values()), color=[colours[name] for name in values])
    axes.bar_label(bars, fmt="%.3g", padding=3)
    axes.set_title(title, fontsize=10)
    axes.margins(x=0.2)
    axes.invert_yaxis()
figure.savefig(sys.argv[1], dpi=110)
"""


def table(results: Mapping[str, Results]) -> str:
    """Markdown, scenario by scenario: first the answers that never came, then how fast the others were."""
    lines = [f"| | {' | '.join(results)} |", f"|---|{'---:|' * len(results)}"]
    for scenario, rows in ROWS.items():
        if any(scenario in each.lost for each in results.values()):
            lost = (str(each.lost[scenario]) if scenario in each.lost else "–" for each in results.values())
            lines.append(f"| **{scenario}: answers lost** | {' | '.join(lost)} |")
        for row in rows:
            values = [row.value(each, results["floor"]) for each in results.values()]
            if any(value is not None for value in values):
                lines.append(f"| {row.title} | {' | '.join(_number(value) for value in values)} |")
    return "\n".join(lines) + "\n"


def picture(results: Mapping[str, Results], file: Path) -> bool:
    """A PNG with one chart a measure, drawn by matplotlib in an environment of its own;
    False when nothing was measured that has a chart.
    """
    charts = {}
    for row in (row for rows in ROWS.values() for row in rows if row.chart):
        values = {name: row.value(each, results["floor"]) for name, each in results.items()}
        known = {name: value for name, value in values.items() if value is not None}
        if known:
            charts[row.title] = known
    if not charts:
        return False
    python = environment.python("picture")
    subprocess.run([str(python), "-c", DRAW, str(file)], input=json.dumps(charts).encode(), check=True)
    return True


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}" if value >= 100 else f"{value:.3g}"
