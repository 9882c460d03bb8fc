"""`animatrice check` on a real Synapse:
each thing that can be wrong is named, with what to do, and nobody's room hears of it.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import check
from bot.check import server as machine
from bot.config import Config, load
from bot.demo.homeserver import Account, Homeserver
from bot.demo.person import Person
from bot.lock import hold
from bot.matrix import Encryption
from bot.matrix.cross_signing import RECOVERY_FILE
from tests.support.matrix_bot import Account as MatrixAccount
from tests.support.matrix_bot import MatrixBot

PASSWORD = "un bon mot de passe"
NETWORK, TEAM = "#reseau:reseau.example.org", "#animation:reseau.example.org"


class Scene:
    """One server; a fresh bot and fresh rooms for each test."""

    def __init__(self, homeserver: Homeserver, morgan: Person, account: Account, folder: Path) -> None:
        self.url, self.morgan, self.me, self.folder = homeserver.url, morgan, account.user_id, folder
        self.bot = Person(homeserver.url, account, "Animatrice")

    async def room(self, name: str, *, joined: bool = True, **options: Any) -> str:
        """A room of Morgan's; the bot is invited, and in it unless told otherwise."""
        room = await self.morgan.create_room(name, invite=[self.me], **options)
        if joined:
            await self.bot.join(room)
        return room

    def config(self, *rooms: tuple[str, str], **matrix: str) -> Config:
        account = {"homeserver": self.url, "user_id": self.me, "password": PASSWORD} | matrix
        listed = [f"  - {{room: '{room}', kind: {kind}}}" for room, kind in rooms]
        lines = ["network: {name: 'Réseau'}", f"matrix: {account}", "rooms:", *listed]
        (self.folder / "config.yaml").write_text("\n".join(lines), encoding="utf-8")
        return load(self.folder / "config.yaml", {})


async def lines(config: Config) -> list[str]:
    """What an operator reads, with plain spaces."""
    return [
        finding.line().text("fr").replace("\u00a0", " ").replace("\u202f", " ")
        async for finding in check.examine(config)
    ]


async def about(config: Config, word: str) -> str:
    (line,) = [line for line in await lines(config) if f"– {word}" in line]
    return line


@pytest.fixture(scope="module")
def homeserver() -> Iterator[Homeserver]:
    """One for all of this file, outside of the tests' loops: it is a process of its own."""
    running = Homeserver()
    try:
        asyncio.run(running.start())
        yield running
    finally:
        asyncio.run(running.stop())


@pytest.fixture
async def scene(homeserver: Homeserver, tmp_path: Path) -> AsyncIterator[Scene]:
    name = f"bot-{tmp_path.parent.name}-{tmp_path.name}".lower()
    account = await homeserver.register(name, PASSWORD)
    async with await Person.join_server(homeserver, f"morgan-{name}") as morgan:
        scene = Scene(homeserver, morgan, account, tmp_path)
        async with scene.bot:
            yield scene


async def test_all_is_well(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    network = await scene.room("Réseau", encrypted=True)
    team = await scene.room("Équipe")
    before = [await scene.morgan.sees(room) for room in (network, team)]

    code = await check.run(scene.config((network, "network"), (team, "team")), ())

    said = capsys.readouterr().out.replace("\u00a0", " ").splitlines()
    assert code == 0
    assert said[-1] == "Tout est en ordre."
    assert all(line.startswith("✔ bon – ") for line in said[:-1])
    assert f"✔ bon – Salon `{network}` : présente, peut écrire, réagir et effacer (chiffré)." in said
    assert (
        f"✔ bon – Salon `{team}` : présente, peut écrire, réagir et effacer (non chiffré, sur invitation)."
        in said
    )
    assert "✔ bon – Débit : 30 messages d’affilée sans que le serveur freine." in said
    assert [await scene.morgan.sees(room) for room in (network, team)] == before, (
        "people's rooms heard nothing"
    )
    rooms = await scene.bot.access.call("GET", "/joined_rooms")
    assert set(rooms["joined_rooms"]) == {network, team}, "the room of the measure is left"


async def test_a_room_that_does_not_wait_for_us_is_named_with_the_way_in(scene: Scene) -> None:
    invited = await scene.room("Invitée", joined=False)
    closed = await scene.morgan.create_room("Fermé")
    nowhere = "#nulle-part:reseau.example.org"
    config = scene.config((invited, "network"), (closed, "local"), (nowhere, "help"))

    assert await about(config, f"Salon `{invited}`") == (
        f"✔ bon – Salon `{invited}` : l’invitation est arrivée, l’Animatrice entrera en démarrant."
    )
    assert await about(config, f"Salon `{closed}`") == (
        f"✘ à régler – Salon `{closed}` : l’Animatrice n’y est pas. Invitez {scene.me}, elle entrera "
        "d’elle-même."
    )
    assert (await about(config, f"Salon `{nowhere}`")).startswith(
        f"✘ à régler – Salon `{nowhere}` : cette adresse ne mène nulle part"
    )
    assert (await about(config, "Équipe")).startswith("✘ à régler")


@pytest.mark.parametrize(
    ("levels", "missing"),
    [
        ({"events_default": 50}, "écrire"),
        ({"events": {"m.reaction": 60}}, "réagir"),
        ({"events": {"m.room.redaction": 60}}, "effacer ses messages"),
    ],
)
async def test_what_the_bot_may_not_do_is_named_with_what_to_ask_for(
    scene: Scene, levels: dict[str, Any], missing: str
) -> None:
    room = await scene.room("Muet")
    await scene.morgan.set_state(room, "m.room.power_levels", {"users": {}, **levels})
    level = levels.get("events_default", 60)
    assert await about(scene.config((room, "network")), f"Salon `{room}`") == (
        f"✘ à régler – Salon `{room}` : l’Animatrice ne peut pas {missing}. "
        f"Demandez à qui administre le salon de donner à {scene.me} le niveau {level} au moins."
    )


async def test_a_level_of_its_own_is_enough_and_encrypted_rooms_ask_for_their_own(scene: Scene) -> None:
    room = await scene.room("Chiffré", encrypted=True)
    await scene.morgan.set_state(
        room,
        "m.room.power_levels",
        {"users": {scene.me: 20}, "events": {"m.room.encrypted": 20, "m.room.message": 90}},
    )
    assert (await about(scene.config((room, "network")), f"Salon `{room}`")).startswith("✔ bon")
    await scene.morgan.set_state(
        room,
        "m.room.power_levels",
        {"users": {scene.me: 20}, "events": {"m.room.encrypted": 21, "m.room.message": 0}},
    )
    assert "ne peut pas écrire" in await about(scene.config((room, "network")), f"Salon `{room}`")


async def test_the_creator_of_a_room_of_version_12_may_everything(scene: Scene) -> None:
    room = await scene.bot.create_room("À elle")
    await scene.bot.set_state(
        room, "m.room.power_levels", {"users": {}, "events_default": 100, "events": {"m.reaction": 100}}
    )
    assert (await about(scene.config((room, "network")), f"Salon `{room}`")).startswith("✔ bon")


async def test_a_team_room_that_anybody_may_enter_is_refused(scene: Scene) -> None:
    room = await scene.room("Équipe ouverte", preset="public_chat")
    assert "on y entre sans invitation" in await about(scene.config((room, "team")), f"Salon `{room}`")
    assert (await about(scene.config((room, "open")), f"Salon `{room}`")).startswith("✔ bon")


async def test_a_room_that_was_replaced_names_the_new_one(scene: Scene) -> None:
    room = await scene.room("Ancien")
    await scene.morgan.set_state(room, "m.room.tombstone", {"replacement_room": "!nouveau", "body": ""})
    assert "remplacé par `!nouveau`" in await about(scene.config((room, "network")), f"Salon `{room}`")


async def test_checking_again_takes_up_the_same_session(scene: Scene) -> None:
    room = await scene.room("Réseau")
    config = scene.config((room, "network"))
    first = await about(config, "Connexion")
    assert first.startswith("✔ bon")
    assert await about(config, "Connexion") == first
    assert oct((config.data_dir / "session.json").stat().st_mode)[-3:] == "600"


async def test_whether_the_device_is_signed_is_said_with_what_to_do(scene: Scene) -> None:
    room = await scene.room("Réseau")
    config = scene.config((room, "network"))
    assert await about(config, "Chiffrement") == (
        "✔ bon – Chiffrement : l’appareil sera signé au prochain démarrage."
    )
    elsewhere = MatrixBot(MatrixAccount(scene.url, scene.me, PASSWORD), scene.folder / "elsewhere")
    await elsewhere.matrix.open()  # another machine gave the account its keys
    await elsewhere.matrix.close()
    said = await about(config, "Chiffrement")
    device = json.loads((config.data_dir / "session.json").read_text())["device_id"]
    assert said.startswith(f"✘ à régler – Chiffrement : l’appareil {device} n’est pas signé par le compte")
    assert "recovery_key_file" in said
    key = scene.folder / "recovery"
    key.write_bytes((scene.folder / "elsewhere" / RECOVERY_FILE).read_bytes())
    with (scene.folder / "config.yaml").open("a") as file:
        file.write("\nencryption: {recovery_key_file: recovery}\n")
    given = load(scene.folder / "config.yaml", {})
    assert (await about(given, "Chiffrement")).startswith("✔ bon")
    bot = MatrixBot(
        MatrixAccount(scene.url, scene.me, PASSWORD),
        config.data_dir,
        encryption=Encryption(recovery_key=given.encryption.recovery_key),
    )
    await bot.matrix.open()
    await bot.matrix.close()
    assert await about(given, "Chiffrement") == (
        f"✔ bon – Chiffrement : l’appareil {device} est signé par le compte."
    )


@pytest.mark.parametrize("matrix", [{"password": "faux"}, {"user_id": "@personne:reseau.example.org"}])
async def test_a_login_that_is_refused_says_what_to_look_at(scene: Scene, matrix: dict[str, str]) -> None:
    said = await lines(scene.config((NETWORK, "network"), (TEAM, "team"), **matrix))
    mend = "Vérifiez `matrix.user_id` et le mot de passe (ou le jeton et son appareil)."
    assert said[-1] == f"✘ à régler – Connexion : refusé par le serveur (403 M_FORBIDDEN). {mend}"


async def test_beside_a_running_bot_nothing_is_used_up(scene: Scene) -> None:
    room = await scene.room("Réseau")
    config = scene.config((room, "network"))
    with hold(config.data_dir):
        said = await lines(config)
    assert f"✔ bon – Dossier `{config.data_dir}` : l’Animatrice y travaille en ce moment." in said
    assert "✔ bon – Débit : non mesuré tant que l’Animatrice travaille." in said


async def test_a_full_disk_is_named(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "LEAST_FREE", 10**18)
    assert (await about(scene.config((NETWORK, "network")), "Disque")).startswith("✘ à régler")


async def test_a_data_directory_that_is_not_ours_ends_the_check(scene: Scene) -> None:
    config = scene.config((NETWORK, "network"))
    config.data_dir.touch()
    assert (await lines(config))[-1].startswith(
        f"✘ à régler – Je ne peux pas écrire dans `{config.data_dir}`"
    )


async def test_the_limit_of_the_server_is_met_and_told_with_what_to_send(tmp_path: Path) -> None:
    async with Homeserver(rate_limits=True) as strict:
        account = await strict.register("animatrice", PASSWORD)
        async with await Person.join_server(strict, "morgan") as morgan:
            scene = Scene(strict, morgan, account, tmp_path)
            async with scene.bot:
                many = [(f"#salon{number}:reseau.example.org", "local") for number in range(29)]
                said = await about(scene.config(*many), "Débit")
    head, request = said.split("\n")
    # Synapse's defaults: ten at once, one of which made the room, then one every five seconds.
    assert head == (
        "✔ bon – Débit : 9 messages d’affilée, puis un toutes les 5,0 s. Une annonce à 29 salons met 100 s."
    )
    assert f"POST /_synapse/admin/v1/users/{scene.me}/override_ratelimit" in request


# --- servers that are not what they should be


def serving(status: int = 200, body: object = None, date: float = 0.0, known: object = None) -> TestServer:
    """Answers /versions with this body; its clock is `date` seconds ahead."""

    async def answer(request: web.Request) -> web.StreamResponse:
        wanted = body if request.path.endswith("/versions") else known
        headers = {"Date": formatdate(time.time() + date, usegmt=True)}
        if wanted is None:
            return web.Response(
                status=404, text="<h1>Bienvenue</h1>", content_type="text/html", headers=headers
            )
        return web.json_response(wanted, status=status, headers=headers)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    return TestServer(app)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "config.yaml").write_text(
        "network: {name: x}\nmatrix: {homeserver: 'http://127.0.0.1:9', user_id: '@a:b', password: x}\n"
        "rooms: [{room: '#a:b', kind: team}]",
        encoding="utf-8",
    )
    return load(tmp_path / "config.yaml", {})


async def seen_at(config: Config, server: TestServer) -> list[str]:
    async with server:
        url = str(server.make_url("")).rstrip("/")
        moved = config.model_copy(update={"matrix": config.matrix.model_copy(update={"homeserver": url})})
        return [line.replace(url, "URL") for line in await lines(moved)]


async def test_a_server_that_is_not_there_ends_the_check(config: Config) -> None:
    assert (await lines(config))[-1] == (
        "✘ à régler – Serveur : `http://127.0.0.1:9` ne répond pas : vérifiez `matrix.homeserver`, et que "
        "le serveur est en marche."
    )


async def test_a_web_site_is_not_taken_for_a_homeserver(config: Config) -> None:
    wrong = (
        "✘ à régler – Serveur : `URL` répond, mais ce n’est pas un serveur Matrix : vérifiez "
        "`matrix.homeserver`."
    )
    assert (await seen_at(config, serving()))[-1] == wrong
    assert (await seen_at(config, serving(body={"versions": "v1"})))[-1] == wrong
    assert (await seen_at(config, serving(known={"m.homeserver": "x"})))[-1] == wrong


async def test_a_domain_that_names_its_homeserver_is_followed(config: Config) -> None:
    found = await seen_at(
        config, serving(known={"m.homeserver": {"base_url": "https://matrix.example.org/"}})
    )
    assert found[-1] == (
        "✘ à régler – Serveur : `URL` n’est pas le serveur lui-même. Écrivez "
        "`https://matrix.example.org` dans `matrix.homeserver`."
    )


@pytest.mark.parametrize(("date", "said"), [(60.0, "retarde"), (-60.0, "avance")])
async def test_a_clock_that_is_wrong_is_named_with_its_remedy(config: Config, date: float, said: str) -> None:
    found = await seen_at(config, serving(body={"versions": ["v1.15"]}, date=date))
    (line,) = [line for line in found if "Horloge" in line]
    assert line.startswith(f"✘ à régler – Horloge : cette machine {said} de 60 s sur le serveur.")


async def test_a_server_in_trouble_is_not_taken_for_a_wrong_password(config: Config) -> None:
    found = await seen_at(config, serving(body={"versions": ["v1.15"]}))
    assert found[-1] == "✘ à régler – Connexion : le serveur n’a pas su répondre. Réessayez dans une minute."
