"""Withheld room keys: a device says that it gives us no key, and why (m.room_key.withheld).

Kept beside the keys: it is said once, and its messages may come days later.
https://spec.matrix.org/v1.17/client-server-api/#reporting-that-decryption-keys-are-withheld
"""

from typing import Any

import peewee

from bot.matrix import parse

CODES = {"m.blacklisted", "m.unverified", "m.unauthorised", "m.unavailable", "m.no_olm"}
OTHER = "other"  # a reason that the specification does not know
KEPT = 10_000  # anybody may send us any number


class Withheld:
    """What was said, in the key store's database and in its transactions."""

    def __init__(self, database: peewee.SqliteDatabase) -> None:
        self._database = database
        database.execute_sql(
            "CREATE TABLE IF NOT EXISTS animatrice_withheld"
            " (sender TEXT, session TEXT, code TEXT, PRIMARY KEY (sender, session))"
        )

    def take(self, message: dict[str, Any]) -> None:
        """One to-device message, of whatever shape; m.no_olm speaks of all of a sender's sessions."""
        content = parse.mapping(message.get("content"))
        sender, code = parse.name(message.get("sender")), content.get("code")
        session = "" if code == "m.no_olm" else parse.name(content.get("session_id"))
        if sender is None or session is None or not isinstance(code, str):
            return
        self._database.execute_sql(
            "INSERT OR REPLACE INTO animatrice_withheld VALUES (?, ?, ?)",
            (sender, session, code if code in CODES else OTHER),
        )
        self._database.execute_sql(
            "DELETE FROM animatrice_withheld WHERE rowid <= (SELECT max(rowid) FROM animatrice_withheld) - ?",
            (KEPT,),
        )

    def why(self, sender: str, session: str) -> str:
        """The code; empty when nothing was said, and the key may only be late."""
        found = self._database.execute_sql(
            "SELECT code FROM animatrice_withheld WHERE sender = ? AND session IN (?, '')"
            " ORDER BY session DESC LIMIT 1",
            (sender, session),
        ).fetchone()
        return str(found[0]) if found else ""
