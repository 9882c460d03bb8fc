"""The themes: named as people name them, and read at the start of what they type."""

from typing import Any

import pytest

from bot.command import Context, arguments
from bot.command.registry import Command
from bot.command.signature import parse_signature
from bot.text import Say, UserError
from schedules.themes import Theme, all_themes, theme
from tests.support.command_context import context
from tests.support.world import PLAIN


async def taking(ctx: Context, about: Theme | None, *, text: str = "") -> None: ...


COMMAND = Command(
    name="x",
    handler=taking,
    parameters=parse_signature(taking),
    usage=Say("`!x thème`"),
    example="!x santé",
    help=Say("essayer"),
)


def taken(text: str) -> tuple[str | None, str]:
    args, kwargs = arguments(COMMAND, text, context())
    found: Any = args[0]
    return (found.id if found else None), kwargs["text"]


def test_there_are_fifteen_themes_and_three_come_first() -> None:
    assert len(all_themes()) == 15
    assert [each.id for each in all_themes() if each.priority] == ["actualites", "participation", "metier"]


@pytest.mark.parametrize("each", all_themes(), ids=lambda each: each.id)
def test_a_theme_answers_to_its_names(each: Theme) -> None:
    for name in (each.id, each.label, each.english, *each.synonyms, f"#{each.id}", each.label.upper()):
        assert theme(name) == each


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("santé", ("sante", "")),
        ("#sante", ("sante", "")),
        ("cadre de vie", ("cadre-de-vie", "")),
        ("Lutte contre les discriminations", ("discriminations", "")),
        ("santé, très utile", ("sante", "très utile")),
        ("« Cadre de vie » un guide", ("cadre-de-vie", "un guide")),
        ("habitant", ("participation", "")),
        ("Conseils citoyens", ("participation", "")),
        ("très utile", (None, "très utile")),
        ("«", (None, "«")),
    ],
)
def test_a_theme_is_read_at_the_start_of_what_is_typed(text: str, found: tuple[str | None, str]) -> None:
    assert taken(text) == found


def test_an_unknown_theme_after_a_hash_is_named_with_those_there_are() -> None:
    with pytest.raises(UserError) as refused:
        taken("#cuisine")
    assert (
        refused.value.say.text()
        .translate(PLAIN)
        .startswith("Je ne connais pas le thème « cuisine ». Les thèmes : actualites, ")
    )
