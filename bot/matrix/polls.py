"""Native polls (MSC3381): the events that clients send for them, in both forms, and what a vote chose."""

from bot.matrix import parse
from bot.matrix.events import Event

# the form that clients send; the other is the specification's
UNSTABLE = "org.matrix.msc3381.poll.response"
BALLOTS = (UNSTABLE, "m.poll.response")
END = "org.matrix.msc3381.poll.end"
ENDS = (END, "m.poll.end")

MOST_ANSWERS = 20  # of a poll: more is no ballot of a client


def answers(event: Event) -> tuple[str, ...] | None:
    """The ids that a vote chose, as sent; () when there are none, be the key missing;
    None for what is no list of ids.
    """
    unstable = event.content.get(UNSTABLE)
    if event.type == UNSTABLE and unstable is not None and not isinstance(unstable, dict):
        return None
    chosen = (
        parse.mapping(unstable).get("answers", [])
        if event.type == UNSTABLE
        else event.content.get("m.selections", [])
    )
    if (
        not isinstance(chosen, list)
        or len(chosen) > MOST_ANSWERS
        or not all(isinstance(each, str) for each in chosen)
    ):
        return None
    return tuple(chosen)
