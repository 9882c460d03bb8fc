"""Errors of the database: what is its own trouble, and what is a mistake of ours."""

from sqlalchemy.exc import DBAPIError

# What the database itself calls its trouble (sqlite.org/rescode.html; PostgreSQL, appendix A): not a word of
# the message, which quotes our own names.
SQLITE_UNAVAILABLE = tuple(
    f"SQLITE_{name}"
    for name in (
        *("BUSY", "LOCKED", "FULL", "IOERR", "CANTOPEN", "READONLY"),
        *("CORRUPT", "NOTADB", "PROTOCOL", "NOMEM", "INTERRUPT"),
    )
)
POSTGRES_UNAVAILABLE = ("08", "25006", "40", "53", "55P03", "57", "58", "XX")
WITHOUT_A_CODE = ("closed", "connection")  # what the drivers themselves say of a database that is gone


class DatabaseUnavailable(Exception):
    """The database is locked, full or gone: nobody's bug, the same work is tried again later."""


def is_operational_error(error: BaseException) -> bool:
    """Whether the database is in trouble (locked, full, gone), rather than asked something wrong."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, DatabaseUnavailable)
    if error.connection_invalidated:
        return True
    if code := getattr(error.orig, "sqlite_errorname", None):
        return str(code).startswith(SQLITE_UNAVAILABLE)
    if code := getattr(error.orig, "sqlstate", None):
        return str(code).startswith(POSTGRES_UNAVAILABLE)
    return any(sign in str(error.orig).lower() for sign in WITHOUT_A_CODE)
