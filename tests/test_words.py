"""What people read: one sentence, in two forms and two languages."""

import json
from datetime import date

import pytest

from bot.text import Count, Link, Long, Say, UserError, Value, content, mentions
from tests.support.formatted_body import FormattedBody


class Noon:
    def localized(self, language: str) -> str:
        return {"fr": "midi", "en": "noon"}[language]


def test_markdown_of_our_own_becomes_html_and_a_plain_body() -> None:
    say = Say(
        "**Titre** et *nuance* : écrivez `!vote {n}` ou [lisez]({url})", n=2, url="https://example.org/?a&b"
    )
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
    assert FormattedBody(
        Say("[{link}](https://a.example)", link=Link("b", "https://b.example")).html()
    ).links == ["https://a.example"]


def test_an_address_as_its_own_label_is_shown_once() -> None:
    assert Say("{link}", link=Link("https://a.example", "https://a.example")).text() == "https://a.example"


def test_lines_are_joined_and_what_is_missing_leaves_no_hole() -> None:
    assert Say.lines(Say("un"), None, Say(""), Say("deux")).text() == "un\n\ndeux"
    assert (Say("un") + Say("deux")).text() == "un\ndeux"
    assert Say.lines().text() == ""


def test_none_and_one_are_singular_in_french() -> None:
    counts = [Say("{c}", c=Count(n, "une réponse", "{n} réponses")).text() for n in (0, 1, 2)]
    assert counts == ["0\u00a0réponse", "une réponse", "2\u00a0réponses"]
    assert Say("{c}", c=Count(0, "{n} voix", "{n} voix", zero="aucune voix")).text() == "aucune voix"


def test_decimals_are_written_as_the_language_does() -> None:
    assert (Say("{x}", x=68.04).text("fr"), Say("{x}", x=68.04).text("en")) == ("68,0", "68.0")


def test_an_unknown_language_is_french() -> None:
    assert Say("{when} ?", when=Noon()).text("xx") == "midi\u202f?"


@pytest.mark.parametrize(
    "values", [{}, {"name": "Lou", "other": 1}, {"name": None}, {"name": True}, {"name": date(2026, 1, 1)}]
)
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
    assert content(Say("Bonjour"), "fr", notice=True) == {
        "msgtype": "m.notice",
        "body": "Bonjour",
        "m.mentions": {},
    }
    called = content(Say("**Bonjour**"), "fr", notice=False, mentions=["@a:x", "@b:x", "@a:x"])
    assert called["m.mentions"] == mentions(["@a:x", "@b:x"]) == {"user_ids": ["@a:x", "@b:x"]}
    assert (called["msgtype"], called["format"], called["formatted_body"]) == (
        "m.text",
        "org.matrix.custom.html",
        "<strong>Bonjour</strong>",
    )


@pytest.mark.parametrize("char", ["a", "é", "<", "&", "👍", "\n\n- "])
def test_a_message_always_fits_in_an_event_and_keeps_its_last_line(char: str) -> None:
    say = Say.lines(
        Say("**Titre**"),
        *(Say("{text}", text=Long(char * 20_000)) for _ in range(3)),
        Say("À vous : `!vote 1`"),
    )
    made = content(say, "fr", notice=False)
    assert len(json.dumps(made)) < 48_000
    assert made["body"].startswith("Titre\n")
    assert made["body"].endswith("`!vote 1`")
    assert made["formatted_body"].endswith("<code>!vote 1</code></p>") or made["formatted_body"].endswith(
        "<code>!vote 1</code>"
    )
    assert len(say.text()) <= 16_000


def test_a_list_too_long_for_an_event_ends_with_an_ellipsis() -> None:
    say = Say.lines(*(Say("{n}. {text}", n=n, text="é" * 90) for n in range(400)))
    assert len(json.dumps(content(say, "fr", notice=False))) < 48_000
    assert say.text().endswith("…")
    assert FormattedBody(say.html()).text.endswith("…")


def test_a_sentence_that_ends_with_what_ends_itself_has_one_full_stop() -> None:
    assert Say("Où : {place}.", place="3e étage.").text() == "Où\u00a0: 3e étage."
    assert Say("{said}. Merci.", said="Et la suite…").text() == "Et la suite… Merci."
    assert Say("Voir {file}.csv.", file="a.").text() == "Voir a..csv."
