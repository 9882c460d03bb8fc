"""The house keeps its shape: imports only go right, dangerous
libraries stay in their place, nothing grows out of hand.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = ("storage", "bot", "schedules", "commands")  # each may import itself and what stands before it
SEE_ALL = {"bot/__main__.py", "bot/app.py"}
BOT = (  # inside bot/: what is on one line may import itself and the lines above it
    {"packaged"},
    {"text", "declare"},
    {"time", "lock", "logs"},
    {"matrix", "config"},
    {"web", "network", "matrix_store", "state_events"},
    {"services", "readers", "documents"},
    {"outbox"},
    {"command", "schedule", "check", "join_rooms"},
    {"face"},
    {"handlers"},
    {"inbox"},
    {"app", "demo"},
    {"__main__"},
)
KEPT_IN = {
    "nio": ("bot/matrix/", "bot/demo/"),
    "synapse": ("bot/demo/",),
    # Addresses given by people are fetched by bot/web alone; the others here only ask the configured
    # homeserver.
    "aiohttp": ("bot/web", "bot/matrix/", "bot/demo/", "bot/check/"),
    "urllib.request": ("bot/web",),
    "http.client": (),
    "requests": (),
    "urllib3": (),
}
LONGEST_FILE, LONGEST_FUNCTION, MOST_PARAMETERS = 300, 30, 5
MAY_BE_LONG = re.compile(r"storage/tables\.py|storage/migrations/")
DECLARES = re.compile(
    r"command|every|due|task|tip|check|pinned|on_\w+"
)  # a handler, a job, a task, a check, a hook
# What a file that declares nothing may be, by folder: it is named by it.
ROLES = {
    "commands/": r"__init__|parse_\w+|lookup|options|fields|form|wizard|publish|feedback|secret_vote|intents",
    "schedules/": (
        r"__init__|parse_\w+"
        # what is said, and how it reads
        r"|wording|card|box|preview|interview|receipts|result|summary|calendar|private_messages|entries"
        r"|changes|contact|identity|publish"  # tickets, and cards without a page
        r"|attendance|search|kinds|fields|synonyms|themes|glossary|members"  # services, and what they know
        r"|rounds|rest|proposals|places"  # the quarter: what is planned, and what of it is known
        r"|extract|preview_feed|opml|export_file|edit"  # reading and writing for a task
    ),
}


@cache
def trees(folder: str) -> Mapping[str, ast.Module]:
    """The files below a folder, read when a test asks: each worker collects this module."""
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
        for path in sorted((ROOT / folder).rglob("*.py"))
    }


@cache
def sources() -> Mapping[str, ast.Module]:
    return {file: tree for layer in LAYERS for file, tree in trees(layer).items()}


def imports(tree: ast.AST, *, whole: bool = True) -> Iterator[tuple[int, str]]:
    """Every import, wherever it stands, with its line:
    `from a import b` is both a (if `whole`) and a.b, since b may be a module.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written out"
            if whole:
                yield node.lineno, node.module or ""
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def loaded(tree: ast.Module, *, whole: bool = True) -> Iterator[tuple[int, str]]:
    """The imports that run: those for annotations alone (TYPE_CHECKING) make no circle."""
    blocks = [
        node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    annotations = {each for block in blocks for node in block.body for each in imports(node)}
    return (each for each in imports(tree, whole=whole) if each not in annotations)


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.arg]:
    every = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    return [each for each in every if each.arg not in ("self", "cls")]


def module(file: str) -> str:
    return file.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


@cache
def graph() -> Mapping[str, set[str]]:
    """Module by module, the modules of ours that it loads;
    of `from a import b` it is a.b when that is a module, else a.
    """
    names = {module(file) for file in sources()}
    found: dict[str, set[str]] = {}
    for file, tree in sources().items():
        loads = {name if name in names else name.rpartition(".")[0] for _, name in loaded(tree, whole=False)}
        found[module(file)] = (loads & names) - {module(file)}
    return found


def circle(arrows: Mapping[str, Iterable[str]]) -> list[str]:
    """One way round; [] when there is none."""
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_imports_only_go_right() -> None:
    wrong = [
        f"{file}:{line} imports {name}"
        for file, tree in sources().items()
        if file not in SEE_ALL
        for line, name in imports(tree)
        if (layer := name.partition(".")[0]) in LAYERS
        and LAYERS.index(layer) > LAYERS.index(file.partition("/")[0])
    ]
    assert not wrong


def test_what_subjects_use_of_bot_is_not_inside_the_inbox() -> None:
    """It hands them contexts and events: they reach for nothing of its own."""
    assert not [
        f"{file}:{line} imports {name}"
        for file, tree in sources().items()
        if file.startswith(("commands/", "schedules/"))
        for line, name in imports(tree)
        if name == "bot.inbox" or name.startswith("bot.inbox.")
    ]


def test_bot_is_built_from_the_ground() -> None:
    floors = {name: floor for floor, names in enumerate(BOT) for name in names}
    wrong = []
    for file, tree in sources().items():
        if not file.startswith("bot/") or file == "bot/__init__.py":
            continue
        own = module(file).split(".")[1]
        for line, name in loaded(tree):
            other = name.split(".")[1] if name.startswith("bot.") else ""
            if other in floors and other != own and floors[other] >= floors[own]:
                wrong.append(f"{file}:{line} imports {name}")
    assert not wrong


def test_every_part_of_bot_has_its_floor() -> None:
    parts = {
        module(file).split(".")[1]
        for file in sources()
        if file.startswith("bot/") and file != "bot/__init__.py"
    }
    assert parts - {"locales"} <= set().union(*BOT)


def test_no_files_import_each_other_in_a_circle() -> None:
    assert not circle(graph())


def test_no_packages_import_each_other_in_a_circle() -> None:
    """A file that stands at the top of its layer is on its own."""
    arrows: dict[str, set[str]] = {}
    homes = {
        module(file): module(file) if file.count("/") == 1 else file.rpartition("/")[0].replace("/", ".")
        for file in sources()
    }
    for name, loads in graph().items():
        arrows.setdefault(homes[name], set()).update(
            homes[each] for each in loads if homes[each] != homes[name]
        )
    assert not circle(arrows)


def test_nothing_imports_the_tests() -> None:
    assert not [
        f"{file}:{line}"
        for file, tree in sources().items()
        for line, name in imports(tree)
        if name.partition(".")[0] == "tests"
    ]


@pytest.mark.parametrize("library", KEPT_IN)
def test_a_dangerous_library_stays_in_its_place(library: str) -> None:
    wrong = [
        f"{file}:{line}"
        for file, tree in sources().items()
        if not file.startswith(KEPT_IN[library])
        for line, name in imports(tree)
        if name == library or name.startswith(library + ".")
    ]
    assert not wrong


def test_what_is_imported_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = [
        *project["dependencies"],
        *project["optional-dependencies"]["postgres"],
        *project["optional-dependencies"]["demo"],
    ]
    declared = {re.split(r"[\[<>=;, ]", line)[0].lower().replace("_", "-") for line in lines}
    providers = packages_distributions()
    used = (
        {name.partition(".")[0] for tree in sources().values() for _, name in imports(tree)}
        - set(LAYERS)
        - set(sys.stdlib_module_names)
    )
    missing = [
        name
        for name in used
        if not declared & {each.lower().replace("_", "-") for each in providers.get(name, [])}
    ]
    assert not missing


def test_files_and_functions_stay_small() -> None:
    wrong = []
    for file, tree in sources().items():
        if MAY_BE_LONG.match(file):
            continue
        if (lines := len((ROOT / file).read_text("utf-8").splitlines())) > LONGEST_FILE:
            wrong.append(f"{file}: {lines} lines")
        for function in functions(tree):
            length, count = (function.end_lineno or 0) - function.lineno + 1, len(parameters(function))
            if length > LONGEST_FUNCTION or count > MOST_PARAMETERS:
                wrong.append(f"{file}:{function.lineno} {function.name}: {length} lines, {count} parameters")
    assert not wrong


def _is_pair(annotation: ast.expr | None) -> bool:
    """`tuple[A, B]`, be it one of several types: `tuple[A, ...]` and `tuple[A, A]` are of one kind."""
    if isinstance(annotation, ast.BinOp):
        return _is_pair(annotation.left) or _is_pair(annotation.right)
    if not isinstance(annotation, ast.Subscript) or ast.unparse(annotation.value) != "tuple":
        return False
    kinds = {ast.unparse(each) for each in getattr(annotation.slice, "elts", ())} - {"..."}
    return len(kinds) > 1


def test_no_parameter_is_an_anonymous_pair() -> None:
    """Different things that belong together have a name, and so have its parts."""
    wrong = [
        f"{file}:{function.lineno} {function.name}({each.arg})"
        for file, tree in sources().items()
        for function in functions(tree)
        for each in parameters(function)
        if _is_pair(each.annotation)
    ]
    assert not wrong


def _declares(tree: ast.Module) -> bool:
    """Whether a function of this module is decorated as a handler or a job,
    or a task is set up at its top.
    """
    said = [each for function in functions(tree) for each in function.decorator_list]
    said += [node.value for node in tree.body if isinstance(node, ast.Assign)]
    called = [each.func if isinstance(each, ast.Call) else each for each in said]
    return any(isinstance(each, ast.Name) and DECLARES.fullmatch(each.id) for each in called)


def _named_by_role(folder: str) -> dict[str, str]:
    """The files of a folder that declare nothing, each with its name."""
    return {
        file: Path(file).stem
        for file, tree in sources().items()
        if file.startswith(folder) and not _declares(tree)
    }


@pytest.mark.parametrize("folder", ROLES)
def test_a_file_of_a_subject_says_what_it_is(folder: str) -> None:
    """It declares what it is named after, or its name is a role, the same in every subject."""
    named = _named_by_role(folder)
    assert not [file for file, name in named.items() if not re.fullmatch(ROLES[folder], name)]


@pytest.mark.parametrize("folder", ROLES)
def test_every_role_is_that_of_a_file(folder: str) -> None:
    names = _named_by_role(folder).values()
    roles = ROLES[folder].split("|")
    assert not [role for role in roles if not any(re.fullmatch(role, name) for name in names)]


def test_every_module_says_why_it_exists() -> None:
    assert not [file for file, tree in {**sources(), **trees("tests")}.items() if not ast.get_docstring(tree)]


def test_no_module_is_a_drawer_for_everything() -> None:
    assert not [
        file
        for file in sources()
        if re.search(r"(^|/)_?(utils?|helpers?|managers?|common|misc)(\.py|/)", file)
    ]
