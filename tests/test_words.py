"""What people read: one sentence, two forms, and nothing of what others typed in it but text."""

import json
import re
import unicodedata
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.words import Count, Link, Long, Say, UserError, Value, content, mentions
from bot.words.values import EFFECTS, clean

NASTY = [
    "<script>alert(1)</script>",
    "</strong><a href='https://evil.example'>x</a>",
    "&lt;b&gt; &amp; &#x41;",
    "**gras** *italique* `code` [lien](https://evil.example)",
    "1. un\n2. deux\n- trois\n> quatre",
    "{name} {} {{x}} {0.__class__}",
    "https://matrix.to/#/@bob:example.org",
    "https://chat.example.org/#/user/%40bob:example.org",
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
TAGS = {"a", "blockquote", "br", "code", "em", "li", "ol", "p", "strong", "ul"}


class Read(HTMLParser):
    """What a client keeps of a formatted body: its tags, their attributes, its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert not self.open, html

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert {name for name, _ in attrs} <= {"a": {"href"}, "ol": {"start"}}.get(tag, set())
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag == "br":
            self.text += "\n"
        else:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


class Noon:
    def words(self, language: str) -> str:
        return {"fr": "midi", "en": "noon"}[language]


@given(ANYTHING)
def test_a_value_is_read_as_text_whatever_it_is(value: str) -> None:
    say = Say("avant {value} après **{value}** `{value}`", value=value)
    read, kept = Read(say.html("en")), clean(value)
    coded = kept.replace("`", "'")
    assert read.tags == ["strong", "code"]
    assert read.text == f"avant {kept} après {kept} {coded}"
    assert say.text("en") == f"avant {kept} après {kept} `{coded}`"


@given(ANYTHING)
def test_a_long_text_keeps_its_lines_and_adds_no_tag(value: str) -> None:
    read = Read(Say("{value}", value=Long(value)).html("en"))
    assert set(read.tags) <= {"br"}
    assert read.text == clean(value, 12_000, lines=True)


@given(ANYTHING)
def test_a_value_calls_nobody_and_hides_nothing(value: str) -> None:
    for kept in (clean(value), clean(value, 12_000, lines=True)):
        assert not set(kept) & set(EFFECTS)
        assert not re.search(r"https?://\S*#/(user/)?(@|%40)", kept)
        assert not [char for char in kept if unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs") and char not in "\n\u200c\u200d"]
        assert clean(kept, 12_000, lines=True) == kept


@given(ANYTHING, ANYTHING, st.sampled_from(["fr", "en"]))
def test_no_value_makes_a_link_that_is_not_to_the_web(label: str, url: str, language: str) -> None:
    say = Say("1. [{label}]({url}) – {link}", label=label, url=url, link=Link(label, f"https://example.org/{url}"))
    read = Read(say.html(language))
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
    assert set(Read(say.html()).tags) <= TAGS
    assert "\U000f0000" not in say.text()
    json.dumps(content(say, "fr", notice=False)).encode()


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "ftp://example.org",
        "https://a:b@example.org",
        "https://",
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
    assert len(Say("{name}", name="x" * 1_000).text()) == 300
    assert Say("{name}", name=Long("x" * 1_000)).text() == "x" * 1_000


def test_markdown_of_our_own_becomes_html_and_a_plain_body() -> None:
    say = Say("**Titre** et *nuance* : écrivez `!vote {n}` ou [lisez]({url})", n=2, url="https://example.org/?a&b")
    assert say.html("en") == (
        '<strong>Titre</strong> et <em>nuance</em> : écrivez <code>!vote 2</code> ou <a href="https://example.org/?a&amp;b">lisez</a>'
    )
    assert say.text("en") == "Titre et nuance : écrivez `!vote 2` ou lisez (https://example.org/?a&b)"


def test_paragraphs_lists_and_quotes_stand_apart_and_read_as_typed() -> None:
    say = Say("Titre\nsuite\n\n1. un\n détail\n2. deux\n- a\n- b\n> cité\nfin")
    assert say.html() == (
        "<p>Titre<br>suite</p>\n<ol><li>un<br>détail</li><li>deux</li></ol>\n<ul><li>a</li><li>b</li></ul>\n<blockquote>cité</blockquote>\n<p>fin</p>"
    )
    assert say.text() == "Titre\nsuite\n\n1. un\n détail\n2. deux\n- a\n- b\n> cité\nfin"


def test_the_numbers_of_a_list_stay_those_that_were_given() -> None:
    say = Say.lines(*(Say("{n}. fiche", n=n) for n in (6, 7, 4)))
    assert say.html() == '<ol start="6"><li>fiche</li><li>fiche</li></ol>\n<ol start="4"><li>fiche</li></ol>'
    assert say.text() == "6. fiche\n7. fiche\n4. fiche"


def test_a_text_at_the_start_of_a_sentence_is_not_the_number_of_a_list() -> None:
    assert Say("{name}. Merci.", name="1").html() == "1. Merci."


def test_every_line_of_a_quoted_text_is_quoted() -> None:
    say = Say("> {text}", text=Long("un\ndeux"))
    assert (say.text(), say.html()) == ("> un\n> deux", "<blockquote>un<br>deux</blockquote>")


def test_a_sentence_inside_a_sentence_is_read_in_the_same_language() -> None:
    say = Say("{all} – {when}", all=Say("**{when}**", when=Noon()), when=Noon())
    assert (say.text("fr"), say.html("en")) == ("midi – midi", "<strong>noon</strong> – noon")


def test_a_sentence_alone_on_its_line_brings_its_own_lists() -> None:
    assert Say("{list}\nfin", list=Say("- a\n- b")).html() == "<ul><li>a</li><li>b</li></ul>\n<p>fin</p>"


def test_a_link_inside_a_link_is_only_its_label() -> None:
    assert Read(Say("[{link}](https://a.example)", link=Link("b", "https://b.example")).html()).links == ["https://a.example"]


def test_an_address_as_its_own_label_is_shown_once() -> None:
    assert Say("{link}", link=Link("https://a.example", "https://a.example")).text() == "https://a.example"


def test_lines_are_joined_and_what_is_missing_leaves_no_hole() -> None:
    assert Say.lines(Say("un"), None, Say(""), Say("deux")).text() == "un\n\ndeux"
    assert (Say("un") + Say("deux")).text() == "un\ndeux"
    assert Say.lines().text() == ""


def test_none_and_one_are_singular_in_french() -> None:
    counts = [Say("{c}", c=Count(n, "une réponse", "{n} réponses")).text() for n in (0, 1, 2)]
    assert counts == ["0 réponse", "une réponse", "2 réponses"]
    assert Say("{c}", c=Count(0, "{n} voix", "{n} voix", zero="aucune voix")).text() == "aucune voix"


def test_decimals_are_written_as_the_language_does() -> None:
    assert (Say("{x}", x=68.04).text("fr"), Say("{x}", x=68.04).text("en")) == ("68,0", "68.0")


def test_an_unknown_language_is_french() -> None:
    assert Say("{when} ?", when=Noon()).text("xx") == "midi\u202f?"


@pytest.mark.parametrize("values", [{}, {"name": "Lou", "other": 1}, {"name": None}, {"name": True}, {"name": date(2026, 1, 1)}])
def test_a_sentence_that_cannot_be_said_is_refused_where_it_is_written(values: dict[str, Value]) -> None:
    with pytest.raises(TypeError):
        Say("Bonjour {name}", **values)
    with pytest.raises(TypeError):
        UserError("Bonjour {name}", **values)


def test_a_stray_brace_or_a_foreign_hole_is_refused() -> None:
    with pytest.raises(ValueError, match="brace"):
        Say("{name")
    with pytest.raises(TypeError):
        Count(2, "une", "{m} voix")


def test_a_refusal_is_logged_without_what_people_wrote() -> None:
    error = UserError("Je ne connais pas « {word} ».", word="secret")
    assert "secret" not in str(error)
    assert "secret" in error.say.text()


def test_a_message_always_says_whom_it_calls() -> None:
    assert content(Say("Bonjour"), "fr", notice=True) == {"msgtype": "m.notice", "body": "Bonjour", "m.mentions": {}}
    called = content(Say("**Bonjour**"), "fr", notice=False, mentions=["@a:x", "@b:x", "@a:x"])
    assert called["m.mentions"] == mentions(["@a:x", "@b:x"]) == {"user_ids": ["@a:x", "@b:x"]}
    assert (called["msgtype"], called["format"], called["formatted_body"]) == ("m.text", "org.matrix.custom.html", "<strong>Bonjour</strong>")


@pytest.mark.parametrize("char", ["a", "é", "<", "&", "👍", "\n\n- "])
def test_a_message_always_fits_in_an_event_and_keeps_its_last_line(char: str) -> None:
    say = Say.lines(Say("**Titre**"), *(Say("{text}", text=Long(char * 20_000)) for _ in range(3)), Say("À vous : `!vote 1`"))
    made = content(say, "fr", notice=False)
    assert len(json.dumps(made)) < 48_000
    assert made["body"].startswith("Titre\n")
    assert made["body"].endswith("`!vote 1`")
    assert made["formatted_body"].endswith("<code>!vote 1</code></p>") or made["formatted_body"].endswith("<code>!vote 1</code>")
    assert len(say.text()) <= 16_000


def test_a_list_too_long_for_an_event_ends_with_an_ellipsis() -> None:
    say = Say.lines(*(Say("{n}. {text}", n=n, text="é" * 90) for n in range(2_000)))
    assert len(json.dumps(content(say, "fr", notice=False))) < 48_000
    assert say.text().endswith("…")
    assert Read(say.html()).text.endswith("…")
