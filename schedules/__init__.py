"""What happens by itself, and what command and schedule both say:
one file per subject, each declaring its jobs when it is imported.
"""

import importlib
import pkgutil
from types import ModuleType


def load() -> list[ModuleType]:
    """The modules that declare every job there is. A file added to this folder is found by itself."""
    return [importlib.import_module(each.name) for each in pkgutil.walk_packages(__path__, f"{__name__}.")]
