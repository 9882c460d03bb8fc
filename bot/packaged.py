"""Package data: the YAML files that come with the code."""

from importlib.resources import files
from typing import Any

import yaml

# ten times as fast; wheels of PyYAML have it
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(package: str, name: str) -> Any:
    """What a file of ours holds: `read_yaml("bot.web", "videos.yaml")`."""
    return yaml.load(files(package).joinpath(name).read_text("utf-8"), Loader=_LOADER)
