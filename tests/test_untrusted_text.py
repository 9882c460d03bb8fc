"""Whatever people type, in any hole, stays text: no format, no link, no call, nothing hidden, no effect."""

import json
import re
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.text import Link, Long, Say, Value, content
from bot.text.clean import EFFECTS, clean_text
from bot.text.languages import command_line
from tests.support.formatted_body import FormattedBody

NASTY = [
    "<script>alert(1)</script>",
    "</strong><a href='https://evil.example'>x</a>",
    "&lt;b&gt; &amp; &#x41;",
    "**gras** *italique* `code` [lien](https://evil.example)",
    "1. un\n2. deux\n- trois\n> quatre",
    "{name} {} {{x}} {0.__class__}",
    "https://matrix.to/#/@bob:example.org",
    "https://chat.example.org/#/user/%40bob:example.org",
    "https://matrix.to/#/https://matrix.to/#/@bob:example.org",
    "https://matrix.to/#/@https://matrix.to/#/@bob:example.org",
    "javascript:alert(1)",
    "@room \u202eevil\u202c \x00\x1b[31m \ud800 \U000f0000\U000f0001",
    f"bravo {EFFECTS} ❄️ ⛈️",
    "mx-reply <mx-reply>x</mx-reply>",
]
ANYTHING = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(codec=None)),
    st.lists(st.sampled_from("<>&\"'`*[](){}!\n @#:/ 🎉\u202e\U000f0000a1"), max_size=40).map("".join),
)


@given(ANYTHING)
def test_a_value_is_read_as_text_whatever_it_is(value: str) -> None:
    assume(command_line(value, "en") == value)  # a line to type is said in the language of the room
    say = Say("avant {value} après **{value}** `{value}`", value=value)
    read, kept = FormattedBody(say.html("en")), clean_text(value)
    coded = kept.replace("`", "'")
    assert read.tags == ["strong", "code"]
    assert read.text == f"avant {kept} après {kept} {coded}"
    assert say.text("en") == f"avant {kept} après {kept} `{coded}`"


@given(ANYTHING)
def test_a_long_text_keeps_its_lines_and_adds_no_tag(value: str) -> None:
    read = FormattedBody(Say("{value}", value=Long(value)).html("en"))
    assert set(read.tags) <= {"br"}
    assert read.text == clean_text(value, 12_000, lines=True)


@given(ANYTHING)
def test_a_value_calls_nobody_and_hides_nothing(value: str) -> None:
    for kept in (clean_text(value), clean_text(value, 12_000, lines=True)):
        assert not set(kept) & set(EFFECTS)
        assert not re.search(r"https?://\S*#/(user/)?(@|%40)", kept)
        assert not [
            char
            for char in kept
            if unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs") and char not in "\n\u200c\u200d"
        ]
        assert clean_text(kept, 12_000, lines=True) == kept


@given(ANYTHING, ANYTHING, st.sampled_from(["fr", "en"]))
def test_no_value_makes_a_link_that_is_not_to_the_web(label: str, url: str, language: str) -> None:
    say = Say(
        "1. [{label}]({url}) – {link}", label=label, url=url, link=Link(label, f"https://example.org/{url}")
    )
    read = FormattedBody(say.html(language))
    assert set(read.tags) <= {"ol", "li", "a"}
    assert all(link.startswith("https://") and "#/@" not in link for link in read.links)


@given(
    st.recursive(
        ANYTHING.map(Long) | ANYTHING | st.integers() | st.floats(),
        lambda inner: inner.map(lambda value: Say("> {value}\n- *{value}*", value=value)),
        max_leaves=4,
    )
)
def test_nested_sentences_never_break_the_page(value: Value) -> None:
    say = Say("{value}\n1. {value} [{value}](https://example.org)\n {value}\n\n> {value}", value=value)
    assert FormattedBody(say.html()).tags
    assert "\U000f0000" not in say.text()
    json.dumps(content(say, "fr", notice=False)).encode()


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "ftp://example.org",
        "https://a:b@example.org",
        "https://",
        "https://%20",
        "https://matrix.to/#/@bob:x",
        "https://[",
        "https://x y",
        "/x",
    ],
)
def test_an_address_that_is_no_web_page_leaves_only_the_label(url: str) -> None:
    assert Say("{link}", link=Link("lire", url)).html() == "lire"
    assert Say("[lire]({url})", url=url).text() == "lire"


def test_a_text_is_short_unless_it_is_meant_to_be_long() -> None:
    assert Say("{name}", name="x" * 1_000).text() == "x" * 299 + "…"
    assert Say("{name}", name=Long("x" * 1_000)).text() == "x" * 1_000
