"""Character encodings: from bytes to text, whatever was declared of them and whatever is true."""

import re
from contextlib import suppress

_WRITING = re.compile(
    r"windows-\d+|cp125\d|iso-8859-([2-9]|1\d)|mac\w+|koi8-\w|gb\w+|big5|euc-\w+|shift_jis|utf-16([lb]e)?"
)
# of which one bad byte is not the end
_SEVERAL = re.compile(r"gb\w+|big5\S*|euc-\w+|shift_jis|windows-\d+|cp125\d|iso-8859-([2-9]|1\d)")
_STRAY = re.compile("[\udc80-\udcff]")
_DECLARED = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{1,40})""")


def decode(body: bytes, charset: str | None) -> str:
    """What is mostly valid UTF-8 is UTF-8, whatever is declared; else what is declared, if that is possible;
    else what Windows writes.

    A byte that does not fit is read as Windows writes it, alone: it spoils nothing around it.
    """
    if wide := _wide(body):
        return body.decode(wide, "replace")
    text = body.decode("utf-8", "surrogateescape")
    strays = len(_STRAY.findall(text))
    if not strays:
        return text
    mixed = sum(char > "\x7f" for char in text) - strays >= strays
    declaration = _DECLARED.match(body.lstrip()[:200])
    declared = [name.lower() for name in (charset, declaration and declaration[1].decode("latin-1")) if name]
    for name in filter(_WRITING.fullmatch, declared):
        with suppress(UnicodeError, LookupError):
            return _strays(text, name) if mixed else body.decode(name)
    for name in () if mixed else filter(_SEVERAL.fullmatch, declared):
        with suppress(LookupError):
            return body.decode(name, "replace")
    return _strays(text, "cp1252") if mixed else body.decode("cp1252", "replace")


def _strays(text: str, charset: str) -> str:
    return _STRAY.sub(lambda found: bytes([ord(found[0]) - 0xDC00]).decode(charset, "replace"), text)


def _wide(body: bytes) -> str:
    """UTF-16, by its mark or by its first « < »."""
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    return {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}.get(body[:2], "")
