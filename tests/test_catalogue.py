"""Every sentence has its English, and the catalogue holds nothing else."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from bot.text import Count, Say, languages
from bot.text.catalogue import Key, Written, entries, updated, written
from bot.text.clean import EFFECTS
from bot.text.markdown import holes, parse_markdown

FORMS = dict[Key, Message]


@pytest.fixture(scope="module")
def sources() -> Written:
    return written()


@pytest.fixture(scope="module")
def english() -> FORMS:
    return entries()


def forms(text: object) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text) if isinstance(text, tuple | list) else ()


def test_every_sentence_is_written_out_where_it_is_said(sources: Written) -> None:
    assert not sources.unreadable


def test_every_sentence_has_its_english(sources: Written, english: FORMS) -> None:
    said = {
        key
        for key, message in english.items()
        if message.string and all(message.string) and not message.fuzzy
    }
    assert not sources.sentences.keys() - said, (
        "run python -m bot.text.catalogue and complete bot/locales/en.po"
    )


def test_no_english_is_left_of_sentences_that_are_gone(sources: Written, english: FORMS) -> None:
    assert not english.keys() - sources.sentences.keys(), "run python -m bot.text.catalogue"


def test_the_english_has_the_same_holes(english: FORMS) -> None:
    for key, message in english.items():
        wanted = {"n"} if isinstance(key, tuple) else holes(key)
        for said in forms(message.string):
            assert holes(said) == wanted or (isinstance(key, tuple) and holes(said) < wanted), key


def test_the_english_has_the_same_lines(english: FORMS) -> None:
    for key, message in english.items():
        assert [[line.kind for line in parse_markdown(form)] for form in forms(message.string)] == [
            [line.kind for line in parse_markdown(form)] for form in forms(key)
        ], key


def test_sentences_are_typed_with_plain_spaces_and_no_effect(sources: Written) -> None:
    for key in sources.sentences:
        for form in forms(key):
            assert not set(form) & {"\u00a0", "\u202f", *EFFECTS}, form
            assert not re.search(r"(?<=\w)'(?=\w)", re.sub(r"`[^`]*`", "", form)), form


def test_sentences_are_found_wherever_they_are_said(tmp_path: Path) -> None:
    for part in ("bot", "commands", "schedules"):
        (tmp_path / part).mkdir()
    (tmp_path / "bot" / "wrong.py").write_text(
        "class Wrong(Exception):\n    def __init__(self, sentence, /, **values): "
        "super().__init__(str(values)); self.say = Say(sentence, **values)\n"
    )
    (tmp_path / "commands" / "a.py").write_text(
        "@command('a', usage='`!a mot`')\n"
        "async def a(ctx):\n"
        "    raise UserError('non') if x else Wrong('faux')\n"
        "    return words.Say('un' ' deux' if y else 'trois', c=Count(n, 'une', '{n} voix', "
        "zero='aucune'), d=Say('{n}. {d}'),\n"
        "               e=Count(n, 'b', '{n} b', 'rien'))\n"
    )
    (tmp_path / "schedules" / "b.py").write_text("Say(REASONS[x])\n")
    found = written(tmp_path)
    assert set(found.sentences) == {
        "`!a mot`",
        "non",
        "faux",
        "un deux",
        "trois",
        ("une", "{n} voix"),
        "aucune",
        ("b", "{n} b"),
        "rien",
    }
    assert found.sentences["non"] == {"commands/a.py"}
    assert [place.partition(" ")[0] for place in found.unreadable] == ["schedules/b.py:1:"]


def test_updating_keeps_the_english_there_was_and_drops_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "en.po"
    path.write_text(
        'msgid "un"\nmsgstr "one"\n\nmsgid "parti"\nmsgstr "gone"\n\nmsgid "une"\nmsgid_plural "{n} voix"\n'
        'msgstr[0] "one"\nmsgstr[1] "{n} votes"\n'
    )
    path.write_text(
        updated(
            {"un": {"b.py"}, "deux\nlignes": {"a.py"}, ("une", "{n} voix"): {"a.py", "b.py"}}, entries(path)
        )
    )
    assert {key: message.string for key, message in entries(path).items()} == {
        "un": "one",
        "deux\nlignes": "",
        ("une", "{n} voix"): ("one", "{n} votes"),
    }
    assert "#: a.py b.py\n" in path.read_text()


def test_english_is_spoken_when_asked(english: FORMS) -> None:
    sentence, message = next((key, message) for key, message in english.items() if isinstance(key, str))
    assert languages.sentence(sentence, "en") == message.string != sentence
    assert languages.sentence(sentence, "fr") == sentence
    assert languages.sentence("Une phrase sans anglais.", "en") == "Une phrase sans anglais."


def test_in_english_only_one_is_singular(english: FORMS) -> None:
    (one, many), message = next((key, message) for key, message in english.items() if isinstance(key, tuple))
    for_one, for_many = forms(message.string)
    read_as = [Say("{count}", count=Count(n, one, many)).text("en") for n in (0, 1, 2)]
    assert read_as == [
        for_many.replace("{n}", "0"),
        for_one.replace("{n}", "1"),
        for_many.replace("{n}", "2"),
    ]
