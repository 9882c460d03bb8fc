"""The shape of config.yaml: the names here are a contract, keys are added and never renamed."""

from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

import bot.time
from bot.config.values import (
    DatabaseUrl,
    Days,
    Folder,
    Homeserver,
    Hour,
    MonthlyRhythm,
    Mxid,
    Rhythm,
    RoomName,
    SecretFile,
    TimeZone,
    WebAddress,
    Wrong,
)
from bot.text import Say
from bot.time.recurrence import Rule

Language = Literal["fr", "en"]
RoomKind = Literal["network", "local", "help", "open", "team"]


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Contact(Section):
    """The one clearly identified person to talk to."""

    user: Mxid | None = None
    name: str | None = None
    role: str | None = None
    hours: str | None = None
    phone: str | None = None
    email: str | None = None


class Network(Section):
    name: str
    school_zone: Literal["A", "B", "C"] | None = None  # the calendars that are known
    contact: Contact | None = None
    logo: Folder | None = None  # PNG, JPEG or SVG, for documents

    @field_validator("contact", mode="before")
    @classmethod
    def _just_an_id(cls, value: Any) -> Any:
        return {"user": value} if isinstance(value, str) else value


class Account(Section):
    """The bot's own account: a password (given or in a file), or an access token with its device."""

    homeserver: Homeserver
    user_id: Mxid
    given_password: str | None = Field(default=None, alias="password", repr=False)
    filed_password: SecretFile | None = Field(default=None, alias="password_file", repr=False)
    given_token: str | None = Field(default=None, alias="access_token", repr=False)
    filed_token: SecretFile | None = Field(default=None, alias="access_token_file", repr=False)
    device_id: str | None = None

    @property
    def password(self) -> str | None:
        return self.given_password or self.filed_password

    @property
    def access_token(self) -> str | None:
        return self.given_token or self.filed_token


class Encryption(Section):
    """`devices`: who gets the keys of what the bot says, the devices that their owners have signed, or all.
    `recovery_key_file`: of an account that another client gave cross-signing keys.
    """

    devices: Literal["signed", "all"] = "signed"
    recovery_key: SecretFile | None = Field(default=None, alias="recovery_key_file", repr=False)


class Storage(Section):
    url: DatabaseUrl = Field(repr=False)  # a password may be in it


class Room(Section):
    room: RoomName
    kind: RoomKind
    language: Language | None = None


class OfficeHours(Section):
    """When the bot may speak unasked. `lighter`: in school holidays, only what cannot wait."""

    days: Days = (0, 1, 2, 3, 4)
    start: Hour = Field(default=time(8, 30), alias="from")
    end: Hour = Field(default=time(18, 0), alias="to")
    holidays: Literal["lighter", "closed", "usual"] = "lighter"

    @field_validator("end")
    @classmethod
    def _after_the_start(cls, end: time, info: ValidationInfo) -> time:
        if end <= info.data.get("start", time.min):
            raise Wrong(Say("L’heure de fin doit venir après l’heure de début (`from`)."))
        return end


class Budget(Section):
    announcements: int = Field(default=2, ge=1)  # a day and room


class Profile(Section):
    """How the bot looks, until somebody changes it in a client. `avatar`: a PNG or JPEG; None: its own."""

    name: str = Field(default="Animatrice", min_length=1, max_length=100)
    avatar: Folder | None = None


class Digest(Section):
    """The weekly news. `draft`: the team sees it in its room the evening before."""

    at: Rhythm = "mon 09:15"
    items: int = Field(default=8, ge=1, le=20)
    draft: bool = True

    @field_validator("at")
    @classmethod
    def _once_a_week(cls, at: str) -> str:
        if not Rule.parse(at).weekly:
            raise Wrong(Say('Le panorama paraît une fois par semaine. Exemple : `"mon 09:15"`.'))
        return at


class Polls(Section):
    """`members_may_ask`: in their own room, too.
    `open_for`: open days until the closing when none is given.
    """

    members_may_ask: bool = False
    open_for: int = Field(default=3, ge=1, le=20)


class Meetings(Section):
    """`reminders`: how many days before a meeting its rooms are reminded of it; `reminders_at`:
    at which hour.
    """

    reminders: tuple[Annotated[int, Field(ge=1, le=90)], ...] = (30, 7, 1)
    reminders_at: Hour = time(9)


class Quarter(Section):
    """When the network meets; `kinds`: which meetings take turns. The team may say otherwise by chat."""

    at: MonthlyRhythm
    kinds: tuple[Literal["thematic", "general"], ...] = ("thematic", "general")


class Member(Section):
    """Somebody of the network, as the team knows them. `role`: in the team's words."""

    user: Mxid
    name: str | None = Field(default=None, min_length=1, max_length=100)
    town: str | None = Field(default=None, min_length=1, max_length=60)
    role: str | None = Field(default=None, max_length=100)


class Web(Section):
    allow_private: bool = False  # the demo and the tests fetch from loopback


class Feed(Section):
    url: WebAddress
    theme: str | None = None


class Config(Section):
    language: Language = "fr"
    time_zone: TimeZone = "Europe/Paris"
    network: Network
    matrix: Account
    encryption: Encryption = Encryption()
    data_dir: Folder = Field(default=Path("data"), validate_default=True)
    storage: Storage
    profile: Profile = Profile()
    operators: tuple[Mxid, ...] = ()
    rooms: tuple[Room, ...] = Field(min_length=1)
    office_hours: OfficeHours = OfficeHours()
    budget: Budget = Budget()
    digest: Digest = Digest()
    polls: Polls = Polls()
    meetings: Meetings = Meetings()
    rhythm: Quarter | None = None
    members: tuple[Member, ...] = ()  # in the file: the list, or the name of another file that has it
    web: Web = Web()
    feeds: tuple[Feed, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def hours(self) -> bot.time.OfficeHours:
        """When the bot may speak unasked, as a calendar that answers."""
        hours = self.office_hours
        return bot.time.OfficeHours(
            hours.days, hours.start, hours.end, self.zone, hours.holidays, self.network.school_zone
        )
