"""The house keeps its shape: imports only go right, dangerous libraries stay in their place, nothing grows out of hand."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = ("storage", "bot", "schedules", "commands")  # each may import itself and what stands before it
SEE_ALL = {"bot/__main__.py", "bot/app.py"}
KEPT_IN = {
    "nio": ("bot/matrix/", "bot/demo/"),
    "synapse": ("bot/demo/",),
    # Addresses given by people are fetched by bot/web alone; the others here only ask the configured homeserver.
    "aiohttp": ("bot/web", "bot/matrix/", "bot/demo/", "bot/check/"),
    "urllib.request": ("bot/web",),
    "http.client": (),
    "requests": (),
    "urllib3": (),
}
LONGEST_FILE, LONGEST_FUNCTION, MOST_PARAMETERS = 250, 30, 4
MAY_BE_LONG = re.compile(r"storage/tables\.py|storage/migrations/")

SOURCES = {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8")) for layer in LAYERS for path in sorted((ROOT / layer).rglob("*.py"))}
TESTS = {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8")) for path in sorted((ROOT / "tests").rglob("*.py"))}


def imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every import, wherever it stands, with its line: `from a import b` is both a and a.b, since b may be a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written out"
            yield node.lineno, node.module or ""
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_imports_only_go_right() -> None:
    wrong = [
        f"{file}:{line} imports {name}"
        for file, tree in SOURCES.items()
        if file not in SEE_ALL
        for line, name in imports(tree)
        if (layer := name.partition(".")[0]) in LAYERS and LAYERS.index(layer) > LAYERS.index(file.partition("/")[0])
    ]
    assert not wrong


def test_nothing_imports_the_tests() -> None:
    assert not [f"{file}:{line}" for file, tree in SOURCES.items() for line, name in imports(tree) if name.partition(".")[0] == "tests"]


@pytest.mark.parametrize("library", KEPT_IN)
def test_a_dangerous_library_stays_in_its_place(library: str) -> None:
    wrong = [
        f"{file}:{line}"
        for file, tree in SOURCES.items()
        if not file.startswith(KEPT_IN[library])
        for line, name in imports(tree)
        if name == library or name.startswith(library + ".")
    ]
    assert not wrong


def test_what_is_imported_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = [*project["dependencies"], *project["optional-dependencies"]["postgres"], *project["optional-dependencies"]["demo"]]
    declared = {re.split(r"[\[<>=;, ]", line)[0].lower().replace("_", "-") for line in lines}
    providers = packages_distributions()
    used = {name.partition(".")[0] for tree in SOURCES.values() for _, name in imports(tree)} - set(LAYERS) - set(sys.stdlib_module_names)
    missing = [name for name in used if not declared & {each.lower().replace("_", "-") for each in providers.get(name, [])}]
    assert not missing


def test_files_and_functions_stay_small() -> None:
    wrong = []
    for file, tree in SOURCES.items():
        if MAY_BE_LONG.match(file):
            continue
        if (lines := len((ROOT / file).read_text("utf-8").splitlines())) > LONGEST_FILE:
            wrong.append(f"{file}: {lines} lines")
        for function in functions(tree):
            length = (function.end_lineno or 0) - function.lineno + 1
            names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]
            count = len([name for name in names if name not in ("self", "cls")])
            if length > LONGEST_FUNCTION or count > MOST_PARAMETERS:
                wrong.append(f"{file}:{function.lineno} {function.name}: {length} lines, {count} parameters")
    assert not wrong


def test_every_module_says_why_it_exists() -> None:
    assert not [file for file, tree in (SOURCES | TESTS).items() if not ast.get_docstring(tree)]


def test_no_module_is_a_drawer_for_everything() -> None:
    assert not [file for file in SOURCES if re.search(r"(^|/)_?(utils?|helpers?|managers?|common|misc)(\.py|/)", file)]
