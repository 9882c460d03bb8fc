"""Host a meeting, `!accueillir`, and where the network has met, `!tour`."""

from bot.command import NOTHING, Answer, Context, Role, command
from bot.text import Say, UserError
from bot.text.assent import says_none
from commands.meetings import parse_values
from commands.meetings.form import Draft
from commands.quarter import parse_offer
from schedules.meetings import wording as meeting_wording
from schedules.members import name_of, towns
from schedules.quarter import draw_tour, places, wording
from storage.quarter import hosts
from storage.tables import HostOffer, TourRequest

MOST_OFFERS = 3  # of one person at a time


async def take_back(ctx: Context, event_id: str) -> None:
    """The message that offered it is gone."""
    row = await hosts.made_by(ctx.db, event_id)
    if row is not None and row.status == hosts.OPEN:
        await ctx.db.delete(row)
        await ctx.tell_team(Say("{name} ne propose plus de lieu.", name=row.name))


@command(
    "accueillir",
    aliases=("hote",),
    english=("host",),
    usage=Say("`!accueillir mois, lieu, places`"),
    example="!accueillir juin, salle de 40 places",
    help=Say("proposer d’accueillir une rencontre"),
    allow=Role.MEMBER,
    run_when_stale=True,
    rank=54,
    undo=take_back,
)
async def accueillir(ctx: Context, *, text: Answer = NOTHING) -> Say:
    if says_none(text):
        return await _withdraw(ctx)
    offer = parse_offer.parse(text)
    town = await _town(ctx, offer.place)
    row = HostOffer(
        event_id=ctx.event_id,
        person=ctx.person.id,
        name=await name_of(ctx, ctx.person.id),
        town=town,
        place=offer.place.removesuffix(town).rstrip(" ,"),
        capacity=offer.capacity,
        month=offer.month,
        at=ctx.now,
    )
    if await hosts.same(ctx.db, row):
        return Say("C’est déjà noté : {offer}. Pour la retirer : `!accueillir non`", offer=wording.offer(row))
    await _refuse_too_many(ctx)
    ctx.db.add(row)
    await ctx.tell_team(
        Say("Un lieu est proposé : {offer}. Je le rappellerai au bon moment.", offer=wording.offer(row))
    )
    return Say.lines(
        Say("Merci ! C’est noté : {offer}.", offer=wording.offer(row)),
        Say("L’équipe la verra en préparant la rencontre ; je vous dirai ce qu’elle a choisi."),
        None if row.town else Say("De quelle commune ? `!commune Wambrecourt`"),
        Say("Pour la retirer : `!accueillir non`"),
    )


async def _refuse_too_many(ctx: Context) -> None:
    if await hosts.count(ctx.db, ctx.person.id) >= MOST_OFFERS:
        raise UserError(
            "Vous avez déjà trois propositions en cours. Pour les retirer : `!accueillir non`, puis "
            "proposez de nouveau."
        )


async def _withdraw(ctx: Context) -> Say:
    """The team heard of it, so it hears that too. Where they host already, it is for them to say so."""
    name = await name_of(ctx, ctx.person.id)
    if await hosts.withdraw(ctx.db, ctx.person.id):
        await ctx.tell_team(Say("{name} ne propose plus de lieu.", name=name))
        return Say("C’est retiré.")
    row = await hosts.taken(ctx.db, ctx.person.id, ctx.now)
    if row is None:
        return Say("Vous n’aviez pas de proposition en cours.")
    return Say(
        "La rencontre du {day} est déjà annoncée chez vous. Un empêchement ? Dites-le : `!contact`",
        day=meeting_wording.day(row, ctx.config, ctx.now),
    )


async def _town(ctx: Context, place: str) -> str:
    """That of the place as it is written, else the person's own."""
    said = parse_values.place(place, Draft()).town if "," in place else ""
    return said or (await towns(ctx.db, ctx.config)).get(ctx.person.id, "")


@command(
    "tour",
    aliases=("territoires", "carte"),
    english=("map", "tour"),
    usage=Say("`!tour`"),
    example="!tour",
    help=Say("les communes où le réseau s’est réuni, et celles qui restent"),
    rank=55,
)
async def tour(ctx: Context) -> None:
    """Answered by a task, with a picture."""
    found = await places.tour(ctx.db, ctx.config, ctx.now, announced=ctx.room.kind != "team")
    row = TourRequest(
        event_id=ctx.event_id,
        room_id=ctx.room.id,
        person=ctx.person.id,
        direct=ctx.room.direct,
        language=ctx.room.language,
        drawn=draw_tour.tiles(found, ctx.room.language),
        at=ctx.now,
    )
    ctx.db.add(row)
