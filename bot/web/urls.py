"""What a link is: the address it leads to, the page it means, the site people read.

Links come from feeds, pages and people: none of these functions raises, whatever the text.
"""

import re
import unicodedata
from contextlib import suppress
from ipaddress import IPv6Address
from urllib.parse import SplitResult, quote, unquote_plus, urljoin, urlsplit

LONGEST = 2000  # characters
KEPT = "/?%:@!$&'()*+,;=~[]"  # what an address may hold besides letters and digits; the rest is percent-encoded
HOST = re.compile(r"[\w-]+(\.[\w-]+)*\.?")
TRACES = re.compile(
    r"(utm|mtm|pk|piwik|matomo|hsa|_hs|vero|oly|at|stm)_\w*"
    r"|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|gad_source|msclkid|yclid|twclid|ttclid|li_fat_id|igshid|igsh|epik"
    r"|mc_[ce]id|mkt_tok|_hsenc|_hsmi|hsctatracking|wickedid|s_cid|cmpid|xtor|_ga|_gl|ref_src|ref_url|sc_cid|__twitter_impression"
)


def absolute(base: str, link: str) -> str | None:
    """Where `link`, found on the page `base` ("" for none), leads: an http(s) address, percent-encoded; None for anything else.

    Anything else: javascript:, data:, mailto:…, no or an impossible host, a password inside, more than 2,000 characters.
    """
    link = _bare(link)
    if not link or max(len(link), len(base)) > LONGEST:
        return None
    try:
        parts = urlsplit(urljoin(base, link))
        whole = f"{parts.scheme}://{_netloc(parts)}{_encoded(parts.path)}"
        whole += f"?{_encoded(parts.query)}" if parts.query else ""
        whole += f"#{_encoded(parts.fragment)}" if parts.fragment else ""
    except ValueError:
        return None
    return whole if len(whole) <= LONGEST else None


def canonical_url(url: str) -> str:
    """What two addresses of one page have in common: a key to compare by, not an address to show. What is no web address comes back bare.

    http is https, www. is nothing, names are in ASCII, a default port, a trailing slash and what only serves to follow people (utm_…) go.
    The other parameters are sorted by name: their order never makes another page. The fragment goes too, except where it is the page (#/…, #!…).
    """
    found = absolute("", url)
    if found is None:
        return _bare(url)
    parts = urlsplit(_plain(found))
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    told = [each for each in parts.query.split("&") if each and not TRACES.fullmatch(_name(each))]
    query = "&".join(sorted(told, key=_name))
    fragment = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    return f"https://{_host(parts)}{port}{parts.path.rstrip('/')}" + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")


def site(url: str) -> str:
    """The host as people read it, without www.; "" for what is no web address. Letters that only look Latin stay in ASCII."""
    found = absolute("", url)
    if found is None:
        return ""
    host = _host(urlsplit(found))
    try:
        read = host.encode().decode("idna")
    except ValueError:
        return host
    return read if all(unicodedata.name(char, "").startswith("LATIN ") for char in read if char.isalpha()) else host


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
