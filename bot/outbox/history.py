"""Room history: the latest messages of each room, in memory, in the order of their server."""

from typing import Any

from bot.matrix.events import Event

KEPT = 30  # messages a room
SILENT = ("m.replace", "m.annotation", "m.reference")  # relations of events that are no line of their own


class History:
    """Known from the start of the process on."""

    def __init__(self) -> None:
        self._said: dict[str, list[str]] = {}

    def hear(self, event: Event) -> None:
        if event.state_key is None and event.type != "m.room.redaction":
            self.note(event.room, event.id, event.content)

    def note(self, room: str, event_id: str, content: dict[str, Any]) -> None:
        """The latest, until the sync says better; if clients show it as a line of its own."""
        relation = content.get("m.relates_to")
        if isinstance(relation, dict) and relation.get("rel_type") in SILENT:
            return
        messages = self._said.setdefault(room, [])
        if event_id in messages:
            messages.remove(event_id)
        messages.append(event_id)
        del messages[:-KEPT]

    def is_latest(self, room: str, event_id: str, *, besides: str, until: str = "") -> bool | None:
        """Whether nothing was said since this message but what `besides` names, nor counted from `until` on;
        None: not known.
        """
        messages = self._said.get(room, [])
        if event_id not in messages:
            return None
        after = messages[messages.index(event_id) + 1 :]
        after = after[: after.index(until)] if until in after else after
        return not {*after} - {besides}
