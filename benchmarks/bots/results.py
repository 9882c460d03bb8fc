"""What the subjects showed: numbers by name of measure, and answers that never came by scenario."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median, quantiles


@dataclass
class Results:
    """Of one subject, over all rounds. Seconds, but `memory` in MiB; what begins with `cpu` is processor time
    for each command (or reaction).
    """

    measures: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    lost: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, measure: str, *values: float) -> None:
        self.measures[measure].extend(values)


Statistic = Callable[[list[float]], float]


def p95(values: list[float]) -> float:
    """The 95th percentile."""
    return quantiles(values, n=20)[18] if len(values) > 1 else values[0]


@dataclass(frozen=True)
class Row:
    """One line of the table. `per`: what one unit of it is, 1e-3 for milliseconds; `to_floor`: as a ratio to
    the floor's of the same run; `chart`: in the picture too.
    """

    title: str
    measure: str
    per: float = 1.0
    to_floor: bool = False
    statistic: Statistic = median
    chart: bool = False

    def value(self, found: Results, floor: Results) -> float | None:
        """None where it was not measured."""
        values = found.measures.get(self.measure)
        least = floor.measures.get(self.measure) if self.to_floor else [self.per]
        return self.statistic(values) / self.statistic(least) if values and least else None


ROWS: dict[str, tuple[Row, ...]] = {
    "latency": (
        Row("one at a time, median (× floor)", "latency", to_floor=True, chart=True),
        Row("one at a time, p95 (× floor)", "latency", to_floor=True, statistic=p95),
        Row("CPU a command, one at a time (ms)", "cpu alone", 1e-3, chart=True),
    ),
    "burst": (
        Row("everybody at once, until the last answer (s)", "burst", chart=True),
        Row("CPU a command, everybody at once (ms)", "cpu burst", 1e-3),
    ),
    "killed": (Row("killed with commands waiting, until the next answer (s)", "next answer", chart=True),),
    "away": (Row("stopped, commands meanwhile, until the last answer (s)", "caught up"),),
    "reactions": (Row("CPU a reaction (ms)", "cpu reaction", 1e-3),),
    "start": (
        Row("start, until it listens (s)", "start"),
        Row("--help (s)", "help"),
        Row("--help, resident memory (MiB)", "help memory"),
    ),
    "memory": (Row("resident memory (MiB)", "memory", chart=True),),
    "feeds": (
        Row("feeds, one in ten changed (× fetch and hash)", "feeds", to_floor=True, chart=True),
        Row("feeds, CPU a feed (ms)", "cpu feed", 1e-3),
    ),
    "search": (
        Row("a search in the library, median (× its own !ping)", "search"),
        Row("CPU a search (× its own !ping)", "cpu search"),
    ),
    "statements": (Row("SQLite statements a command", "statements"),),
}
