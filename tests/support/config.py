"""Configurations of the bot, for worlds and for tests that need no more than one that is valid."""

from pathlib import Path
from typing import Any

from bot.config import Config
from bot.demo.cast import read
from tests.support.synapse_fixture import BOT


def configuration(folder: Path, homeserver: str, password: str = "-", **more: Any) -> Config:
    rooms = [{"room": f"#{place.alias}:reseau.example.org", "kind": place.kind} for place in read()[0]]
    values: dict[str, Any] = {
        "network": {
            "name": "Réseau des chefs de projet",
            "school_zone": "B",
            "contact": {"user": "@referent:reseau.example.org", "name": "Gwen"},
        },
        "matrix": {"homeserver": homeserver, "user_id": BOT, "password": password},
        "data_dir": str(folder),
        "storage": {"url": f"sqlite:///{folder}/animatrice.sqlite"},
        "operators": ["@operateur:reseau.example.org"],
        "rooms": rooms,
    }
    return Config.model_validate(values | more)


def minimal_config(**sections: Any) -> Config:
    """One room, nothing on disk. `sections`: instead of these, or more."""
    values: dict[str, Any] = {
        "network": {"name": "Réseau", "school_zone": "B"},
        "matrix": {"homeserver": "http://127.0.0.1:8008", "user_id": BOT, "password": "secret"},
        "storage": {"url": "sqlite:///unused.sqlite"},
        "rooms": [{"room": "#reseau:reseau.example.org", "kind": "network"}],
    }
    return Config.model_validate(values | sections)
