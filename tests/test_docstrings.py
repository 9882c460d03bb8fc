"""What docstrings, comments and docs/ name is there: the exceptions, the modules and what is in them."""

import ast
import builtins
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from pkgutil import resolve_name

ROOT = Path(__file__).parents[1]
PARTS = ("storage", "bot", "schedules", "commands", "tests", "benchmarks")
COMMENT = re.compile(r"(?:^ *|  )# .*", re.MULTILINE)
RAISES = re.compile(r"\b[Rr]aises((?:\s(?:or |and )?[A-Z]\w+,?)+)")
DOTTED = re.compile(rf"(?<![\w./@-])(?:{'|'.join(PARTS)})(?:\.\w+)+(?![\w/@-])")
A_FILE = (".py", ".md", ".toml", ".yaml", ".db", ".log", ".service")


@cache
def trees() -> dict[Path, ast.Module]:
    files = (path for part in PARTS for path in sorted((ROOT / part).rglob("*.py")))
    return {path: ast.parse(path.read_text("utf-8")) for path in files}


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """This node and the statements in it: a tenth of what `ast.walk` gives."""
    yield node
    for each in ast.iter_child_nodes(node):
        if isinstance(each, ast.stmt | ast.excepthandler | ast.match_case):
            yield from statements(each)


@cache
def bases() -> dict[str, set[str]]:
    """Class by class, what it is made of."""
    found: dict[str, set[str]] = {}
    for node in (each for tree in trees().values() for each in statements(tree)):
        if isinstance(node, ast.ClassDef):
            made_of = {ast.unparse(base).rpartition(".")[2] for base in node.bases}
            found.setdefault(node.name, set()).update(made_of - {node.name})
    return found


@cache
def texts() -> list[tuple[str, str]]:
    """Each docstring, comment and page, and where it stands."""
    found = [(page.name, page.read_text("utf-8")) for page in sorted((ROOT / "docs").glob("*.md"))]
    for path, tree in trees().items():
        name = str(path.relative_to(ROOT))
        for node in statements(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                found.append((f"{name}: {getattr(node, 'name', '')}", ast.get_docstring(node) or ""))
        found += [(f"{name}, a comment", text) for text in COMMENT.findall(path.read_text("utf-8"))]
    return found


def is_exception(name: str) -> bool:
    known = getattr(builtins, name, None)
    if isinstance(known, type):
        return issubclass(known, BaseException)
    return any(is_exception(base) for base in bases().get(name, ()))


def exists(name: str) -> bool:
    """A module, known by its file; or what is in one."""
    file = ROOT / name.replace(".", "/")
    if file.is_dir() or file.with_suffix(".py").is_file():
        return True
    owner, _, last = name.rpartition(".")
    if not owner or not exists(owner):
        return False
    found = resolve_name(owner)
    return hasattr(found, last) or last in getattr(found, "__annotations__", ())


def test_exceptions_that_are_named_exist() -> None:
    raised = [
        (where, name)
        for where, text in texts()
        for names in RAISES.findall(text)
        for name in re.findall(r"[A-Z]\w+", names)
    ]
    assert len(raised) > 50, "there are some"
    assert not [f"{where}: raises {name}" for where, name in raised if not is_exception(name)]


def test_modules_and_what_is_in_them_are_called_by_their_names() -> None:
    named = [(where, name) for where, text in texts() for name in DOTTED.findall(text)]
    assert len(named) > 30, "there are some"
    assert not [f"{where}: {name}" for where, name in named if not name.endswith(A_FILE) and not exists(name)]
