"""Names of people, as they display them: « Camille [Marquemont] »."""

import re

_PLACE = re.compile(r"\s*[\[(].*$", re.DOTALL)
_TOWN = re.compile(r"[\[(]\s*([^\])]+?)\s*[\])]")


def first_name(full: str) -> str:
    """« Camille » of « Camille [Marquemont] »: the open names no town."""
    return _PLACE.sub("", full).strip() or full


def town_of(full: str) -> str:
    """« Marquemont » of « Camille [Marquemont] »; "" when none is displayed."""
    found = _TOWN.search(full)
    return found[1] if found else ""
