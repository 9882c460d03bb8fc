"""Locale: what the network takes for granted: for pages and feeds that do not say their zone or have several languages."""

from dataclasses import dataclass
from datetime import tzinfo
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Locale:
    zone: tzinfo
    language: str


FRANCE = Locale(ZoneInfo("Europe/Paris"), "fr")
