"""Declarations: what a decorator says of a function stays on
that function, until a registry collects it (bot.handlers).

So that importing a module registers nothing: a test makes a registry of its own.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, TypeVar

_DECLARED = "__declared__"

F = TypeVar("F", bound=Callable[..., Any])


def modules_of(package: ModuleType) -> list[ModuleType]:
    """Its modules, imported: a file added to its folder is found by itself."""
    found = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    return [importlib.import_module(each.name) for each in found]


def declare(function: F, declaration: object) -> F:
    """Leaves a declaration on a function; it may have several."""
    vars(function).setdefault(_DECLARED, []).append(declaration)
    return function


def declared(function: Callable[..., Any]) -> list[object]:
    return list(vars(function).get(_DECLARED, ()))


def declarations(module: ModuleType) -> Iterator[object]:
    """What the functions defined in a module declare, in the order in which they stand."""
    for value in vars(module).values():
        if callable(value) and getattr(value, "__module__", None) == module.__name__:
            yield from getattr(value, _DECLARED, ())
