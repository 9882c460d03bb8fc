"""config.yaml: what an operator decides, read once at the start, every mistake of it named at once."""

from bot.config.errors import ConfigError
from bot.config.load import load
from bot.config.model import Config, Contact, Room

__all__ = ["Config", "ConfigError", "Contact", "Room", "load"]
