"""Connections to strangers' addresses, which may be those of this computer, of the router, of a printer."""

import socket
from collections.abc import Iterator

import pytest

from support.proxies import http_connect
from tamizdat.network.addresses import is_inside
from tamizdat.network.connect import InsideRefused, connect_to_stranger
from tamizdat.network.proxy import Proxy, use_proxy

INNER = ["127.0.0.1", "localhost", "LocalHost", "10.0.0.1", "::1", "[::1]", "169.254.169.254", "::ffff:192.168.0.1"]


@pytest.fixture
def here() -> Iterator[int]:
    """A server on this computer that nobody from elsewhere may reach; yields its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]
        server.settimeout(0)
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.fixture(autouse=True)
def _no_proxy_afterwards(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("all_proxy", "https_proxy", "http_proxy", "ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    yield
    use_proxy(None)


@pytest.mark.parametrize("host", INNER)
def test_what_is_inside_is_refused_with_a_proxy_and_without(here: int, host: str) -> None:
    with http_connect({host: here}) as seen:
        for proxy in (None, Proxy("http", "127.0.0.1", seen.port)):
            use_proxy(proxy)
            with pytest.raises(InsideRefused):
                connect_to_stranger(host, here, 60)
        assert seen.asked == []


@pytest.mark.parametrize("found", [["127.0.0.1"], ["192.0.2.1", "127.0.0.1"], ["2001:db8::1", "fe80::1%2"]])
def test_a_name_one_of_whose_addresses_is_inside_is_refused(here: int, found: list[str]) -> None:
    with pytest.raises(InsideRefused):
        connect_to_stranger("somewhere.example", here, 60, resolve=lambda host, port: found)


def test_a_name_that_means_another_address_a_moment_later_is_asked_once() -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        connect_to_stranger("somewhere.example", port, 60, resolve, is_refused=lambda host: False).close()
    assert asked == ["somewhere.example"]


def test_through_a_proxy_nobody_here_looks_a_name_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, http_connect({"a.example": server.getsockname()[1]}) as seen:
        use_proxy(Proxy("http", "127.0.0.1", seen.port))
        connect_to_stranger("a.example", 443, 60, resolve=lambda host, port: pytest.fail("looked up")).close()
        assert seen.asked == ["a.example"]


def test_a_name_and_an_address_of_the_world_are_not_inside() -> None:
    assert not any(map(is_inside, ("somewhere.example", "localhost.example", "8.8.8.8", "2606:4700::1111")))
