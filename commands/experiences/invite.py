"""Asking somebody for an experience, `!solliciter Camille le budget participatif`, by the team."""

from bot.command import Context, Role, Scope, command
from bot.text import Say, UserError
from bot.text.clean import clean_text
from bot.text.names import first_name
from bot.time import Instant
from storage import rooms
from storage.experiences import experiences
from storage.tables import Experience, Member
from storage.text import fold

LONGEST = 200  # characters of what it is about


@command(
    "solliciter",
    aliases=("sollicite",),
    english=("solicit",),
    usage=Say("`!solliciter prénom sujet`"),
    example="!solliciter Camille le budget participatif de Marquemont",
    help=Say("demander à une personne de raconter une expérience"),
    allow=Role.TEAM,
    where=Scope.TEAM,
    rank=32,
)
async def solliciter(ctx: Context, *, who: str) -> Say:
    member, about = await _meant(ctx, who)
    name = first_name(member.name or member.user_id.removeprefix("@").partition(":")[0])
    if await ctx.private_room(member.user_id) is None:
        raise UserError(
            "Je ne peux pas écrire à {name} : cette personne ne m’a pas encore parlé en privé.", name=name
        )
    known = await experiences.of_person(
        ctx.db, member.user_id, experiences.ASKED, experiences.INVITED, experiences.DRAFT
    )
    if known is not None:
        raise UserError("{name} a déjà un retour d’expérience en cours.", name=name)
    about = clean_text(about, LONGEST)
    await experiences.add(
        ctx.db,
        Experience(person=member.user_id, name=name, about=about, status=experiences.ASKED, at=ctx.now),
    )
    when = Instant(ctx.hours.next_open(ctx.now), ctx.now, ctx.config.zone)
    return Say("C’est noté : je le demande à {name} le {when}, en message privé.", name=name, when=when)


async def _meant(ctx: Context, typed: str) -> tuple[Member, str]:
    """The longest name at the start, and the rest. Raises UserError."""
    found: dict[str, tuple[Member, str]] = {}
    words = typed.split()
    people = [
        each
        for room in ctx.network.of_kind("network", "local", "help", "team")
        for each in await rooms.members(ctx.db, room)
    ]
    for count in range(min(3, len(words)), 0, -1):
        wanted = fold(" ".join(words[:count])).strip(" ,:")
        for each in people:
            if each.membership == "join" and each.user_id != ctx.network.me and wanted in _names(each):
                found.setdefault(each.user_id, (each, " ".join(words[count:])))
        if found:
            break
    if len(found) != 1:
        raise UserError(
            "Je ne sais pas à qui vous pensez. Écrivez son prénom, tel qu’il s’affiche, puis le sujet : "
            "`!solliciter Camille le budget participatif`"
        )
    return next(iter(found.values()))


def _names(member: Member) -> set[str]:
    return {fold(member.name), fold(first_name(member.name)), fold(member.user_id)} - {""}
