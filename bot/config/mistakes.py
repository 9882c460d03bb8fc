"""What is wrong with a config.yaml, and where: one line for each mistake, all of them at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.text import Count, Say

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Mistake:
    path: Path
    say: Say
    line: int | None = None  # where it is not the line of `path`


class ConfigError(Exception):
    """Everything that is wrong, one mistake a line, in the language the file asks for."""

    def __init__(self, file: str, language: str, lines: Iterable[Say]) -> None:
        says = list(lines)
        head = Say("{file} : {count}", file=file, count=Count(len(says), "une chose à corriger", "{n} choses à corriger"))
        self.lines = [say.text(language) for say in says]
        super().__init__("\n".join([head.text(language), *(f"  ✘ {line}" for line in self.lines)]))


def spelled(path: Path) -> str:
    """`rooms[1].kind`"""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def placed(mistake: Mistake, lines: Mapping[Path, int], variables: Mapping[Path, str]) -> Say:
    """The mistake with where it stands: the environment's variable, or the key and its line."""
    if not mistake.path:
        return mistake.say
    line, path = mistake.line or lines.get(mistake.path), spelled(mistake.path)
    variable = next((name for at, name in variables.items() if at[: len(mistake.path)] == mistake.path), None)
    if variable and not line:
        return Say("`{variable}` : {what}", variable=variable, what=mistake.say)
    if line:
        return Say("`{path}` (ligne {line}) : {what}", path=path, line=line, what=mistake.say)
    return Say("`{path}` : {what}", path=path, what=mistake.say)
