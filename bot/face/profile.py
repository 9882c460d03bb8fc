"""Our profile: display name, avatar and a short text, set once and kept when somebody changed them."""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from bot.matrix import parse
from bot.matrix.errors import PermanentError
from bot.matrix.http import path
from bot.services import Services
from bot.text import Say
from storage import settings

log = logging.getLogger(__name__)

BIOGRAPHY = "gay.fomx.biography"  # the unstable name of m.biography (MSC4440)
CAPABILITY = "m.profile_fields"  # the server keeps any field of a profile (MSC4133, Matrix 1.16)
MOST_BYTES = 1_000_000  # of an avatar
_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the profile: how it is called, what it is to be, and the values that nobody chose."""

    name: str
    value: Any
    unset: Sequence[Any] = (None, "")


class Profile:
    def __init__(self, services: Services) -> None:
        self._services = services
        self._me = services.network.me

    async def publish(self) -> None:
        """What nobody has set yet. Raises TransientError; what the server refuses stays as it is."""
        config = self._services.network.config.profile
        found = await self._current()
        localpart = self._me.removeprefix("@").partition(":")[0]
        await self._set(found, Field("displayname", config.name, (None, "", localpart)))
        await self._set_avatar(found, config.avatar)
        if await self._has_fields():
            about = Say(
                "Programme qui aide le réseau « {network} » dans ses salons. Écrivez-moi : aide",
                network=self._services.network.config.network.name,
            ).text(self._services.network.config.language)
            await self._set(found, Field(BIOGRAPHY, {"m.text": [{"body": about}]}))

    async def _current(self) -> dict[str, Any]:
        """GET /profile; {} when there is none yet."""
        try:
            return await self._services.matrix.call("GET", path("profile", self._me))
        except PermanentError:
            return {}

    async def _set(self, found: dict[str, Any], field: Field) -> None:
        """Unless somebody chose another value: ours of before is nobody's choice."""
        current, ours = found.get(field.name), await self._mark(field.name)
        free = current in field.unset if ours is None else _digest(current) == ours
        if current == field.value or not free:
            if current == field.value and ours is None:
                await self._remember(field.name, _digest(current))
            return
        try:
            await self._services.matrix.call(
                "PUT", path("profile", self._me, field.name), {field.name: field.value}
            )
        except PermanentError as refusal:
            log.info("profile: %s was refused: %s", field.name, refusal.errcode)
            return
        await self._remember(field.name, _digest(field.value))

    async def _set_avatar(self, found: dict[str, Any], file: Path | None) -> None:
        """Uploaded once for each picture."""
        data = _picture(file)
        digest = hashlib.sha256(data).hexdigest()
        if await self._mark("picture") == digest or not data:
            return
        ours, current = await self._mark("avatar_url"), found.get("avatar_url")
        if (ours is None and current) or (ours is not None and _digest(current) != ours):
            return  # somebody's
        kind = _TYPES.get(file.suffix.lower(), "image/png") if file else "image/png"
        url = await self._services.matrix.upload(data, kind)
        await self._set(found, Field("avatar_url", url))
        await self._remember("picture", digest)

    async def _has_fields(self) -> bool:
        """Whether the server keeps other fields than the name and the avatar."""
        found = await self._services.matrix.call("GET", path("capabilities"))
        fields = parse.mapping(parse.mapping(found.get("capabilities")).get(CAPABILITY))
        return fields.get("enabled") is True

    async def _mark(self, name: str) -> str | None:
        async with self._services.db.read() as db:
            return await settings.value(db, f"profile:{name}")

    async def _remember(self, name: str, value: str) -> None:
        async with self._services.db.write() as db:
            await settings.set_value(db, f"profile:{name}", value)


def _digest(value: Any) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()


def _picture(file: Path | None) -> bytes:
    """Ours, or the file of the configuration; b"" when that cannot be had."""
    if file is None:
        return resources.files("bot.face").joinpath("avatar.png").read_bytes()
    try:
        data = file.read_bytes()
    except OSError as error:
        log.warning("profile: the avatar %s cannot be read: %s", file, type(error).__name__)
        return b""
    if len(data) > MOST_BYTES:
        log.warning("profile: the avatar %s has more than %s bytes", file, MOST_BYTES)
        return b""
    return data
