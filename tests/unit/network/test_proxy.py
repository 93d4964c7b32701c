"""What a proxy may be, what is said to it, and that it is believed in nothing."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from support.ports import closed_port
from support.proxies import Seen, http_connect, socks5
from tamizdat.errors import UsageError
from tamizdat.network.connect import connect
from tamizdat.network.exchange import Server
from tamizdat.network.proxy import Proxy, ProxyFailed, proxy_in_use, use_proxy

Kind = Callable[..., AbstractContextManager[Seen]]
KINDS: list[tuple[str, Kind]] = [("socks5h", socks5), ("http", http_connect)]


@pytest.fixture(autouse=True)
def _no_proxy_afterwards(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("all_proxy", "https_proxy", "http_proxy", "ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    yield
    use_proxy(None)


@contextmanager
def greeter(greeting: bytes = b"good morning") -> Iterator[int]:
    """A server that greets; yields its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            try:
                while True:
                    connected, _ = server.accept()
                    with connected:
                        connected.sendall(greeting)
                        connected.shutdown(socket.SHUT_WR)
                        connected.settimeout(60)
                        connected.recv(1 << 16)  # what is asked; unread, it would be a reset
            except OSError:
                return

        threading.Thread(target=greet, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(("kind", "proxy"), KINDS)
@pytest.mark.parametrize("login", [None, ("me and:", "p@ss/word:%")])
def test_a_connection_is_made_by_the_proxy_which_gets_the_name_as_it_is(
    kind: str, proxy: Kind, login: tuple[str, str] | None
) -> None:
    login = login and (login[0].replace(":", ""), login[1])
    with greeter() as port, proxy({"somewhere.example": port}, login) as seen:
        use_proxy(Proxy("socks5" if kind == "socks5h" else kind, "127.0.0.1", seen.port, *(login or ())))
        with connect("somewhere.example", 443) as connected:
            assert connected.recv(100) == b"good morning"
        assert seen.asked == ["somewhere.example"]


@pytest.mark.parametrize(("kind", "proxy"), KINDS)
def test_a_server_that_ends_its_answers_by_closing_is_asked_again_by_the_proxy_alone(kind: str, proxy: Kind) -> None:
    """The library, which is given a connection, would make the next one by itself, beside the proxy."""
    with greeter(b"HTTP/1.1 200 OK\r\n\r\ngood morning") as port, proxy({"somewhere.example": port}) as seen:
        use_proxy(Proxy.parse(f"{kind}://127.0.0.1:{seen.port}"))
        server = Server("http", "somewhere.example", None, 60)
        for _ in range(3):
            with server.ask("GET", "/", {}) as answer:
                assert answer.read(100) == b"good morning"
        assert seen.asked == ["somewhere.example"] * 3


@pytest.mark.parametrize(("kind", "proxy"), KINDS)
def test_a_proxy_that_does_not_accept_its_login_connects_nobody(kind: str, proxy: Kind) -> None:
    with proxy({}, ("me", "right")) as seen:
        for login in ("", "me:wrong@"):
            use_proxy(Proxy.parse(f"{kind}://{login}127.0.0.1:{seen.port}"))
            with pytest.raises(ProxyFailed, match="login") as failure:
                connect("somewhere.example", 443)
            assert "wrong" not in str(failure.value)
        assert seen.asked == []


@pytest.mark.parametrize(("kind", "proxy"), KINDS)
def test_what_a_proxy_cannot_reach_is_not_reached_otherwise(kind: str, proxy: Kind) -> None:
    with closed_port() as port, proxy({"somewhere.example": port}) as seen:
        use_proxy(Proxy.parse(f"{kind}://127.0.0.1:{seen.port}"))
        with pytest.raises(ProxyFailed, match="does not connect us"):
            connect("somewhere.example", 443)


@pytest.mark.parametrize(
    "answer",
    [b"", b"\x05", b"\x04\x00", b"\x05\x02", b"\x05\xff", b"\x05\x00\x05", b"\x05\x00\x05\x00\x00\x03", b"HTTP/1.1 200",
     b"HTTP/1.1 999 x\r\n\r\n", b"SSH-2.0\r\n\r\n", b"HTTP/1.1 301 x\r\n\r\n", b"HTTP/1.1 200 " + b"x" * (64 << 10)],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["socks5h", "http"])
def test_a_proxy_that_answers_nonsense_fails_and_nothing_else_is_tried(kind: str, answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def speak() -> None:
            connected, _ = server.accept()
            with connected:
                try:
                    connected.recv(1000)
                    connected.sendall(answer)
                except OSError:
                    return

        thread = threading.Thread(target=speak)
        thread.start()
        use_proxy(Proxy.parse(f"{kind}://127.0.0.1:{server.getsockname()[1]}"))
        with pytest.raises((ProxyFailed, ConnectionError)):
            connect("somewhere.example", 443)
        thread.join()


PLAIN, NAMED = Proxy("socks5", "127.0.0.1", 1), Proxy("socks5", "127.0.0.1", 1, "me", "word")
PORT = b"\x01\xbb"
SAID = [
    (PLAIN, "a.example", b"\5\0" + b"\5\0\0\1" + bytes(6), b"\5\1\0" + b"\5\1\0\3\x09a.example" + PORT),
    (PLAIN, "192.0.2.7", b"\5\0" + b"\5\0\0\3\5bound" + bytes(2), b"\5\1\0" + b"\5\1\0\1\xc0\0\2\7" + PORT),
    (PLAIN, "::7", b"\5\0" + b"\5\0\0\4" + bytes(18), b"\5\1\0" + b"\5\1\0\4" + bytes(15) + b"\7" + PORT),
    (NAMED, "::7", b"\5\0" + b"\5\0\0\4" + bytes(18), b"\5\2\0\2" + b"\5\1\0\4" + bytes(15) + b"\7" + PORT),
    (NAMED, "192.0.2.7", b"\5\2\1\0" + b"\5\0\0\1" + bytes(6),
     b"\5\2\0\2" + b"\1\2me\4word" + b"\5\1\0\1\xc0\0\2\7" + PORT),
    (Proxy("http", "127.0.0.1", 1), "2001:db8::7", b"HTTP/1.1 200 OK\r\n\r\n",
     b"CONNECT [2001:db8::7]:443 HTTP/1.1\r\nHost: [2001:db8::7]:443\r\n\r\n"),
    (Proxy("http", "127.0.0.1", 1, "me", "word"), "a.example", b"HTTP/1.0 204 x\r\ny: z\r\n\r\n",
     b"CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\nProxy-Authorization: Basic bWU6d29yZA==\r\n\r\n"),
]  # fmt: skip


@pytest.mark.parametrize(("proxy", "host", "answers", "said"), SAID)
def test_what_is_said_to_a_proxy_and_what_it_answers_end_where_the_connection_begins(
    proxy: Proxy, host: str, answers: bytes, said: bytes
) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(answers + b"good morning")
        proxy.ask(ours, host, 443, lambda: 60)
        assert theirs.recv(1000) == said
        assert ours.recv(1000) == b"good morning"


@pytest.mark.parametrize(
    ("kind", "answers"),
    [
        ("socks5", b"\5\2" + b"\1\0" + b"\5\0\0\1" + bytes(6)),  # wants the login that it was not offered
        ("socks5", b"\4\0" + b"\5\0\0\1" + bytes(6)),
        ("socks5", b"\5\0" + b"\4\0\0\1" + bytes(6)),
        ("http", b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 4000 + b"\r\n"),  # answers with no end in sight
    ],
)
def test_a_proxy_that_speaks_otherwise_is_refused_although_it_goes_on(kind: str, answers: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(answers + b"good morning")
        with pytest.raises(ProxyFailed):
            Proxy(kind, "127.0.0.1", 1).ask(ours, "somewhere.example", 443, lambda: 60)


def test_this_computer_is_reached_directly() -> None:
    with greeter() as port:
        use_proxy(Proxy.parse("socks5h://127.0.0.1:1"))
        for host in ("127.0.0.1", "localhost"):
            with connect(host, port) as connected:
                assert connected.recv(100) == b"good morning"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("socks5h://127.0.0.1:9050", Proxy("socks5", "127.0.0.1", 9050)),
        ("socks5://localhost:9050/", Proxy("socks5", "127.0.0.1", 9050)),
        ("http://a:b%40c@[::1]:3128", Proxy("http", "::1", 3128, "a", "b@c")),
    ],
)
def test_good_proxies(text: str, found: Proxy) -> None:
    assert Proxy.parse(text) == found
    assert Proxy.parse(found.encode()) == found, "as the settings keep it"
    assert "b@c" not in str(found) + repr(found)


@pytest.mark.parametrize(
    "text",
    ["", "127.0.0.1:9050", "socks4://127.0.0.1:1080", "https://127.0.0.1:443", "socks5h://proxy.example:9050",
     "http://me:SECRET@proxy.example:1", "http://127.0.0.1", "http://127.0.0.1:0", "http://127.0.0.1:99999",
     "http://127.0.0.1:1/path", "http://127.0.0.1:1?SECRET", "http://127.0.0.1:1#SECRET", "http://me%3ASECRET:x@127.0.0.1:1",
     f"socks5://{'SECRET' * 50}:x@127.0.0.1:1", "http://[::1"],
)  # fmt: skip
def test_bad_proxies_are_refused_without_repeating_a_login(text: str) -> None:
    with pytest.raises(UsageError) as refusal:
        Proxy.parse(text)
    assert "SECRET" not in str(refusal.value)
    assert "Expected" in str(refusal.value)


def test_any_proxy_of_the_environment_counts_for_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    assert proxy_in_use() is None
    monkeypatch.setenv("http_proxy", "http://192.0.2.7:80")
    monkeypatch.setenv("no_proxy", "*")
    assert proxy_in_use() == Proxy("http", "192.0.2.7", 80)
    monkeypatch.setenv("https_proxy", "192.0.2.8:3128")
    assert proxy_in_use() == Proxy("http", "192.0.2.8", 3128), "of no kind: one of HTTP"
    monkeypatch.setenv("all_proxy", "socks5://127.0.0.1:9050")
    assert proxy_in_use() == Proxy("socks5", "127.0.0.1", 9050)
    use_proxy(Proxy("http", "127.0.0.1", 3128))
    assert proxy_in_use() == Proxy("http", "127.0.0.1", 3128), "the settings' proxy counts before it"


def test_a_proxy_of_the_environment_that_cannot_be_used_lets_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    with pytest.raises(UsageError, match="in numbers"):
        connect("192.0.2.1", 443)
