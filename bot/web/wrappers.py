"""URL unwrapping: the address that a safe link, a redirection or a login page holds (wrappers.yaml).
Nothing here raises or asks the network.
"""

import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import translate
from functools import cache, lru_cache
from urllib.parse import SplitResult, unquote, urljoin

from bot.packaged import read_yaml

MOST_DECODED = 3  # times an address may be percent-encoded

_WEB = re.compile(r"https?:/", re.IGNORECASE)
_HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}(?:[/?#:].*)?", re.DOTALL)
_INSIDE = re.compile(r"https?://[^\s\"'<>\\;]+")
_RUN = re.compile(r"\*(?:\*(.))?")
_RUNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"  # two letters, three letters, …


@dataclass(frozen=True)
class Wrapper:
    """One line of wrappers.yaml."""

    hosts: re.Pattern[str]
    path: re.Pattern[str] | None
    holds: re.Pattern[str] | None
    names: Sequence[str]
    coded: str
    elsewhere: bool

    def held(self, parts: SplitResult) -> Iterator[str]:
        """What may be the address, as it is written in there."""
        if self.holds is not None:
            found = self.holds.fullmatch(parts._replace(scheme="", netloc="").geturl())
            yield from [found[1]] if found else []
        elif self.path is None or self.path.fullmatch(parts.path):
            query = dict(reversed([_parameter(each) for each in parts.query.split("&")]))
            yield from (query[name.lower()] for name in self.names if query.get(name.lower()))


def target(host: str, parts: SplitResult) -> str | None:
    """The address that `parts` only leads to, as it is written in there; None when it is a page itself.
    `host`: without www.
    """
    for wrapper in _of(host):
        for held in wrapper.held(parts):
            found = _address(_decoded(held, wrapper.coded), "" if wrapper.elsewhere else parts.geturl())
            if found and not (wrapper.elsewhere and _same_host(found, host)):
                return found
    return None


@lru_cache(maxsize=2_000)
def _of(host: str) -> Sequence[Wrapper]:
    return tuple(wrapper for wrapper in _wrappers() if wrapper.hosts.fullmatch(host))


@cache
def _wrappers() -> Sequence[Wrapper]:
    rows = read_yaml("bot.web", "wrappers.yaml")["wrappers"]
    return tuple(
        Wrapper(
            hosts=re.compile("|".join(map(translate, row["hosts"]))),
            path=re.compile(row["path"], re.IGNORECASE) if "path" in row else None,
            holds=re.compile(row["holds"], re.IGNORECASE | re.DOTALL) if "holds" in row else None,
            names=row.get("names", ()),
            coded=row.get("coded", ""),
            elsewhere=row.get("elsewhere", False),
        )
        for row in rows
    )


def _parameter(text: str) -> tuple[str, str]:
    """A link copied from a page's source has &amp; between its parameters."""
    name, _, value = text.partition("=")
    return unquote(name).removeprefix("amp;").lower(), value


def _address(text: str, base: str) -> str | None:
    """`base`: what a path alone is relative to; "" where only a whole address counts."""
    for _ in range(MOST_DECODED):
        if _WEB.match(text):
            return re.sub("^(https?:)/+", r"\1//", text, flags=re.IGNORECASE)
        if base and text.startswith("/"):
            return urljoin(base, text)
        if base and _HOST.fullmatch(text):
            return f"https://{text}"
        text = unquote(text)
    return None


def _decoded(held: str, coded: str) -> str:
    match coded:
        case "base64":
            return _inside(held)
        case "proofpoint2":
            return unquote(held.replace("-", "%").replace("_", "/"))
        case "proofpoint3":
            return _unfolded(held)
        case _:
            return held if _WEB.match(held) and "%3A" not in held[:8] else unquote(held)


def _inside(text: str) -> str:
    """The first address in what base64 says; Bing puts two signs before it."""
    for start in (0, 2):
        found = _INSIDE.search(_bytes(unquote(text)[start:]).decode("utf-8", "replace").replace("\\/", "/"))
        if found:
            return found[0]
    return ""


def _unfolded(held: str) -> str:
    """« __https://example.org/*x__;w6k »:
    each * stands for the next letter of those at the end, ** and a letter for several.
    """
    address, _, letters = held.rpartition("__;")
    left = iter(_bytes(letters).decode("utf-8", "replace"))

    def put_back(star: re.Match[str]) -> str:
        count = _RUNS.find(star[1]) + 2 if star[1] else 1
        return "".join(letter for _, letter in zip(range(count), left, strict=False))

    return _RUN.sub(put_back, address)


def _bytes(text: str) -> bytes:
    """What base64 says, in either alphabet, whether or not it is padded."""
    bare = re.sub(r"[^\w-]", "", text.replace("+", "-").replace("/", "_"), flags=re.ASCII)
    whole = bare[:-1] if len(bare) % 4 == 1 else bare
    return urlsafe_b64decode(whole + "=" * (-len(whole) % 4))


def _same_host(address: str, host: str) -> bool:
    return re.match(rf"https?://(?:www\.)?{re.escape(host)}(?:[/?#:]|$)", address, re.IGNORECASE) is not None
