"""The native votes of a poll, counted a second time from what the server itself shows of them: apart from the bot's own count, to contradict it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

import aiohttp

Raw = dict[str, Any]


async def relations(url: str, token: str, room: str, event: str) -> list[Raw]:
    """Every event that refers to this one and was not taken back, raw, newest first."""
    path = f"{url}/_matrix/client/v1/rooms/{quote(room)}/relations/{quote(event)}/m.reference"
    found: list[Raw] = []
    query = {"limit": "100"}
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}, raise_for_status=True) as web:
        while True:
            async with web.get(path, params=query) as answer:
                page = await answer.json()
            found += page["chunk"]
            if "next_batch" not in page:
                return found
            query["from"] = page["next_batch"]


def standing(events: Iterable[Raw], choices: int, most: int) -> dict[str, list[int]]:
    """What each person wants: the numbers of their choices, from 1, of their latest vote by the server's time (MSC3381); nobody who wants none."""
    last: dict[str, Raw] = {}
    for event in sorted(events, key=lambda event: (event["origin_server_ts"], event["event_id"])):
        if event["type"] in ("m.poll.response", "org.matrix.msc3381.poll.response"):
            last[event["sender"]] = event["content"]
    wanted = {person: _chosen(content, choices)[:most] for person, content in last.items()}
    return {person: chosen for person, chosen in wanted.items() if chosen}


def tally(wanted: dict[str, list[int]], choices: Sequence[str]) -> tuple[int, dict[str, int]]:
    """How many people, and the votes of each choice."""
    votes = Counter(number for chosen in wanted.values() for number in chosen)
    return len(wanted), {label: votes[number] for number, label in enumerate(choices, 1)}


def _chosen(content: Raw, choices: int) -> list[int]:
    ids = content["m.selections"] if "m.selections" in content else content["org.matrix.msc3381.poll.response"].get("answers", [])
    numbers = [int(each) if each.isdecimal() else 0 for each in ids]
    return sorted(set(numbers), key=numbers.index) if all(1 <= number <= choices for number in numbers) else []
