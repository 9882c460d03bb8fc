"""Killed anywhere on its way, a question is passed on once, answered once, and still has no name."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from schedules.tickets import card, changes, mail
from tests.support.world import MemoryWorld
from tests.test_tickets_nameless import WORD, Nameless, logged

__all__ = ["logged"]


class Killed(BaseException):
    """Stands for SIGKILL at one place of the code."""


def dies_once(patch: pytest.MonkeyPatch, place: Any, name: str, *, after: bool) -> list[str]:
    """The first time that a function is called, before or after it has done its work; where it died."""
    original, died = getattr(place, name), list[str]()

    async def dies(*args: Any, **kwargs: Any) -> Any:
        if died:
            return await original(*args, **kwargs)
        died.append(name)
        if after:
            await original(*args, **kwargs)
        raise Killed

    patch.setattr(place, name, dies)
    return died


async def survives(world: MemoryWorld, step: Callable[[], Awaitable[Any]]) -> None:
    try:
        await step()
    except Killed:
        await world.kill()
        await world.start()
        await world.settle()


PLACES = [(changes, "ask"), (card, "show"), (changes, "answer"), (mail, "send"), (mail, "_post")]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("place", "name"), PLACES, ids=[name for _, name in PLACES])
async def test_killed_on_its_way_a_question_is_relayed_once_and_has_no_name(
    quick: MemoryWorld, logged: pytest.LogCaptureFixture, place: Any, name: str, after: bool
) -> None:
    noa = Nameless(quick, await quick.direct("noa"))
    with pytest.MonkeyPatch.context() as patch:
        died = dies_once(patch, place, name, after=after)
        await survives(quick, lambda: noa.says(f"contact sans nom Qui finance un {WORD} ?"))
        await survives(quick, lambda: quick.wait_until("lun 23/11 11:01"))
        await survives(quick, lambda: quick.says("referent", f"!repondre 1 Le {WORD}.", "team"))
        await survives(quick, lambda: quick.wait_until("lun 23/11 12:01"))
        assert died
    asked = [text for text in await quick.reads("team") if text.startswith("Demande n° ")]
    assert [text.splitlines()[0] for text in asked] == ["Demande n° 1 – sans nom – thème : financement"]
    read = await quick.reads(noa.room)
    assert len([text for text in read if "Votre question porte le n° 1" in text]) == 1
    assert len([text for text in read if "Réponse de Gwen à votre question n° 1" in text]) == 1
    noa.nothing_tells(logged.text)
