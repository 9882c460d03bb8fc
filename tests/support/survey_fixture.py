"""Surveys in tests: a short questionnaire, published by the team and answered by members in private."""

from dataclasses import dataclass, field

from storage.surveys import surveys
from storage.tables import Survey
from tests.support.world import MemoryWorld, World

QUESTIONS = """
enquete:
  titre: "Le réseau"
  questions:
    - {id: reseau, type: choix-unique, texte: "Êtes-vous dans un réseau ?", choix: ["Oui", "Non"]}
    - {id: pourquoi, type: texte-libre, texte: "Pourquoi non ?", si: {reseau: "Non"}}
    - id: besoins
      type: choix-multiple
      max: 3
      texte: "Quels besoins ?"
      choix: ["S’informer", "Dialoguer", "Faire une pause"]
      autre: true
    - id: outils
      type: grille
      texte: "Ces outils sont-ils opportuns ?"
      lignes: ["Gazette", "Visites"]
      colonnes: ["Oui", "Plutôt non"]
"""


@dataclass
class Asked:
    """A survey that is open. `rooms`: of each person with the bot."""

    world: World
    number: int
    card: str
    rooms: dict[str, str] = field(default_factory=dict)

    async def says(self, who: str, *lines: str) -> str:
        """What the bot says after the last of these lines."""
        if who not in self.rooms:
            self.rooms[who] = await self.world.direct(who)
        said = [await self.world.says(who, line, room=self.rooms[who]) for line in lines]
        return "\n".join(said[-1])

    async def says_again(self, who: str, event: str, text: str) -> str:
        """What the bot says once this message of theirs is edited."""
        return "\n".join(await self.world.says(who, text, room=self.rooms[who], edit_of=event))

    async def closes(self) -> None:
        await self.world.says("morgan", f"!enquete clore {self.number}", room="team")

    async def row(self) -> Survey:
        async with self.world.db.read() as db:
            row = await surveys.survey(db, self.number)
        assert row is not None
        return row


async def posts(world: World, text: str, caption: str = "!enquete nouvelle") -> list[str]:
    """A file of the team's, with its command as its caption: what the bot says."""
    assert isinstance(world, MemoryWorld)
    url = world.homeserver.upload(text.encode())
    content = {"msgtype": "m.file", "filename": "enquete.yaml", "body": caption, "url": url}
    await world.person("morgan").send(world.rooms["team"], "m.room.message", content)
    return await world._heard("team")


async def a_survey(world: World, text: str = QUESTIONS, until: str = "jusqu’au 4 décembre à 12 h") -> Asked:
    await posts(world, text, f"!enquete nouvelle {until}")
    (agreed,) = await world.says("morgan", "oui", room="team")
    assert agreed.startswith("C’est parti : l’enquête n° ")
    await world.settle()
    return Asked(world, int(agreed.split()[5]), (await world.last()).id)
