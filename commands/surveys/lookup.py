"""Look-up: which survey is meant, and whether somebody may answer it."""

from bot.command import Context, Role, shown
from bot.text import Say, UserError
from bot.text.clean import shortened
from schedules.surveys.wording import closing
from storage.surveys import surveys
from storage.tables import Survey

MOST_LISTED = 8


def open_to(ctx: Context, row: Survey) -> bool:
    """Whether this person may answer it now, by the server's time of what they said."""
    theirs = ctx.person.id in row.audience if row.audience else ctx.person.role >= Role.MEMBER
    return row.status == surveys.OPEN and row.opens_at <= ctx.now <= row.closes_at and theirs


async def one_of(ctx: Context, number: int | None) -> Survey:
    """The one of this number, or the only one there is; raises UserError."""
    rows = [row for row in await surveys.with_status(ctx.db, surveys.OPEN) if open_to(ctx, row)]
    if number is not None:
        row = next((row for row in rows if row.id == number), None)
        if row is None:
            raise UserError(
                "Il n’y a pas d’enquête n° {number} à laquelle vous pouvez répondre. "
                "Celles qui sont en cours : `{line}`",
                number=number,
                line=shown("enquete", ctx.caller),
            )
        return row
    if not rows:
        raise UserError("Il n’y a pas d’enquête en cours. Je vous préviendrai de la prochaine dans le salon.")
    if len(rows) > 1:
        raise UserError.of(_which(ctx, rows))
    return rows[0]


def _which(ctx: Context, rows: list[Survey]) -> Say:
    return Say.lines(
        Say("**Enquêtes en cours**"),
        *(
            Say(
                "- n° {number} : {title} – jusqu’au {until}",
                number=row.id,
                title=shortened(row.title, 100),
                until=closing(ctx, row),
            )
            for row in rows[:MOST_LISTED]
        ),
        Say("Pour répondre : `{line}`", line=shown(f"enquete {rows[0].id}", ctx.caller)),
    )
