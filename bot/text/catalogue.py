"""For maintainers: `python -m bot.text.catalogue` brings bot/locales/en.po up to date with the sources.

A sentence that is new gets an entry, one that is gone loses it, and what has no English yet is listed: write
it into its msgstr. Sentences with neither a letter nor a French sign of their own ("{n}. {title}") are left
out.
"""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
_WORDS = Path(__file__).parent  # only makes messages, says nothing itself

Key = str | tuple[str, str]  # a sentence, or the two forms of a count
ENGLISH = ROOT / "bot" / "locales" / "en.po"
_HEADER = r"""# The English of Animatrice. The French sentence is the key: see bot/text/catalogue.py.
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
    """The file for exactly these sentences, in the order of the files that say them,
    with the English there was.
    """
    catalog = Catalog(locale="en")
    for key, files in sorted(found.items(), key=lambda item: (min(item[1]), str(item[0]))):
        catalog.add(
            key, old[key].string if key in old else None, locations=[(file, 1) for file in sorted(files)]
        )
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


@dataclass(slots=True)
class Written:
    """The sentences, each with the files that say it, and the places where one could not be read."""

    sentences: dict[Key, set[str]] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)


def written(root: Path = ROOT) -> Written:
    """The sentences of bot/, commands/ and schedules/ that have words to translate."""
    paths = sorted(
        path
        for part in ("bot", "commands", "schedules")
        for path in (root / part).rglob("*.py")
        if path.parent != _WORDS
    )
    trees = {path.relative_to(root).as_posix(): ast.parse(path.read_text("utf-8")) for path in paths}
    takers = {"Say": 0, "UserError": 0} | {
        name: place for tree in trees.values() for name, place in _takers(tree)
    }
    found = Written()
    for file, tree in trees.items():
        _collect(tree, file, takers, found)
    return found


def _collect(tree: ast.Module, file: str, takers: dict[str, int], found: Written) -> None:
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        try:
            for key in filter(_has_words, _said(call, takers)):
                found.sentences.setdefault(key, set()).add(file)
        except ValueError as error:
            found.unreadable.append(f"{file}:{call.lineno}: {error}")


def _takers(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """The functions and classes that take a sentence, and as which of their arguments."""
    for node in ast.walk(tree):
        for function in node.body if isinstance(node, ast.ClassDef) else [node]:
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                names = [
                    each.arg
                    for each in (*function.args.posonlyargs, *function.args.args)
                    if each.arg != "self"
                ]
                name = (
                    node.name
                    if isinstance(node, ast.ClassDef) and function.name == "__init__"
                    else function.name
                )
                if "sentence" in names:
                    yield name, names.index("sentence")


def _said(call: ast.Call, takers: dict[str, int]) -> Iterator[Key]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    if name in takers and name != "__init__" and len(call.args) > takers[name]:
        yield from _texts(call.args[takers[name]])
    elif name == "Count":
        (one,), (many,) = _texts(call.args[1]), _texts(call.args[2])
        yield one, many
        yield from _texts(*call.args[3:4], *filter(None, [keywords.get("zero")]))
    if isinstance(usage := keywords.get("usage"), ast.Constant):
        yield from _texts(usage)


def _texts(*nodes: ast.expr) -> list[str]:
    texts = []
    for node in nodes:
        match node:
            case ast.Constant(value=str(text)):
                texts.append(text)
            case ast.Constant(value=None) | ast.Name(id="sentence"):
                pass
            case ast.IfExp(body=body, orelse=other):
                texts += _texts(body, other)
            case _:
                raise ValueError(f"a sentence must be written out where it is said, not {ast.unparse(node)}")
    return texts


def _has_words(key: Key) -> bool:
    """Letters of its own, or signs that French sets in its own way."""
    return any(
        re.search(r"[^\W\d_]|[«»]| [:;!?%]", re.sub(r"\{\w+\}", "", part))
        for part in ((key,) if isinstance(key, str) else key)
    )


if __name__ == "__main__":
    main()
