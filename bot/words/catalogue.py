"""For maintainers: `python -m bot.words.catalogue` brings bot/locales/en.po up to date with the sources.

A sentence that is new gets an entry, one that is gone loses it, and what has no English yet is listed: write it into
its msgstr. Sentences with neither a letter nor a French sign of their own ("{n}. {title}") are left out.
"""

from __future__ import annotations

import io
from pathlib import Path

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from bot.words.sources import ROOT, Key, written

ENGLISH = ROOT / "bot" / "locales" / "en.po"
_HEADER = r"""# The English of Animatrice. The French sentence is the key: see bot/words/catalogue.py.
msgid ""
msgstr ""
"Language: en\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

"""


def entries(path: Path = ENGLISH) -> dict[Key, Message]:
    with path.open("rb") as file:
        return {_key(message): message for message in read_po(file, locale="en") if message.id}


def updated(found: dict[Key, set[str]], old: dict[Key, Message]) -> str:
    """The file for exactly these sentences, in the order of the files that say them, with the English there was."""
    catalog = Catalog(locale="en")
    for key, files in sorted(found.items(), key=lambda item: (min(item[1]), str(item[0]))):
        catalog.add(key, old[key].string if key in old else None, locations=[(file, 1) for file in sorted(files)])
    out = io.BytesIO()
    write_po(out, catalog, width=0, omit_header=True, include_lineno=False)
    return _HEADER + out.getvalue().decode()


@click.command(help="Bring bot/locales/en.po up to date with the sources, and list what has no English yet.")
def main() -> None:
    found, old = written(), entries()
    ENGLISH.write_text(updated(found.sentences, old), "utf-8")
    new = entries()
    for place in found.unreadable:
        click.echo(f"Unreadable: {place}")
    for key in old.keys() - new.keys():
        click.echo(f"Removed: {key}")
    for key, message in new.items():
        if not message.string or not all(message.string):
            click.echo(f"No English yet: {key}")


def _key(message: Message) -> Key:
    return message.id if isinstance(message.id, str) else (message.id[0], message.id[1])


if __name__ == "__main__":
    main()
