"""One place opens connections: whoever else imports what could is named here, with the reason why it may."""

import ast
from pathlib import Path

import pytest

import tamizdat

SOURCES = Path(tamizdat.__file__).parent
#: What can open a connection, or look up a name; of urllib only urllib.parse is harmless.
NETWORK = (
    "socket", "ssl", "http.client", "http.server", "socketserver", "urllib.request", "asyncio", "asyncssh", "ftplib",
    "smtplib", "imaplib", "poplib", "telnetlib", "xmlrpc", "requests", "httpx", "httpcore", "aiohttp", "urllib3",
    "websockets", "paramiko", "opendal", "boto3", "uvicorn", "webbrowser",
)  # fmt: skip
ALLOWED = {
    "network/connect.py": {"socket"},  # the one that opens
    "network/proxy.py": {"socket", "urllib.request"},  # speaks over a connection; reads the environment's proxies
    "network/exchange.py": {"http.client", "socket", "ssl"},  # given a connected socket, opens none
    "places/remote.py": {"http.client"},  # its exceptions
    "places/connection.py": {"http.client", "socket", "ssl"},  # given a connected socket, opens none
    "places/upload.py": {"http.client", "socket", "ssl"},  # their exceptions and types
    "places/site_files.py": {"http.client"},  # its exceptions
    "places/sftp_loop.py": {"asyncio"},  # the loop alone
    "witness/ask.py": {"http.client"},  # its exceptions
    "places/pinned_key.py": {"asyncssh"},  # compares keys
    "places/sftp.py": {"asyncssh"},  # its exceptions and flags
    "places/sftp_session.py": {"asyncio", "asyncssh"},  # given a connected socket, opens none
    "posts/fetch.py": {"http.client", "socket"},  # given a connected socket, opens none
    "web/server.py": {"socket", "uvicorn"},  # listens, on this computer
    "web/own_user.py": {"asyncio", "socket", "uvicorn"},  # given an accepted connection; reads an address as a number
    "archive/ingest/media.py": {"http.client"},  # the type of an answer
    "timestamps/server_request.py": {"http.client"},  # its exceptions
    "timestamps/roots.py": {"ssl"},  # where the system's authorities lie
    "demo/local_authority.py": {"http.server"},  # listens, on this computer
    # asks the workbench on this computer, with proxies switched off; what it raises where that answers with no HTTP
    "demo/two_people.py": {"urllib.request", "http.client"},
    "captures/way_out.py": {"socket"},  # given connected sockets by network/connect.py and by the browser's box
    "captures/certificate.py": {"ssl"},  # the key with which it speaks TLS with the browser in the box
    "captures/box.py": {"socket"},  # a pair of connected sockets to its own child
    "captures/inside.py": {"socket"},  # in the box, on a loopback of its own
    "captures/wacz_signature.py": {"ssl"},  # where the system's authorities lie
    "footage/decode/box.py": {"socket"},  # a pair of connected sockets to its own child
    "footage/decode/worker.py": {"socket"},  # the child's end
}


def imports(path: Path) -> set[str]:
    """The parts of :data:`NETWORK` that a module imports, wherever in it."""
    names: set[str] = set()
    text = path.read_text("utf-8")
    if not any(part.partition(".")[0] in text for part in NETWORK):  # parsing all takes three seconds
        return set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {part for part in NETWORK if any(name == part or name.startswith(f"{part}.") for name in names)}


def test_no_module_but_these_can_open_a_connection() -> None:
    found = {
        str(path.relative_to(SOURCES)): parts for path in sorted(SOURCES.rglob("*.py")) if (parts := imports(path))
    }
    beside = {name: more for name, parts in found.items() if (more := parts - ALLOWED.get(name, set()))}
    assert not beside, (
        "These could reach the network beside the proxy. Use tamizdat.network.connect, or say in ALLOWED why they may."
    )


def test_what_is_allowed_is_needed() -> None:
    assert {name: imports(SOURCES / name) for name in ALLOWED} == ALLOWED


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import socket", {"socket"}),
        ("def f():\n    from urllib import request", {"urllib.request"}),
        ("from urllib.parse import quote", set()),
        ("import http.client as c", {"http.client"}),
        ("from asyncio.streams import open_connection", {"asyncio"}),
    ],
)
def test_the_guard_sees_imports_in_every_form(tmp_path: Path, source: str, found: set[str]) -> None:
    (tmp_path / "module.py").write_text(source)
    assert imports(tmp_path / "module.py") == found


CONNECTING = ("connect", "connect_ex", "create_connection", "open_connection", "getaddrinfo", "gethostbyname")


def test_only_one_module_connects() -> None:
    """Of those that may import socket, one calls what leads outside."""
    callers = {
        name
        for name in ALLOWED
        for node in ast.walk(ast.parse((SOURCES / name).read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in CONNECTING
        if not (isinstance(node.value, ast.Name) and node.value.id == "asyncssh")  # which is given a socket
    }
    assert callers == {"network/connect.py"}
