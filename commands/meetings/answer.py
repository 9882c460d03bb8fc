"""Takes an answer in words: checks it, writes it down, says what became of it; a party that does not fit is asked about."""

from bot.command import Context
from bot.command.handlers import on_answer
from bot.outbox.question import Ask, Choice, Reply
from bot.text import Count, Say, UserError
from schedules.meetings import attendance
from schedules.meetings.attendance import NewAnswer, Recorded, author, refusal
from storage.meetings import meetings
from storage.meetings.answers import YES
from storage.meetings.waitlist import SEATED
from storage.tables import Meeting

MOST = 10  # people in one answer
KEEP = Choice("keep", "1️⃣", ("1", "garder", "keep"))
WAIT = Choice("wait", "2️⃣", ("2", "attendre", "wait"))


async def give(ctx: Context, row: Meeting, wish: NewAnswer) -> Say | Ask:
    """Takes an answer in words of who wrote them, and says what became of it."""
    check(row, wish)
    if (reason := await refusal(ctx, row)) is not None:
        raise UserError.of(reason)
    who = await author(ctx, row)
    done = await attendance.record(ctx, row, who, wish)
    if done.refused is not None:
        return _too_many(row, wish, done)
    return await attendance.said(ctx, row, who, done)


def check(row: Meeting, wish: NewAnswer) -> None:
    """Raises UserError for companions of who does not come, or for more than can be entered by chat, or than there will ever be seats."""
    if wish.party > 1 and wish.answer != YES:
        raise UserError("« +{n} » se dit avec oui, quand vous venez sur place. Par exemple `!presence oui +1 régie de quartier`.", n=wish.party - 1)
    if row.capacity is not None and wish.answer == YES and wish.party > max(1, row.capacity):
        raise UserError(
            "Cette rencontre compte {places} en tout : {party} personnes n’y tiennent pas. "
            "Pour un groupe, parlez-en à votre interlocuteur : `!contact`.",
            places=Count(row.capacity, "une place", "{n} places"),
            party=wish.party,
        )
    if wish.party > MOST:
        raise UserError(
            "Je note jusqu’à {most} personnes par réponse. Pour un groupe plus grand, parlez-en à votre interlocuteur : `!contact`.", most=MOST
        )


def _too_many(row: Meeting, wish: NewAnswer, done: Recorded) -> Ask:
    free, has = done.standing.free or 0, done.refused.has if done.refused else 1
    left = Count(free, "il reste une place", "il reste {n} places", zero="il ne reste plus de place")
    seated = done.standing.place is not None and done.standing.place.state == SEATED
    say = Say.lines(
        Say("Pour venir à {party}, il manque des places : {left}. Votre réponse n’a pas changé.", party=wish.party, left=left),
        Say("1. garder ce que vous avez ({places})", places=Count(has, "une place", "{n} places"))
        if seated
        else Say("1. garder votre rang, pour {places}", places=Count(has, "une place", "{n} places")),
        Say("2. attendre les {party} places ensemble, en laissant ce que vous avez", party=wish.party)
        if seated
        else Say("2. attendre les {party} places ensemble, à la fin de la liste d’attente", party=wish.party),
        Say("Touchez un chiffre."),
    )
    data = {"meeting": row.id, "party": wish.party, "others": wish.others}
    return Ask(say, then="meeting.party", choices=(KEEP, WAIT), data=data)


@on_answer("meeting.party", undo_command="presence")
async def together(ctx: Context, reply: Reply) -> Say | Ask:
    row = await meetings.meeting(ctx.db, int(reply.data["meeting"]))
    if row is None or reply.choice != WAIT.value:
        return Say("Rien n’a changé : vous gardez ce que vous aviez.")
    return await give(ctx, row, NewAnswer(YES, party=int(reply.data["party"]), others=str(reply.data["others"]), whole=True))
