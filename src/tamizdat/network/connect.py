"""The one place that opens connections.

Through the proxy if there is one (:mod:`tamizdat.network.proxy`), else directly. A connection to this computer itself
is made directly, and ``localhost`` is never looked up. Everything is bounded by one deadline. A host without a proxy is
looked up by the system; its addresses are tried in turn.
"""

import socket
import time
from collections.abc import Callable
from typing import Final, TypeAlias

from tamizdat.network.addresses import is_inside
from tamizdat.network.proxy import Proxy, ProxyFailed, is_here, proxy_in_use

Resolve: TypeAlias = Callable[[str, int], list[str]]  #: the addresses of a name
Refuse: TypeAlias = Callable[[str], bool]  #: whether an address is none that a stranger may name

CONNECTING: Final = 30.0  #: seconds in which a living computer takes a connection, its name is found, a proxy answers

STANDS: Final = 4.0  #: seconds in which it is seen whether a computer takes connections


class InsideRefused(OSError):
    """A stranger named an address inside this network; nothing was sent to it."""


def resolved(host: str, port: int) -> list[str]:
    """Return the addresses of a name, as the system knows them."""
    return [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def connect(host: str, port: int, seconds: float = CONNECTING) -> socket.socket:
    """Return a TCP connection to *host*, made within *seconds*; raises OSError (:class:`ProxyFailed` among them).

    Raises UsageError if the environment names a proxy that cannot be used: then nothing leaves.
    """
    until = time.monotonic() + seconds

    def wait() -> float:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    host = host.strip("[]")
    if is_here(host):
        addresses = ["127.0.0.1", "::1"] if host.lower() == "localhost" else [host]
        return _first(addresses, port, until)
    proxy = proxy_in_use()
    if proxy is None:
        return _first(resolved(host, port), port, until)
    try:
        connected = _first([proxy.host], proxy.port, until)
    except OSError as error:
        raise ProxyFailed("the proxy does not answer; nothing went any other way") from error
    try:
        proxy.ask(connected, host, port, wait)
    except TimeoutError as error:
        connected.close()
        raise ProxyFailed("the proxy did not answer in time; nothing went any other way") from error
    except BaseException:
        connected.close()
        raise
    return connected


def stands(host: str, port: int, seconds: float = STANDS) -> bool:
    """Whether *host* takes a connection at this moment: then who does not answer is not kept from it by the line."""
    try:
        connect(host, port, seconds).close()
    except OSError:
        return False
    return True


def connect_to_stranger(
    host: str, port: int, seconds: float, resolve: Resolve = resolved, is_refused: Refuse = is_inside
) -> socket.socket:
    """Return a TCP connection to a stranger's *host*, never to what *is_refused*; raises OSError.

    A name is looked up once, every address it has is looked at, and the connection is made to one of these: what the
    name means a moment later is not asked. Through a proxy the name is the proxy's to look up and to refuse; an
    address in numbers is refused here. Raises :class:`InsideRefused` before anything is sent, a connection included.
    """
    host = host.strip("[]")
    if is_refused(host):
        raise InsideRefused(f"{host[:100]} is an address inside this network")
    if proxy_in_use() is not None:
        return connect(host, port, seconds)
    addresses = resolve(host, port)
    refused = next((each for each in addresses if is_refused(each)), None)
    if refused is not None:
        raise InsideRefused(f"the name means {refused}, an address inside this network")
    return _first(addresses, port, time.monotonic() + seconds)


def is_direct(host: str) -> bool:
    """Tell whether a connection to *host* would go there itself, and not to a proxy."""
    return is_here(host) or proxy_in_use() is None


def answers(proxy: Proxy, seconds: float = 5.0) -> bool:
    """Tell whether anything takes a connection where the proxy should be."""
    try:
        _first([proxy.host], proxy.port, time.monotonic() + seconds).close()
    except OSError:
        return False
    return True


def _first(addresses: list[str], port: int, until: float) -> socket.socket:
    """Return a connection to the first address that takes one."""
    last: OSError | None = None
    for address in addresses:
        connected = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
        try:
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connected.settimeout(max(0.001, until - time.monotonic()))
            connected.connect((address, port))
        except OSError as error:
            connected.close()
            last = error
        except BaseException:
            connected.close()
            raise
        else:
            return connected
    raise last or OSError("no address")
