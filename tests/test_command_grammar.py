"""A command's signature is its grammar:
what people type becomes typed values, or a sentence that says how to write it.
"""

import inspect
from collections.abc import Callable
from typing import Any, Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.command import Context, Found, Registry, Suggestion, arguments
from bot.command.arguments import MOST_WORDS
from bot.command.quotes import parts, word
from bot.command.registry import Command
from bot.command.signature import parse_signature
from bot.text import Say, UserError
from bot.time import Moment
from storage.text import fold, key
from tests.support.command_context import GUEST, IN_PRIVATE, MEMBER, TEAM, context
from tests.support.vocabulary import whole_vocabulary

VOCABULARY = whole_vocabulary()
typed = st.text(alphabet=st.sampled_from(list("ab1 2,|«»“”\"'’\n\u202f!?éx")), max_size=60)


def declared(handler: Callable[..., Any], **facts: Any) -> Command:
    return Command(
        name="vote",
        handler=handler,
        parameters=parse_signature(handler),
        usage=Say("`!vote numéro`"),
        example="!vote 1",
        help=Say("voter"),
        **facts,
    )


def given_to(handler: Callable[..., Any], rest: str) -> tuple[list[Any], dict[str, Any]]:
    args, kwargs = arguments(declared(handler), rest, context())
    return list(args), kwargs


def refused(handler: Callable[..., Any], rest: str) -> str:
    with pytest.raises(UserError) as error:
        given_to(handler, rest)
    return error.value.say.text("fr").replace("\u00a0", " ").replace("\u202f", " ")


async def one(ctx: Context, number: int) -> None: ...
async def several(ctx: Context, *numbers: int) -> None: ...
async def alone(ctx: Context) -> None: ...
async def named(ctx: Context, name: str, place: str | None = None) -> None: ...
async def all_of_it(ctx: Context, *, text: str) -> None: ...
async def poll(ctx: Context, *, choices: list[str]) -> None: ...
async def maybe(ctx: Context, number: int | None = None, *, text: str = "") -> None: ...
async def counted(ctx: Context, count: int = 3) -> None: ...
async def longer(ctx: Context, reply: Literal["oui", "oui mais", "oui mais non"]) -> None: ...
async def answer(
    ctx: Context, reply: Literal["oui", "non", "visio", "peut-être"], *, more: str = ""
) -> None: ...
async def announce(ctx: Context, when: Moment | None = None, *, text: str) -> None: ...


ALL = [one, several, alone, named, all_of_it, poll, maybe, counted, longer, answer, announce]


@pytest.mark.parametrize("rest", ["7", "n° 7", "n°7", "N° 7", "#7", "7.", " 7 ", "7️⃣", "7,"])
def test_a_number_is_read_however_it_is_written(rest: str) -> None:
    assert given_to(one, rest) == ([7], {})


@pytest.mark.parametrize(
    "rest", ["1 2 4", "1, 2, 4", "1,2,4", "1, 2 et 4", "1 ; 2 ; 4", "1. 2. 4.", "n° 1, n° 2 et n° 4"]
)
def test_several_numbers_are_read_as_people_list_them(rest: str) -> None:
    assert given_to(several, rest) == ([1, 2, 4], {})


@pytest.mark.parametrize("rest", ["sept", "7e", "3,5 kg", "-1", "+1", "1234567890", "٣", "²"])
def test_what_is_no_whole_number_is_not_guessed_at(rest: str) -> None:
    assert "`!vote numéro`" in refused(one, rest)


def test_missing_words_are_asked_for_with_an_example_to_copy() -> None:
    assert refused(one, "") == "Il me manque une précision. Écrivez `!vote numéro`, par exemple `!vote 1`."


def test_words_too_many_are_named() -> None:
    assert (
        refused(several, "1 4 mardi")
        == "Je n’ai pas compris « mardi ». Écrivez `!vote numéro`, par exemple `!vote 1`."
    )
    assert (
        refused(alone, "demain\nmatin") == "Je n’ai pas compris « demain ». Écrivez seulement `!vote numéro`."
    )


def test_what_a_person_wrote_is_quoted_back_short_and_as_text() -> None:
    told = refused(one, "**gras** <b>" + "x" * 5_000)
    assert "« **gras** <b>" in told
    assert len(told) < 200


@pytest.mark.parametrize(
    "rest",
    [
        '"La Filature" Wambrecourt',
        "« La Filature » Wambrecourt",
        "“La Filature” Wambrecourt",
        "«\u202fLa Filature\u202f»Wambrecourt",
    ],
)
def test_quotation_marks_hold_words_together(rest: str) -> None:
    assert given_to(named, rest) == (["La Filature", "Wambrecourt"], {})


def test_an_apostrophe_is_a_letter() -> None:
    assert given_to(named, "L'atelier d’accord") == (["L'atelier", "d’accord"], {})
    assert given_to(all_of_it, "L'atelier de mars, d'accord") == ([], {"text": "L'atelier de mars, d'accord"})


def test_a_quotation_mark_left_open_is_an_ordinary_character() -> None:
    assert given_to(named, '"La Filature') == (['"La', "Filature"], {})
    assert given_to(named, "«La\nFilature»") == (["«La", "Filature»"], {})


def test_a_word_that_is_left_out_takes_its_default() -> None:
    assert given_to(named, "Marquemont") == (["Marquemont", None], {})
    assert given_to(counted, "") == ([3], {})
    assert given_to(maybe, "") == ([None], {"text": ""})
    assert given_to(maybe, "bonjour à tous") == ([None], {"text": "bonjour à tous"})
    assert given_to(maybe, "3 bonjour") == ([3], {"text": "bonjour"})


def test_empty_quotes_are_no_word() -> None:
    assert "compris" in refused(named, '""')


def test_the_rest_keeps_its_lines_and_its_quotes() -> None:
    assert given_to(all_of_it, ' « Bonjour »\n\nÀ demain "tous" ') == (
        [],
        {"text": '« Bonjour »\n\nÀ demain "tous"'},
    )


def test_choices_are_the_parts_between_bars_or_the_lines() -> None:
    assert given_to(poll, "Quel jour ? | mardi | jeudi |") == (
        [],
        {"choices": ["Quel jour ?", "mardi", "jeudi"]},
    )
    assert given_to(poll, "Quel jour ?\nmardi\n\n jeudi ") == (
        [],
        {"choices": ["Quel jour ?", "mardi", "jeudi"]},
    )
    assert "précision" in refused(poll, " | | ")


def test_a_bar_inside_quotes_does_not_split() -> None:
    assert parts("« oui | non » ? | « a | b » | c") == ["« oui | non » ?", "a | b", "c"]
    assert parts("« oui | non") == ["« oui", "non"]


@pytest.mark.parametrize(
    ("rest", "value"),
    [
        ("oui", "oui"),
        ("OUI !", "oui"),
        ("peut être", "peut-être"),
        ("Peut—être", "peut-être"),
        ("visio.", "visio"),
    ],
)
def test_a_choice_is_understood_however_it_is_typed(rest: str, value: str) -> None:
    args, _ = given_to(answer, rest)
    assert args == [value]


def test_of_several_choices_the_longest_that_fits_is_meant() -> None:
    assert given_to(longer, "oui mais non") == (["oui mais non"], {})
    assert given_to(longer, "oui") == (["oui"], {})


def test_what_follows_a_choice_is_kept() -> None:
    assert given_to(answer, "oui +1 régie de quartier") == (["oui"], {"more": "+1 régie de quartier"})


def test_a_date_takes_as_many_words_as_it_needs() -> None:
    (when,), kwargs = given_to(announce, "mardi 24 novembre 9 h La salle change")
    assert isinstance(when, Moment)
    assert (when.day.isoformat(), str(when.start)) == ("2026-11-24", "09:00:00")
    assert kwargs == {"text": "La salle change"}
    assert given_to(announce, "La salle change mardi")[0] == [None]


def test_a_wrong_date_is_refused_in_its_own_words() -> None:
    assert "mardi" in refused(announce, "lundi 24 novembre 9 h La salle change")


def test_a_signature_that_is_no_grammar_stops_the_start() -> None:
    async def unknown(ctx: Context, thing: bytes) -> None: ...
    async def number_for_the_rest(ctx: Context, *, count: int) -> None: ...
    async def two_rests(ctx: Context, *, first: str, second: list[str]) -> None: ...

    for handler in (unknown, number_for_the_rest, two_rests):
        with pytest.raises(TypeError):
            parse_signature(handler)


def test_more_values_than_anybody_types_are_refused() -> None:
    assert len(given_to(several, "1 " * MOST_WORDS)[0]) == MOST_WORDS
    assert "compris" in refused(several, "1 " * 30_000)


def test_two_commands_cannot_claim_one_name() -> None:
    registry = Registry()
    registry.add(declared(alone, aliases=("voter",)))
    with pytest.raises(ValueError, match="Voter"):
        registry.add(
            Command(name="Voter", handler=alone, parameters=(), usage=Say("a"), example="!a", help=Say("a"))
        )


@pytest.mark.parametrize(
    "name", ["participer", "joindre", "nickel", "topics", "me", "op", "msg", "query", "invite"]
)
def test_a_name_that_clients_keep_for_themselves_stops_the_start(name: str) -> None:
    taken = Command(name=name, handler=alone, parameters=(), usage=Say("a"), example="!a", help=Say("a"))
    with pytest.raises(ValueError, match="Matrix"):
        Registry().add(taken)


def test_what_phones_do_to_letters_does_not_matter() -> None:
    assert fold("L´Œuvre — ÉTÉ\u202fà Noe\u0308l") == "l'oeuvre - ete a noel"


@given(st.text(max_size=60))
@example("\u207b\u00b4\ufb01\u00ad")  # a superscript minus, an acute accent alone, a ligature, a soft hyphen
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert key(key(text)) == key(text)


def test_a_long_run_of_accents_is_folded_like_a_short_one() -> None:
    assert fold("e" + "\u0301\u0323" * 1_000_000) == "e"


@given(typed)
def test_reading_word_by_word_loses_only_blanks_and_quotation_marks(text: str) -> None:
    left, seen = text, ""
    while (found := word(left)) is not None:
        assert len(found[1]) < len(left)
        seen, left = seen + found[0], found[1]
    dropped = str.maketrans("", "", ' \n\u202f«»“”"')
    assert seen.translate(dropped) == text.translate(dropped)


@given(typed)
def test_the_parts_hold_all_that_was_typed(text: str) -> None:
    dropped = str.maketrans("", "", ' \n\u202f«»“”"|')
    assert "".join(parts(text)).translate(dropped) == text.translate(dropped)


@given(st.sampled_from(ALL), typed)
def test_any_text_gives_values_or_a_sentence(handler: Callable[..., Any], text: str) -> None:
    fits_or_is_told(handler, text)


def fits_or_is_told(handler: Callable[..., Any], text: str) -> None:
    try:
        args, kwargs = given_to(handler, text)
    except UserError:
        return
    inspect.signature(handler).bind(None, *args, **kwargs)


@given(st.text(max_size=80), st.sampled_from([MEMBER, GUEST, TEAM, IN_PRIVATE]))
def test_any_line_is_found_near_or_unknown(text: str, caller: Any) -> None:
    found = VOCABULARY.find(text, caller)
    if isinstance(found, Found):
        assert found.rest in text
    elif isinstance(found, Suggestion):
        assert isinstance(VOCABULARY.find(found.line, caller), Found)
        assert found.question(caller).text("en")


@pytest.mark.parametrize("unit", ["« ", "«", '"|', "“|", "a ", "|", "1,", "é\u0301", "«\n", "et "])
@pytest.mark.parametrize("handler", ALL)
def test_the_longest_text_is_read_in_one_pass(handler: Callable[..., Any], unit: str) -> None:
    fits_or_is_told(handler, unit * (60_000 // len(unit)))
