"""What is said to the bot, in every shape that clients give it;
what isn't said to it stays between people.
"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.command import Addressed, Me, address
from tests.support.command_context import MEMBER
from tests.support.vocabulary import whole_vocabulary

ME = Me("@animatrice:reseau.example.org", ("Animatrice", "L’Animatrice du réseau"))
LINK = "https://matrix.to/#/@animatrice:reseau.example.org"
PILL = f'<a href="{LINK}">Animatrice</a>'


def said(
    body: Any, *, direct: bool = False, reply: bool = False, answers: Any = None, **more: Any
) -> Addressed | None:
    relation = {} if answers is None else {"m.relates_to": {"m.in_reply_to": answers}}
    return address(
        {"msgtype": "m.text", "body": body, **relation, **more}, me=ME, direct=direct, reply_to_me=reply
    )


@pytest.mark.parametrize(
    "body",
    [
        "!presence oui",
        "/presence oui",
        " /presence oui",
        "//presence oui",
        "! presence oui",
        "!\u202fpresence oui",
        "\u200b!presence oui\n",
    ],
)
def test_every_prefix_calls_a_command(body: str) -> None:
    assert said(body) == Addressed("presence oui", "prefix")


@pytest.mark.parametrize(
    "body",
    [
        "Animatrice: presence oui",
        "Animatrice, presence oui",
        "Animatrice : presence oui",
        "Animatrice presence oui",
        "animatrice presence oui",
        "@Animatrice presence oui",
        "ANIMATRICE : !presence oui",
        "l'animatrice du reseau : presence oui",
        "@animatrice:reseau.example.org: presence oui",
        "@animatrice:reseau.example.org presence oui",
        f"[Animatrice]({LINK}) presence oui",
        (
            "[@animatrice:reseau.example.org](https://matrix.to/#/%40animatrice%3Areseau.example.org): "
            "presence oui"
        ),
        f"{LINK} presence oui",
    ],
)
def test_a_name_at_the_start_calls_the_bot_however_it_is_written(body: str) -> None:
    assert said(body) == Addressed("presence oui", "mention")


def test_a_pill_calls_the_bot_by_the_name_it_bears_in_that_room() -> None:
    formatted = f'<a href="{LINK}">Animatrice &amp; compagnie</a>: presence oui'
    assert said("Animatrice & compagnie: presence oui", formatted_body=formatted) == Addressed(
        "presence oui", "mention"
    )


def test_the_pill_is_found_behind_a_quoted_reply() -> None:
    formatted = (
        f'<mx-reply><blockquote>Bonjour</blockquote></mx-reply><a href="{LINK}">L\'Assistante</a> aide'
    )
    body = "> <@lou:reseau.example.org> Bonjour\n\nL'Assistante aide"
    assert said(body, formatted_body=formatted, answers={"event_id": "$before"}) == Addressed(
        "aide", "mention"
    )


def test_a_pill_for_somebody_else_does_not_call_the_bot() -> None:
    formatted = '<a href="https://matrix.to/#/@gwen:reseau.example.org">Gwen</a>: aide'
    assert said("Gwen: aide", formatted_body=formatted) is None
    assert said("[Gwen](https://matrix.to/#/@gwen:reseau.example.org) aide") is None


def test_a_mere_mention_says_nothing_more() -> None:
    assert said("Animatrice ?") is not None
    assert said("Animatrice") == Addressed("", "mention")


@pytest.mark.parametrize(
    "body",
    [
        "presence oui",
        "Bonjour Animatrice",
        "Animatrices de quartier, bonjour",
        "C'est noté !",
        "!!!",
        "!",
        "/",
        "///",
        "",
        "   ",
        "> !aide",
        "presence !oui",
    ],
)
def test_what_people_say_to_each_other_in_a_room_is_not_for_the_bot(body: str) -> None:
    assert said(body) is None


def test_a_reply_to_the_bot_speaks_to_it() -> None:
    ours = {"event_id": "$ours"}
    assert said("retirer", reply=True, answers=ours) == Addressed("retirer", "reply")
    assert said("!corriger La salle change", reply=True, answers=ours) == Addressed(
        "corriger La salle change", "prefix"
    )


def test_the_quotation_that_older_clients_put_before_a_reply_is_not_what_was_said() -> None:
    body = "> <@animatrice:reseau.example.org> **Sondage**\n> !vote 3\n\nvote 1"
    assert said(body, reply=True, answers={"event_id": "$ours"}) == Addressed("vote 1", "reply")


def test_bare_words_are_for_the_bot_in_a_direct_room_only() -> None:
    assert said("aide", direct=True) == Addressed("aide", "bare")
    assert said("aide") is None


def test_what_a_program_says_is_never_a_command() -> None:
    assert said("!aide", msgtype="m.notice") is None
    assert said("!aide", msgtype="m.emote", direct=True) is None


def test_the_lines_after_the_first_are_part_of_the_command() -> None:
    assert said("!sondage Quel jour ?\nmardi\njeudi") == Addressed(
        "sondage Quel jour ?\nmardi\njeudi", "prefix"
    )


odd: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        True,
        3,
        "",
        "m.text",
        "!aide",
        LINK,
        [],
        ["!aide"],
        {},
        {"m.in_reply_to": 4},
        {"m.in_reply_to": {"event_id": []}},
    ]
)
hostile = st.dictionaries(
    st.sampled_from(["body", "formatted_body", "m.relates_to", "m.mentions", "msgtype"]),
    odd | st.text(max_size=30),
)


@given(hostile, st.booleans(), st.booleans())
def test_no_content_however_malformed_stops_the_reading(
    content: dict[str, Any], direct: bool, reply: bool
) -> None:
    address({"msgtype": "m.text", **content}, me=ME, direct=direct, reply_to_me=reply)


@given(st.text(max_size=200), st.sampled_from(["!", "/", "//", " /", "Animatrice: ", "@animatrice "]))
def test_what_was_said_arrives_whole(words: str, called: str) -> None:
    words = "x" + words.rstrip()
    heard = said(called + words)
    assert heard is not None
    assert heard.text == words


@pytest.mark.parametrize(
    "body",
    [
        "> " * 30_000,
        ">\n" * 30_000,
        "\u200b" * 60_000,
        "[" * 60_000,
        "<a href=" * 8_000,
        "Animatrice " * 6_000,
        "! " * 30_000,
    ],
)
def test_the_longest_message_is_read_at_once(body: str) -> None:
    heard = said(body, formatted_body=body, direct=True, answers={"event_id": "$x"})
    if heard is not None:
        whole_vocabulary().find(heard.text, MEMBER)
