"""What a link is: the address it leads to, the page it means, the site people read.

Links come from feeds, pages and people: none of these functions raises, whatever the text.
"""

import re
import unicodedata
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.resources import files
from ipaddress import IPv6Address
from urllib.parse import SplitResult, quote, unquote, unquote_plus, urljoin, urlsplit

from bot.web.trackers import without_trackers
from bot.web.videos import video
from bot.web.wrappers import target

LONGEST = 2000  # characters
LONGEST_WRAPPED, MOST_LAYERS = 8000, 8  # mail filters write long, and one inside the other
# what an address may hold besides letters and digits; the rest is percent-encoded
KEPT = "/?%:@!$&'()*+,;=~[]"
HOST = re.compile(r"[\w-]+(\.[\w-]+)*\.?")


def absolute(base: str, link: str) -> str | None:
    """Where `link`, found on the page `base` ("" for none), leads: an http(s) address, percent-encoded;
    None for anything else.

    Anything else: javascript:, data:, mailto:…, no or an impossible host, a password inside, more than 2,000
    characters.
    """
    return _absolute(base, link, LONGEST)


def meant(base: str, link: str) -> str | None:
    """The page that `link` is about, to be shown and opened:
    `absolute`, unwrapped, without trackers, and one address for a video.
    """
    found = _absolute(base, link, LONGEST_WRAPPED)
    for _ in range(MOST_LAYERS):
        parts = urlsplit(_plain(found or ""))
        inner = _absolute("", target(_host(parts), parts) or "", LONGEST_WRAPPED)
        if inner is None:
            break
        found = inner
    if found is None:
        return None
    parts = urlsplit(_plain(found))
    page = video(_host(parts), without_trackers(_host(parts), parts)).geturl()
    return page if len(page) <= LONGEST else None


def _absolute(base: str, link: str, most: int) -> str | None:
    link = _bare(link)
    if not link or max(len(link), len(base)) > most:
        return None
    try:
        parts = urlsplit(urljoin(base, link))
        whole = f"{parts.scheme}://{_netloc(parts)}{_encoded(parts.path)}"
        whole += f"?{_encoded(parts.query)}" if parts.query else ""
        whole += f"#{_encoded(parts.fragment)}" if parts.fragment else ""
    except ValueError:
        return None
    return whole if len(whole) <= most else None


def canonical_url(url: str) -> str:
    """What two addresses of one page have in common: a key to compare by, not an address to show.
    What is no web address comes back bare.

    It is the page that is meant; http is https, www. is nothing, names are in ASCII, a default port and a
    trailing slash go, and the moment at which a video begins. The parameters are sorted by name: their order
    never makes another page. The fragment goes too, except where it is the page (#/…, #!…).
    """
    found = meant("", url)
    if found is None:
        return _bare(url)
    parts = urlsplit(found)
    parts = video(_host(parts), parts, start=False)
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    query = "&".join(sorted(filter(None, parts.query.split("&")), key=_name))
    fragment = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    return (
        f"https://{_host(parts)}{port}{parts.path.rstrip('/')}"
        + (f"?{query}" if query else "")
        + (f"#{fragment}" if fragment else "")
    )


@cache
def lists() -> str:
    """A name for what `meant` and `canonical_url` go by, which changes with it."""
    held = [
        files("bot.web").joinpath(f"{name}.yaml").read_bytes() for name in ("wrappers", "trackers", "videos")
    ]
    return sha256(b"".join(held)).hexdigest()[:12]


def site(url: str) -> str:
    """The host as people read it, without www.; "" for what is no web address.
    Letters that only look Latin stay in ASCII.
    """
    found = absolute("", url)
    if found is None:
        return ""
    host = _host(urlsplit(found))
    try:
        read = host.encode().decode("idna")
    except ValueError:
        return host
    return (
        read
        if all(unicodedata.name(char, "").startswith("LATIN ") for char in read if char.isalpha())
        else host
    )


def readable(url: str) -> str:
    """Where a page is, as people read it, for one that has no title:
    « methodes.example.org/évaluation/trame ».
    """
    parts = urlsplit(url)
    return (
        f"{site(url)}{unquote(parts.path).rstrip('/')}" + (f"?{unquote(parts.query)}" if parts.query else "")
        or url
    )


def _bare(text: str) -> str:
    return re.sub(r"[\t\r\n]", "", text).strip()


def _netloc(parts: SplitResult) -> str:
    """Host and port; raises ValueError."""
    host, port = parts.hostname or "", parts.port
    if parts.scheme not in ("http", "https") or re.search("[@%]", parts.netloc) or port == 0:
        raise ValueError
    if ":" in host:
        host = f"[{IPv6Address(host).compressed}]"
    elif not HOST.fullmatch(host):
        raise ValueError
    return host if port in (None, {"http": 80, "https": 443}[parts.scheme]) else f"{host}:{port}"


def _encoded(text: str) -> str:
    return quote(re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", text), safe=KEPT, errors="surrogateescape")


def _plain(url: str) -> str:
    """Percent-encoding in its one normal form (RFC 3986 § 6.2.2.2)."""
    return re.sub("%([0-9A-Fa-f]{2})", lambda code: _char(code[1]), url)


def _char(code: str) -> str:
    char = chr(int(code, 16))
    return char if re.fullmatch(r"[\w.~-]", char, re.ASCII) else f"%{code.upper()}"


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        return f"[{host}]"
    with suppress(ValueError):  # a name that no DNS can hold is at least the same as itself
        host = host.encode("idna").decode("ascii")
    return re.sub(r"^(www\.)+(?=[^.]+\.)", "", host)


def _name(parameter: str) -> str:
    return unquote_plus(parameter.partition("=")[0]).casefold()
