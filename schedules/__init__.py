"""What happens by itself, and what command and schedule both say: one file per subject, each declaring its jobs when it is imported."""

import importlib
import pkgutil


def load() -> None:
    """Declares every job there is. A file added to this folder is found by itself."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        importlib.import_module(module.name)
