"""The bot’s own health, as its operator asks for it."""

from bot.matrix import DeviceTrust
from tests.support.fake_homeserver import FakeMatrix
from tests.support.world import World


async def test_the_state_says_whether_the_device_is_signed(quick: World) -> None:
    (said,) = await quick.says("operateur", "!etat", room="team")
    assert said.splitlines()[1:] == [
        "Connexion : établie",
        "Chiffrement : actif, appareil signé",
        f"Salons : 4 – Membres connus : {len(quick.people)}",
    ]
    matrix = quick.app.services.matrix
    assert isinstance(matrix, FakeMatrix)
    matrix.trust = DeviceTrust("no recovery key")
    (said,) = await quick.says("operateur", "!etat", room="team")
    assert "mon appareil n’est pas signé" in said
    assert "`animatrice check`" in said


async def test_the_state_is_for_the_operator(quick: World) -> None:
    (said,) = await quick.says("morgan", "!etat", room="team")
    assert said.startswith("Cette commande est réservée au service numérique.")
