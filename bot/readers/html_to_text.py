"""From what strangers write, with markup or without, to plain text:
titles, summaries, the names of sources.
"""

import re
from collections.abc import Callable
from html import unescape
from html.entities import html5

from bot.readers import boilerplate
from bot.text.clean import clean_text
from storage.text import fold

UNWRAPPINGS = 3  # « &amp;lt;b&amp;gt; » : some escape what is escaped

_BLOCK = re.compile(r"(?=</?(?:p|br|div|li|h[1-6]|tr|td|th|dt|dd|blockquote|figcaption)\b)", re.IGNORECASE)
_BLOCK_TAG = re.compile(
    r"(?=</?(?:p|div|li|ul|ol|dl|table|hr|pre|section|article|header|footer|h[1-6]|tr|dt|dd|blockquote"
    r"|figure|figcaption)\b)",
    re.IGNORECASE,
)
_CELL = re.compile(r"(?=</?(?:td|th|option|label|button)\b)", re.IGNORECASE)
_TAG = re.compile(r"(?=</?[a-z])", re.IGNORECASE)
_BREAKS = re.compile(r"(?:<br\b[^<>]{0,50}>\s*)+", re.IGNORECASE)
_AMPERSAND = re.compile(r"&([A-Za-z][A-Za-z0-9]{0,40})(;?)(=?)")
_UNREAD = {"script", "style", "figcaption"}
_ELEMENT = re.compile(r"<([^\W\d_]\w{0,30})(?:\s[^<>=\"':/]{0,60})?>")
_CLOSED = re.compile(r"</(\w{1,31})")
_ELEMENTS = frozenset(
    re.findall(
        r"\w+",
        "a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound "
        "big blink blockquote body br button canvas caption center cite code col colgroup command "
        "content data datalist dd del details dfn dialog dir div dl dt element em embed fieldset "
        "figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup "
        "hr html i iframe image img input ins isindex kbd keygen label legend li link listing "
        "main map mark marquee math menu menuitem meta meter multi nav nobr noembed noframes "
        "noscript object ol optgroup option output p param path picture plaintext portal pre "
        "progress q rb rp rt rtc ruby s samp script search section select slot small source "
        "spacer span strike strong style sub summary sup svg table tbody td template textarea "
        "tfoot th thead time title tr track tt u ul use var video wbr xmp",
    )
)


def html_to_text(text: str, most: int) -> str:
    """At most `most` characters on one line, without markup, scripts, entities,
    and characters that act instead of being read.
    """
    return clean_text(_strip_tags(text[: most * 10 + 5_000], lambda part: _spaced(_literal(part))), most)


def summary_text(text: str, title: str, most: int) -> str:
    """The same, without what the site's software adds; the end of a block is the end of a sentence."""
    text = text[: most * 10 + 5_000].replace(boilerplate.INLINE, " ")
    if "<" not in text and "&lt;" not in text:
        text = re.sub(r"\n\s*\n", "<p>", text)
    text = text.replace("\n", " ")
    return clean_text(boilerplate.strip_text(_strip_tags(text, _marked), title), most)


def unescape_entities(text: str) -> str:
    """With the characters that its entities stand for;
    « & » that begins none is itself, also before what looks like an old one (« &section »).
    """
    return unescape(escape_ampersands(text))


def escape_ampersands(text: str) -> str:
    """Of HTML, escaped where they begin no entity."""
    return _AMPERSAND.sub(
        lambda found: (
            found[0]
            if f"{found[1]}{found[2]}" in html5 and (found[2] or not found[3])
            else f"&amp;{found[0][1:]}"
        ),
        text,
    )


def _strip_tags(text: str, mark: Callable[[str], str]) -> str:
    """`mark`: what is to be left of the tags, beside them."""
    import nh3

    text = text.encode("utf-8", "ignore").decode()  # JSON can hold half a character
    for _ in range(UNWRAPPINGS):
        before = text
        text = unescape(nh3.clean(escape_ampersands(mark(text)), tags=set(), clean_content_tags=_UNREAD))
        if text == before:
            break
    return text


def _literal(text: str) -> str:
    """« Le dispositif <Jeunes> » : what is no element of HTML, and is not closed, is no markup."""
    known = _ELEMENTS | set(_CLOSED.findall(text.lower()))
    return _ELEMENT.sub(
        lambda found: found[0] if found[1].lower() in known else f"&lt;{found[0][1:-1]}&gt;", text
    )


def _spaced(text: str) -> str:
    return _BLOCK.sub(" ", text)


def _marked(text: str) -> str:
    text = _BREAKS.sub(
        lambda found: "<p>" if found[0].lower().count("<br") > 1 else " ", boilerplate.strip_html(text)
    )
    return _TAG.sub(boilerplate.INLINE, _BLOCK_TAG.sub(boilerplate.BLOCK, _CELL.sub(" ", text)))


LONGEST_TITLE = 100  # characters of one made from a summary
LONGEST_NAME = 60
_NAME_PARTS = re.compile(r"\s+[–—|·»:•-]+\s+")
_SAYS_NOTHING = re.compile(
    r"(actualites?|actus?|accueil|home|news|blog|articles?|a la une|flux|rss|feed|(le )?fil d.actu\w*"
    r"|publications?)( rss| atom)?"
)
_PAID = re.compile(
    r"(contenu|article|acces|lecture)?s? ?reserve\w* (a|aux) (nos |l.)?abonne\w*"
    r"|(article|contenu)s? (payants?|premium|abonnes?)"
    r"|abonnes? uniquement|subscribers? only|[\[(]abonne(e?s)?[\])]"
)
_PAID_TAG = re.compile(r"abonnes?|premium|payants?|paywall|subscribers?")


def fold_title(title: str) -> str:
    """The words of a title, to compare by; a title without words is itself."""
    return " ".join(re.findall(r"\w+", fold(title))) or title


def title_from_summary(summary: str) -> str:
    """A title for what has none: the first sentence of its summary, or the beginning of it."""
    sentence = re.split(r"(?<=[.!?…])\s", summary, maxsplit=1)[0].rstrip(" .")
    if len(sentence) <= LONGEST_TITLE:
        return sentence
    return sentence[:LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(" ,;:–-") + "…"


def source_name(title: str) -> str:
    """« Territoires et cohésion – veille juridique » is Territoires et cohésion;
    « Actualités | Ville de Marquemont » is Ville de Marquemont.
    """
    parts = [part for part in _NAME_PARTS.split(title.strip()) if len(part) > 2]
    named = [part for part in parts if not _SAYS_NOTHING.fullmatch(fold(part))]
    return clean_text((named or parts or [title])[0], LONGEST_NAME)


def is_paywalled(title: str, summary: str, tags: tuple[str, ...]) -> bool:
    """Whether it says that it is for subscribers."""
    return any(_PAID_TAG.fullmatch(fold(tag)) for tag in tags) or bool(
        _PAID.search(fold(" ".join((title, summary, *tags))))
    )
