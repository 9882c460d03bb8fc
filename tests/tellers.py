"""A poll counted a second time, from the raw events of its rooms, person after person, as somebody would with a pencil: apart from the bot's own
reading, to contradict it. Votes by every way, in polls with choices and of dates.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Raw = dict[str, Any]
Meaning = Mapping[int, list[int]] | None  # by box, the choices from 0; None: such a message votes for nothing

KEYCAPS = {f"{digit}\ufe0f\u20e3": digit - 1 for digit in range(1, 10)} | {f"{digit}\u20e3": digit - 1 for digit in range(1, 10)}


@dataclass
class Paper:
    """A poll as it lies before the tellers. `answers`: how many each box has; `said`: what each message typed means, by its text.

    `closes`: server time in milliseconds; what is later is not looked at.
    """

    card: str
    boxes: list[str]
    answers: int
    most: int
    closes: int
    said: Mapping[str, Meaning]


@dataclass
class Hand:
    """What one person holds for one box at a moment: a whole vote, and what they tapped since."""

    whole: list[int] = field(default_factory=list)
    taps: list[int] = field(default_factory=list)

    def wants(self, most: int) -> list[int]:
        if not self.taps:
            return sorted(self.whole)
        kept: list[int] = []
        for choice in reversed(self.taps):
            if choice not in kept and len(kept) < most:
                kept.append(choice)
        return sorted(kept)


def count(paper: Paper, events: Iterable[Raw]) -> dict[str, dict[int, list[int]]]:
    """What each person wants, by box; nobody who wants nothing. `events`: those that stand, of all rooms where one may vote."""
    standing = [event for event in events if event["origin_server_ts"] <= paper.closes]
    deeds = sorted((deed for event in standing for deed in _deeds(paper, event, standing)), key=lambda deed: deed[:2])
    hands: dict[tuple[str, int], Hand] = {}
    for _, _, who, box, way, choices in deeds:
        hand = hands.setdefault((who, box), Hand())
        if way == "tap":
            hand.taps += choices
        else:
            hand.whole, hand.taps = choices, []
    found: dict[str, dict[int, list[int]]] = {}
    for (who, box), hand in hands.items():
        if wanted := hand.wants(paper.most):
            found.setdefault(who, {})[box] = wanted
    return found


def tally(paper: Paper, wanted: Mapping[str, Mapping[int, list[int]]]) -> list[list[int]]:
    """By box, how many people want each of its answers."""
    return [[sum(answer in by_box.get(box, ()) for by_box in wanted.values()) for answer in range(paper.answers)] for box in range(len(paper.boxes))]


def posted(text: str) -> tuple[int, list[list[int]], dict[str, int]]:
    """A result as the room reads it: people, votes by date, votes by choice."""
    people = re.search(r"\((aucun|\d+) votes?", text)
    assert people, text
    days = [[int(each) for each in found] for found in re.findall(r" – (\d+) oui, (\d+) si besoin, (\d+) non", text)]
    choices = {label: int(votes) for label, votes in re.findall(r"\n\d+\. (.+) – (\d+) voix", text)}
    return 0 if people[1] == "aucun" else int(people[1]), days, choices


def _deeds(paper: Paper, event: Raw, standing: list[Raw]) -> list[tuple[int, str, str, int, str, list[int]]]:
    """When, which, who, in which box, how, what."""
    content, who, id_ = event["content"], event["sender"], event["event_id"]
    related = content.get("m.relates_to") or {}
    target, at = related.get("event_id"), event["origin_server_ts"]
    match event["type"]:
        case "m.poll.response" | "org.matrix.msc3381.poll.response" if related.get("rel_type") == "m.reference" and target in paper.boxes:
            return [(at, id_, who, paper.boxes.index(target), "whole", _chosen(paper, event))]
        case "m.reaction" if (
            target == paper.card and related.get("key") in KEYCAPS and KEYCAPS[related["key"]] < paper.answers and len(paper.boxes) == 1
        ):
            return [(at, id_, who, 0, "tap", [KEYCAPS[related["key"]]])]
        case "m.room.message" if related.get("rel_type") != "m.replace":
            at, text = _as_it_reads(event, standing)
            return [(at, id_, who, box, "whole", choices) for box, choices in (paper.said.get(text) or {}).items()]
    return []


def _chosen(paper: Paper, event: Raw) -> list[int]:
    """MSC3381: an id that is unknown spoils the whole; the first `most` count; nothing at all is a withdrawal, and so is what cannot be read."""
    type_, content = event["type"], event["content"]
    ids = content.get("m.selections") if type_ == "m.poll.response" else (content.get(type_) or {}).get("answers")
    known = [str(number + 1) for number in range(paper.answers)]
    if not isinstance(ids, list) or any(each not in known for each in ids):
        return []
    once: list[int] = []
    for each in ids:
        if known.index(each) not in once:
            once.append(known.index(each))
    return once[: paper.most]


def _as_it_reads(event: Raw, standing: list[Raw]) -> tuple[int, str]:
    """When it was said or last said otherwise by its author, and how it reads since."""
    at, text = event["origin_server_ts"], event["content"]["body"]
    for other in sorted(standing, key=lambda each: int(each["origin_server_ts"])):
        related = other["content"].get("m.relates_to") or {}
        if (related.get("rel_type"), related.get("event_id"), other["sender"]) == ("m.replace", event["event_id"], event["sender"]):
            at, text = other["origin_server_ts"], other["content"]["m.new_content"]["body"]
    return at, text
