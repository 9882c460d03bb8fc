"""An independent count of a poll:
its votes counted a second time, apart from the bot's own reading, to contradict it.

`count_votes` goes through the raw events of its rooms, person after person, as somebody would with a pencil:
votes by every way, in polls with choices and of dates. `latest_native_votes` takes what the server itself
shows of the native ones.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import aiohttp

Raw = dict[str, Any]
Meaning = Mapping[int, list[int]] | None  # by box, the choices from 0; None: such a message votes for nothing

KEYCAPS = {f"{digit}\ufe0f\u20e3": digit - 1 for digit in range(1, 10)} | {
    f"{digit}\u20e3": digit - 1 for digit in range(1, 10)
}


@dataclass
class CountedPoll:
    """A poll as it is to be counted.
    `answers`: how many each box has; `said`: what each message typed means, by its text.

    `closes`: server time in milliseconds; what is later is not looked at.
    """

    card: str
    boxes: list[str]
    answers: int
    most: int
    closes: int
    said: Mapping[str, Meaning]


@dataclass
class Selection:
    """What one person holds for one box at a moment: a whole vote, and what they tapped since."""

    whole: list[int] = field(default_factory=list)
    taps: list[int] = field(default_factory=list)

    def effective(self, most: int) -> list[int]:
        if not self.taps:
            return sorted(self.whole)
        kept: list[int] = []
        for choice in reversed(self.taps):
            if choice not in kept and len(kept) < most:
                kept.append(choice)
        return sorted(kept)


def count_votes(poll: CountedPoll, events: Iterable[Raw]) -> dict[str, dict[int, list[int]]]:
    """What each person wants, by box; nobody who wants nothing.
    `events`: those that stand, of all rooms where one may vote.
    """
    standing = [event for event in events if event["origin_server_ts"] <= poll.closes]
    votes = sorted(
        (vote for event in standing for vote in _votes(poll, event, standing)), key=lambda vote: vote[:2]
    )
    selections: dict[tuple[str, int], Selection] = {}
    for _, _, who, box, way, choices in votes:
        selection = selections.setdefault((who, box), Selection())
        if way == "tap":
            selection.taps += choices
        else:
            selection.whole, selection.taps = choices, []
    found: dict[str, dict[int, list[int]]] = {}
    for (who, box), selection in selections.items():
        if wanted := selection.effective(poll.most):
            found.setdefault(who, {})[box] = wanted
    return found


def tally(poll: CountedPoll, wanted: Mapping[str, Mapping[int, list[int]]]) -> list[list[int]]:
    """By box, how many people want each of its answers."""
    return [
        [sum(answer in by_box.get(box, ()) for by_box in wanted.values()) for answer in range(poll.answers)]
        for box in range(len(poll.boxes))
    ]


def parse_result(text: str) -> tuple[int, list[list[int]], dict[str, int]]:
    """A result as the room reads it: people, votes by date, votes by choice."""
    people = re.search(r"\((aucun|\d+) votes?", text)
    assert people, text
    days = [
        [int(each) for each in found]
        for found in re.findall(r" – (\d+) oui, (\d+) si besoin, (\d+) non", text)
    ]
    choices = {label: int(votes) for label, votes in re.findall(r"\n\d+\. (.+) – (\d+) voix", text)}
    return 0 if people[1] == "aucun" else int(people[1]), days, choices


def _votes(
    poll: CountedPoll, event: Raw, standing: list[Raw]
) -> list[tuple[int, str, str, int, str, list[int]]]:
    """When, which, who, in which box, how, what."""
    content, who, id_ = event["content"], event["sender"], event["event_id"]
    related = content.get("m.relates_to") or {}
    target, at = related.get("event_id"), event["origin_server_ts"]
    match event["type"]:
        case "m.poll.response" | "org.matrix.msc3381.poll.response" if (
            related.get("rel_type") == "m.reference" and target in poll.boxes
        ):
            return [(at, id_, who, poll.boxes.index(target), "whole", _chosen(poll, event))]
        case "m.reaction" if (
            target == poll.card
            and related.get("key") in KEYCAPS
            and KEYCAPS[related["key"]] < poll.answers
            and len(poll.boxes) == 1
        ):
            return [(at, id_, who, 0, "tap", [KEYCAPS[related["key"]]])]
        case "m.room.message" if related.get("rel_type") != "m.replace":
            at, text = _latest_text(event, standing)
            return [
                (at, id_, who, box, "whole", choices) for box, choices in (poll.said.get(text) or {}).items()
            ]
    return []


def _chosen(poll: CountedPoll, event: Raw) -> list[int]:
    """MSC3381: an id that is unknown spoils the whole; the first `most` count;
    nothing at all is a withdrawal, and so is what cannot be read.
    """
    type_, content = event["type"], event["content"]
    ids = (
        content.get("m.selections")
        if type_ == "m.poll.response"
        else (content.get(type_) or {}).get("answers")
    )
    known = [str(number + 1) for number in range(poll.answers)]
    if not isinstance(ids, list) or any(each not in known for each in ids):
        return []
    once: list[int] = []
    for each in ids:
        if known.index(each) not in once:
            once.append(known.index(each))
    return once[: poll.most]


def _latest_text(event: Raw, standing: list[Raw]) -> tuple[int, str]:
    """When it was said or last said otherwise by its author, and how it reads since."""
    at, text = event["origin_server_ts"], event["content"]["body"]
    for other in sorted(standing, key=lambda each: int(each["origin_server_ts"])):
        related = other["content"].get("m.relates_to") or {}
        if (related.get("rel_type"), related.get("event_id"), other["sender"]) == (
            "m.replace",
            event["event_id"],
            event["sender"],
        ):
            at, text = other["origin_server_ts"], other["content"]["m.new_content"]["body"]
    return at, text


async def relations(url: str, token: str, room: str, event: str) -> list[Raw]:
    """Every event that refers to this one and was not taken back, raw, newest first."""
    path = f"{url}/_matrix/client/v1/rooms/{quote(room)}/relations/{quote(event)}/m.reference"
    found: list[Raw] = []
    query = {"limit": "100"}
    async with aiohttp.ClientSession(
        headers={"Authorization": f"Bearer {token}"}, raise_for_status=True
    ) as web:
        while True:
            async with web.get(path, params=query) as answer:
                page = await answer.json()
            found += page["chunk"]
            if "next_batch" not in page:
                return found
            query["from"] = page["next_batch"]


def latest_native_votes(events: Iterable[Raw], choices: int, most: int) -> dict[str, list[int]]:
    """What each person wants: the numbers of their choices, from 1, of their
    latest vote by the server's time (MSC3381); nobody who wants none.
    """
    last: dict[str, Raw] = {}
    for event in sorted(events, key=lambda event: (event["origin_server_ts"], event["event_id"])):
        if event["type"] in ("m.poll.response", "org.matrix.msc3381.poll.response"):
            last[event["sender"]] = event["content"]
    wanted = {person: _native_choices(content, choices)[:most] for person, content in last.items()}
    return {person: chosen for person, chosen in wanted.items() if chosen}


def tally_by_label(wanted: dict[str, list[int]], choices: Sequence[str]) -> tuple[int, dict[str, int]]:
    """How many people, and the votes of each choice."""
    votes = Counter(number for chosen in wanted.values() for number in chosen)
    return len(wanted), {label: votes[number] for number, label in enumerate(choices, 1)}


def _native_choices(content: Raw, choices: int) -> list[int]:
    ids = (
        content["m.selections"]
        if "m.selections" in content
        else content["org.matrix.msc3381.poll.response"].get("answers", [])
    )
    numbers = [int(each) if each.isdecimal() else 0 for each in ids]
    return (
        sorted(set(numbers), key=numbers.index) if all(1 <= number <= choices for number in numbers) else []
    )
