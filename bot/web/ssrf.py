"""SSRF guard: every address is judged where a socket is made for it, and none of the inside is reached.

That is after names, odd notations (http://2130706433/), redirects and whatever the DNS says the second time.
Any port is allowed: feeds do live on odd ones, and what is behind a public address is public.
"""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult

AddressInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[Any, ...]]

# Python's is_global changes from version to version and says nothing of an IPv4 address inside an IPv6 one:
# the rest of IANA's registries.
NOT_PUBLIC_4 = [
    IPv4Network(block) for block in ("192.0.0.0/24", "192.88.99.0/24", "100.64.0.0/10", "224.0.0.0/3")
]
# mapped, local, link-local, multicast and documentation addresses mostly stand outside
GIVEN_OUT_6 = IPv6Network("2000::/3")
# Teredo and other protocols, documentation, 6to4, documentation. Teredo and 6to4 are retired: there is
# nothing to lose.
NOT_PUBLIC_6 = [IPv6Network(block) for block in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")]
LOCAL_NAMES = (".localhost", ".local", ".internal", ".home.arpa")
NAT64 = IPv6Network("64:ff9b::/96")  # how a machine without IPv4 reaches it: as good as the address inside


class PrivateAddress(OSError):
    """All say the same, so that a host with several private addresses still gives this error."""

    def __init__(self) -> None:
        super().__init__("not a public address")


def public(address: str) -> bool:
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address) and found in NAT64:
        found = IPv4Address(int(found) & 0xFFFFFFFF)
    if isinstance(found, IPv4Address):
        return found.is_global and not any(found in block for block in NOT_PUBLIC_4)
    return found in GIVEN_OUT_6 and not any(found in block for block in NOT_PUBLIC_6)


def inside(url: str) -> bool:
    """Whether an address is of the inside as it is written, without asking the DNS: an IP address that is not
    public (odd notations included), or a name that only a local network knows (RFC 6761, 6762, 8375).
    """
    host = (urlsplit(url).hostname or "").rstrip(".")
    if ":" in host:
        return not public(host)
    with suppress(OSError):
        return not public(socket.inet_ntoa(socket.inet_aton(host)))
    return "." not in host or host.endswith(LOCAL_NAMES)


def guarded_socket(info: AddressInfo) -> socket.socket:
    """For aiohttp, which asks it for every connection, with the very address it connects to."""
    family, kind, protocol, _, url = info
    if not public(url[0]):
        raise PrivateAddress
    return socket.socket(family, kind, protocol)


class Lookup(AbstractResolver):
    """Names looked up beside the loop, in threads that nobody waits for:
    a DNS that is silent delays neither other work nor the end.
    """

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
        return [
            ResolveResult(hostname=host, host=str(url[0]), port=port, family=kin, proto=protocol, flags=flags)
            for kin, _, protocol, _, url in await _aside(partial(_addresses, host, port, family))
        ]

    async def close(self) -> None:
        pass


def _addresses(host: str, port: int, family: socket.AddressFamily) -> list[AddressInfo]:
    try:
        return list(socket.getaddrinfo(host, port, family, socket.SOCK_STREAM))
    except UnicodeError:  # a name that no DNS can hold
        raise socket.gaierror(socket.EAI_NONAME, "not a name") from None


async def _aside(job: Callable[[], list[AddressInfo]]) -> list[AddressInfo]:
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[AddressInfo]] = loop.create_future()

    def deliver(found: list[AddressInfo] | OSError) -> None:
        if answer.done():
            return
        if isinstance(found, OSError):
            answer.set_exception(found)
        else:
            answer.set_result(found)

    def work() -> None:
        found: list[AddressInfo] | OSError
        try:
            found = job()
        except OSError as error:
            found = error
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(deliver, found)

    Thread(target=work, name="lookup", daemon=True).start()
    return await answer
