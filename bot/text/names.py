"""Names of people, as they display them: « Camille [Marquemont] »."""

import re

_PLACE = re.compile(r"\s*[\[(].*$", re.DOTALL)


def first_name(full: str) -> str:
    """« Camille » of « Camille [Marquemont] »: the open names no town."""
    return _PLACE.sub("", full).strip() or full
