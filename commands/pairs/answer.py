"""« Vous êtes-vous parlé ? »: what the people of a pair answer."""

from bot.command import Context
from bot.command.handlers import on_answer
from bot.outbox.question import Reply
from bot.text import Say, UserError
from storage.pairs import pairs


@on_answer("pairs.talked")
async def talked(ctx: Context, reply: Reply) -> Say:
    answer = reply.choice or pairs.MISSED
    if not await pairs.answer(ctx.db, str(reply.data["month"]), ctx.person.id, answer):
        raise UserError("Cette pause-café est terminée, ou vous n’y participez plus.")
    if answer == pairs.MET:
        return Say("C’est noté : vous vous êtes parlé. À la prochaine pause-café !")
    return Say("C’est noté, ce n’est pas grave : il y en aura d’autres. Pour arrêter : `cafe non`")
