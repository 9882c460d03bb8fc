"""What the site's software adds to a text, and nobody wrote:
footers, short codes, captions, the author's line, the title again.

`stripped` works on HTML, before its markup goes; `told` after, on text in which the tags have left their
marks.
"""

import re
from dataclasses import dataclass

from storage.text import fold

BLOCK = "\n"  # where a block begins or ends
INLINE = "\x1f"  # where a tag inside a block was, which may part what its software put together
FIRST = 8  # pieces in which the software speaks before the author
LONGEST_NAME = 60  # characters of an account
LONGEST_CREDIT = 120
LONGEST_FOOTER = 700
MOST_CODES = 30  # kinds of short codes in one text

_EMBEDDED = re.compile(
    r"\[(wp_caption|caption|gallery|embed|video|audio|playlist)\b[^\[\]<>]{0,300}\](?:[^\[]{0,1000}\[/\1\])?",
    re.IGNORECASE,
)
_CLOSED = re.compile(r"\[/([a-z][\w-]{1,40})\]", re.IGNORECASE)
_SHORT_CODE = re.compile(
    r"\[/?[a-z][a-z0-9]{0,30}[_-][\w-]{1,60}(?:\s[^\[\]]{0,1000})?\]"
    r"|\[[a-z]\w{1,40}\s+\w{1,40}=[^\[\]]{0,1000}\]",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"""<(p|div|span|dd|dt|dl|td|h\d|a|small|cite|label|figcaption)\b[^<>]{0,200}\bclass\s*=\s*["']?[^"'<>]{0,200}"""
    r"""(?:caption|legende|légende|credit|crédit|spip_doc|document-titre|article-info|more-link|read-?more|field-label|field__label|visually-hidden"""
    r"""|screen-reader-text|sr-only|element-invisible|sharedaddy|sd-title)[^<>]{0,200}>"""
    r"""[^\[]{0,1000}?</\1\s*>""",
    re.IGNORECASE,
)
# as SPIP ends its items: « - <a rel="directory">Actualités</a> / <a rel="tag">Culture</a> »
_SECTION = re.compile(
    r"""[\s,–—-]*<a\b[^<>]{0,500}\brel\s*=\s*["']directory["'][^<>]{0,500}>[^<]{0,200}</a>(?:[\s,/·-]*<a\b[^<>]{0,500}\brel\s*=\s*["']tag["'][^<>]{0,500}>"""
    r"""[^<]{0,200}</a>)*\s*((?:</[a-z]+>\s*)*)$""",
    re.IGNORECASE,
)
_INSTEAD = re.compile(
    r"<(audio|video|iframe|object|noscript|form)\b[^<>]{0,1000}(?<!/)>(?:(?!</?\1\b).){0,2000}</\1\s*>",
    re.IGNORECASE | re.DOTALL,
)
_MORE_THERE = re.compile(r"[\[(]\s*(?:…|\.{3,})\s*[\])]\s*$")
_THIS = (
    r"(?:(?:the|this) (?:post|article|entry|page|content)"
    r"|(?:l['’]|cet? |cette |le |la |ce )(?:article|post|billet|publication|contenu|page|actualité|entrée))"
)
_FIRST_ON = (
    r"(?:(?:appeared first|first appeared|was (?:first|originally) published|originally appeared)"
    r" (?:on|in|at)"
    r"|(?:(?:est|a été) (?:d['’]abord )?|a d['’]abord été )(?:apparue?|parue?|publiée?|mise? en ligne)"
    r" ?(?:en premier(?: lieu)?|d['’]abord|initialement|pour la première fois|à l['’]origine)?"
    r" (?:sur|dans|chez))"
)
_FIRST = re.compile(_FIRST_ON, re.IGNORECASE)
_FOOTER = re.compile(
    rf"(?:^|(?<=[.!?…»)\]\x1f\s]))\s?{_THIS}\b[^\n]{{0,400}}?\s{_FIRST_ON}\b[^\n]{{0,200}}$", re.IGNORECASE
)
_MORE = re.compile(
    r"\W{0,5}(?:lire (?:la suite|plus|l['’]article(?: complet)?)|(?:en )?savoir plus|voir (?:la suite|plus)"
    r"|continuer (?:la|à) (?:lecture|lire)"
    r"|poursuivre la lecture|la suite|read (?:more|the rest|on)|continue reading|keep reading"
    r"|learn more)\b[^.\n]{0,200}",
    re.IGNORECASE,
)
_SUBMITTED = re.compile(
    r"(?:soumis|publié|posté|proposé|envoyé|écrit|rédigé|submitted|posted|published|written)e? (?:par|by) "
    r".{1,80}?,? (?:le|on|-|–) .{0,20}\d.{0,40}",
    re.IGNORECASE,
)
_AFTERWARDS = re.compile(
    r"(?:partager?|partagez)(?: (?:ceci|cet article|cette page|sur))?\s*:?|share(?: this| on)?\s*:?"
    r"|j['’]aime (?:ça|chargement).{0,3}"
    r"|like this:?.{0,12}"
    r"|(?:articles|contenus) (?:similaires|liés|connexes)\s*:?|related(?: posts| articles)?\s*:?"
    r"|\d{1,5} (?:commentaires?|comments?|réponses?)",
    re.IGNORECASE,
)
_HOUR = r"(?:[\s,ta–-]{0,6}\d{1,2}\s?[:h]\s?(?:\d{2})?(?::\d{2})?)?"
_STAMP = re.compile(
    r"(?:(?:le|on) )?(?:[a-z]{2,9}\.?,? )?(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}"
    rf"|\d{{4}}-\d{{2}}-\d{{2}}){_HOUR}"
)
_DATE = re.compile(
    r"(?:(?:le|on) )?(?:[a-z]{2,9}\.?,? )?(?:\d{1,2}(?:er)? [a-z]{3,9}\.? \d{4}|[a-z]{3,9} "
    rf"\d{{1,2}}, \d{{4}}){_HOUR}"
)
_PUT = re.compile(
    r"(?:publie|mis en ligne|mis a jour|poste|cree|ecrit|modifie|posted|published|updated)e? ?(?:le|on|:)+ ?"
)
_LENGTH = re.compile(
    r"(?:temps de lecture|reading time|lecture)\s?: ?.{0,12}\bmin(?:utes?)?\.?"
    r"|\d{1,3} min(?:utes?)? (?:de lecture|read)"
)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_CREDIT = re.compile(
    r"(?:©|\(c\)|copyright|(?:crédits?|credits?)(?: photos?)?\s*:|photos?(?:graphies?)?\s*:"
    r"|illustration\s*:|légende\s*:)",
    re.IGNORECASE,
)


def strip_html(text: str) -> str:
    """Without short codes, captions, what a browser shows only when it can show nothing else,
    and the section.
    """
    text = _CAPTION.sub(BLOCK, _EMBEDDED.sub(" ", _INSTEAD.sub(" ", _SECTION.sub(r"\1", text))))
    for name in list({found.lower() for found in _CLOSED.findall(text)})[:MOST_CODES]:
        text = re.sub(rf"\[/?{re.escape(name)}(?:\s[^\[\]]{{0,1000}})?\]", " ", text, flags=re.IGNORECASE)
    return _SHORT_CODE.sub(" ", text)


@dataclass(frozen=True)
class Piece:
    """What stands between two tags. `last`: of its block."""

    raw: str
    last: bool

    @property
    def text(self) -> str:
        return " ".join(self.raw.split())


def strip_text(text: str, title: str) -> str:
    """What its author tells, as sentences. `text`: marked with BLOCK and INLINE; `title`: of the item."""
    pieces = [piece for line in text.split(BLOCK) for piece in _pieces(_without_footer(line))]
    pieces = _without_tail(_without_head(pieces, _words(title)), _words(title))
    lines, line = [], ""
    for piece in pieces:
        line += piece.raw
        if piece.last:
            lines.append(" ".join(line.split()))
            line = ""
    return _sentences([*lines, " ".join(line.split())])


def _without_footer(line: str) -> str:
    """« L’article … est apparu en premier sur … » stands at the end."""
    end = line[-LONGEST_FOOTER:]
    return line[: len(line) - len(end)] + _FOOTER.sub("", end) if _FIRST.search(end) else line


def _pieces(line: str) -> list[Piece]:
    parts = [part for part in line.split(INLINE) if part]
    filled = [at for at, part in enumerate(parts) if part.strip()]
    return (
        [Piece(part, last=at == filled[-1]) for at, part in enumerate(parts[: filled[-1] + 1])]
        if filled
        else []
    )


def _without_head(pieces: list[Piece], title: str) -> list[Piece]:
    """Without the title, the account and the date that the software puts first, nor a picture's credit."""
    titled = False
    while pieces:
        pieces = pieces[next((at for at, piece in enumerate(pieces) if piece.text), len(pieces)) :]
        size = _title_size(pieces, title)
        gone = size or _byline_size(pieces, titled=titled)
        if not gone:
            break
        titled = titled or bool(size)
        pieces = pieces[gone:]
    return pieces


def _title_size(pieces: list[Piece], title: str) -> int:
    """How many of the first pieces are the title, where it does not go on as a sentence."""
    raw = ""
    for at, piece in enumerate(pieces[:FIRST], 1):
        raw += piece.raw
        if _is_title(raw, title):
            rest = [each for each in pieces[at:] if each.text]
            goes_on = (
                rest
                and re.match(r"[\s,;]*[^\W\dA-ZÀ-Ý]", rest[0].text)
                and not _byline_size(rest, titled=True)
            )
            return 0 if goes_on and not piece.last else at
        if piece.last:
            break
    return 0


def _byline_size(pieces: list[Piece], *, titled: bool) -> int:
    """How many of the first pieces say who put it there, and when; or whose picture it is."""
    end = next(at for at, piece in enumerate(pieces, 1) if piece.last or at == len(pieces))
    line = " ".join("".join(piece.raw for piece in pieces[:end]).split())
    if (
        _SUBMITTED.fullmatch(line)
        or (_CREDIT.match(line) and len(line) <= LONGEST_CREDIT)
        or _put_there(line)
    ):
        return end
    if _EMAIL.fullmatch(pieces[0].text) or (titled and _dated(pieces[0], _STAMP)):
        return 1
    filled = [at for at, piece in enumerate(pieces[:FIRST]) if piece.text]
    if len(filled) < 2 or len(pieces[0].text) > LONGEST_NAME or pieces[0].text[-1] in ".!?…:":
        return 0
    inside = titled or not pieces[0].last
    second = pieces[filled[1]]
    stamped = _dated(second, _STAMP) or (not pieces[0].last and _dated(second, _DATE))
    return filled[1] + 1 if inside and stamped else 0


def _put_there(line: str) -> bool:
    """« Publié le 24 novembre 2026 », « Temps de lecture : 3 minutes »."""
    shown = fold(line[: 2 * LONGEST_NAME])
    put = _PUT.match(shown)
    return _LENGTH.fullmatch(shown) is not None or (
        put is not None and any(form.fullmatch(shown, put.end()) for form in (_STAMP, _DATE))
    )


def _is_title(shown: str, title: str) -> bool:
    return bool(title) and len(shown) <= 2 * len(title) + LONGEST_NAME and _words(shown) == title


def _dated(piece: Piece, form: re.Pattern[str]) -> bool:
    return len(piece.text) <= LONGEST_NAME and form.fullmatch(fold(piece.text)) is not None


def _without_tail(pieces: list[Piece], title: str) -> list[Piece]:
    """Without the link to the whole text, nor what asks to be shared."""
    pieces = pieces[
        : next(
            (at for at, piece in enumerate(pieces) if at and pieces[at - 1].last and _ends_it(piece)),
            len(pieces),
        )
    ]
    while pieces and (count := _more_size(pieces)):
        pieces = pieces[:-count]
    while pieces:
        shown = pieces[-1].text
        again = len(pieces) > 1 and pieces[-2].last and _is_title(shown, title)
        if shown and not _MORE.fullmatch(shown) and not again:
            break
        pieces = pieces[:-1]
    return pieces


def _ends_it(piece: Piece) -> bool:
    """Whether nothing of the author's comes from here on."""
    return piece.last and _AFTERWARDS.fullmatch(piece.text) is not None


def _more_size(pieces: list[Piece]) -> int:
    """How many of the last pieces say together « Lire la suite » of what the title names."""
    shown = ""
    for count in range(1, min(FIRST, len(pieces)) + 1):
        if count > 1 and pieces[-count].last:
            break
        shown = pieces[-count].raw + shown
        if shown.strip() and _MORE.fullmatch(" ".join(shown.split())):
            return count
    return 0


def _sentences(lines: list[str]) -> str:
    """A block that ends without a stop, before one that begins a sentence, is a sentence."""
    text = ""
    for line in filter(None, map(_cut, lines)):
        if text and text[-1] not in ".!?…:;,–—" and re.match(r"[«“\"(\[]?\s*[\dA-ZÀ-ÝŒÆ]", line):
            text += "."
        text += f" {line}"
    return text.strip()


def _cut(line: str) -> str:
    """« […] » at its end says that there is more: after a whole sentence that goes without saying."""
    found = _MORE_THERE.search(line)
    if not found:
        return line
    before = line[: found.start()].rstrip()
    return before if not before or before[-1] in ".!?…»" else f"{before} …"


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))
