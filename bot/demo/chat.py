"""A room as a client shows it: what was edited, removed or reacted to is folded into the messages.

Written apart from the bot's own reading of events, so that it can contradict it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from typing import Any, TypedDict

from bot.outbox.quote import ANSWERS

SHOWN = {"m.room.message", "m.sticker", "m.room.encrypted", "org.matrix.msc3381.poll.start", "m.poll.start"}


@dataclass(slots=True)
class File:
    """A file as it is posted; `key` is set when it is encrypted (the `file` object of the message)."""

    name: str
    url: str
    type: str = ""
    key: dict[str, Any] | None = None


@dataclass(slots=True)
class Line:
    """One message, as it reads now. `msgtype` is the event type for what is no m.room.message.

    Removed: nothing is left but who, when and `removed`. Not decrypted: msgtype "m.room.encrypted", no text.
    """

    id: str
    sender: str
    sender_id: str
    at: datetime
    msgtype: str = ""
    text: str = ""
    html: str = ""
    content: dict[str, Any] = field(default_factory=dict)
    reply_to: str | None = None
    answers: str | None = None  # what it replies to, or says it answers though it quotes nothing
    thread: str | None = None
    mentions: tuple[str, ...] = ()
    file: File | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)  # key → names, first come first
    edited: bool = False
    removed: bool = False

    @property
    def readable(self) -> bool:
        return self.msgtype != "m.room.encrypted"


class Room:
    """Every event of one room in its order, and who is in it."""

    def __init__(self, id: str) -> None:
        self.id = id
        self.name = ""
        self.encrypted = False
        self.members: dict[str, str] = {}  # user id → membership
        self.names: dict[str, str] = {}
        self.events: dict[str, dict[str, Any]] = {}

    def hear(self, events: Iterable[dict[str, Any]]) -> None:
        """Timeline events, oldest first. Those known already change nothing."""
        for event in events:
            if event["event_id"] not in self.events:
                self.events[event["event_id"]] = event
                self.learn([event])

    def learn(self, state: Iterable[dict[str, Any]]) -> None:
        for event in state:
            content, key = event.get("content", {}), event.get("state_key")
            match event.get("type"):
                case "m.room.member" if key is not None:
                    self.members[key] = str(content.get("membership"))
                    self.names[key] = str(content.get("displayname") or self.names.get(key) or key)
                case "m.room.encryption" if key == "":
                    self.encrypted = True
                case "m.room.name" if key == "":
                    self.name = str(content.get("name"))

    def joined(self) -> set[str]:
        return {user for user, membership in self.members.items() if membership == "join"}

    def unread(self) -> list[dict[str, Any]]:
        """What is still encrypted: its key may come later."""
        return [
            event
            for event in self.events.values()
            if event["type"] == "m.room.encrypted" and event["content"]
        ]

    def standing(self) -> list[dict[str, Any]]:
        """The events that nobody took back."""
        gone = self._gone()
        return [event for event in self.events.values() if event["event_id"] not in gone]

    def lines(self) -> list[Line]:
        gone = self._gone()
        lines = {
            event["event_id"]: self._line(event, gone) for event in self.events.values() if _shown(event)
        }
        for event in self.standing():
            self._fold(event, lines)
        return list(lines.values())

    def _gone(self) -> set[str]:
        return {target for event in self.events.values() if (target := _redacts(event))}

    def _line(self, event: dict[str, Any], gone: set[str]) -> Line:
        sender = event["sender"]
        at = datetime.fromtimestamp(event["origin_server_ts"] / 1000, UTC)
        line = Line(event["event_id"], self.names.get(sender, sender), sender, at)
        line.removed = line.id in gone or "redacted_because" in event.get("unsigned", {})
        if not line.removed:
            line.msgtype = event["type"]
            _fill(line, event["content"])
        return line

    def _fold(self, event: dict[str, Any], lines: Mapping[str, Line]) -> None:
        """Put an edit or a reaction where it belongs."""
        relation = _relation(event)
        line = lines.get(str(relation.get("event_id")))
        if line is None or line.removed:
            return
        if relation.get("rel_type") == "m.annotation" and event["type"] == "m.reaction":
            line.reactions.setdefault(str(relation.get("key")), []).append(
                self.names.get(event["sender"], event["sender"])
            )
        elif relation.get("rel_type") == "m.replace" and event["sender"] == line.sender_id:
            line.edited = True
            _fill(line, _object(event["content"].get("m.new_content")))


def ballot(poll: str, answers: Sequence[str], *, stable: bool = False) -> tuple[str, dict[str, Any]]:
    """Type and content of a vote in a native poll, as clients send it,
    or as the specification has it (MSC3381).
    """
    related = {"m.relates_to": {"rel_type": "m.reference", "event_id": poll}}
    if stable:
        return "m.poll.response", {"m.selections": list(answers)} | related
    type_ = "org.matrix.msc3381.poll.response"
    return type_, {type_: {"answers": list(answers)} if answers else {}} | related


class Manner(TypedDict, total=False):
    """How something is said: ids of the event replied to or edited
    or of the thread's root, user ids mentioned, as m.notice.
    """

    reply_to: str
    thread: str
    edit_of: str
    mentions: Sequence[str]
    notice: bool


def message(text: str, names: Mapping[str, str], manner: Manner) -> dict[str, Any]:
    """The content a client sends: always m.mentions, a pill
    wherever the name of someone mentioned stands in the text.
    """
    mentions = list(manner.get("mentions", ()))
    content: dict[str, Any] = {
        "msgtype": "m.notice" if manner.get("notice") else "m.text",
        "body": text,
        "m.mentions": {"user_ids": mentions} if mentions else {},
    }
    html = escape(text, quote=False)
    for user in mentions:
        name = escape(names.get(user, user), quote=False)
        html = html.replace(name, f'<a href="https://matrix.to/#/{user}">{name}</a>')
    if html != escape(text, quote=False):
        content |= {"format": "org.matrix.custom.html", "formatted_body": html}
    if target := manner.get("reply_to"):
        content["m.relates_to"] = {"m.in_reply_to": {"event_id": target}}
    if root := manner.get("thread"):
        reply = {"m.in_reply_to": {"event_id": target or root}}
        content["m.relates_to"] = reply | {
            "rel_type": "m.thread",
            "event_id": root,
            "is_falling_back": not target,
        }
    if target := manner.get("edit_of"):
        relation = {"rel_type": "m.replace", "event_id": target}
        content = content | {"body": f" * {text}", "m.new_content": content, "m.relates_to": relation}
    return content


def _shown(event: dict[str, Any]) -> bool:
    return event["type"] in SHOWN and _relation(event).get("rel_type") != "m.replace"


def _object(value: object) -> dict[str, Any]:
    """People send anything; a client shows what it can of it."""
    return value if isinstance(value, dict) else {}


def _relation(event: dict[str, Any]) -> dict[str, Any]:
    return _object(_object(event["content"]).get("m.relates_to"))


def _redacts(event: dict[str, Any]) -> str | None:
    """Inside the content since room version 11."""
    if event["type"] != "m.room.redaction":
        return None
    return str(event["content"].get("redacts") or event.get("redacts"))


def _fill(line: Line, content: dict[str, Any]) -> None:
    """A relation stands in the first version only: an edit keeps what the message replied to."""
    relation = _object(content.get("m.relates_to"))
    line.content = content
    line.msgtype = str(content.get("msgtype") or line.msgtype)
    line.text = str(content.get("body") or content.get("org.matrix.msc1767.text") or "")
    line.html = str(content.get("formatted_body") or "")
    line.reply_to = _object(relation.get("m.in_reply_to")).get("event_id") or line.reply_to
    line.answers = line.reply_to or content.get(ANSWERS) or line.answers
    line.thread = relation.get("event_id") if relation.get("rel_type") == "m.thread" else line.thread
    mentioned = _object(content.get("m.mentions")).get("user_ids")
    line.mentions = tuple(mentioned) if isinstance(mentioned, list) else ()
    line.file = _file(content)


def _file(content: dict[str, Any]) -> File | None:
    key = _object(content.get("file")) or None
    url = key.get("url") if key else content.get("url")
    if not url:
        return None
    info = _object(content.get("info"))
    return File(
        str(content.get("filename") or content.get("body")), str(url), str(info.get("mimetype", "")), key
    )
