"""What people ask for: one file per subject, each declaring its commands when it is imported."""

import importlib
import pkgutil


def load() -> None:
    """Declares every command there is. A file added to this folder is found by itself."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        importlib.import_module(module.name)
