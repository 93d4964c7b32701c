"""A storage service that wishes us ill: WebDAV and S3, on loopback, in a process of its own.

It runs apart, so that nothing of it is ours. Each kind of harm is the first part of the path (WebDAV) or the bucket.

    python hostile_server.py        prints its port and serves until its input ends
"""

import base64
import contextlib
import http.server
import os
import sys
import threading
import time
import urllib.parse
from typing import Final

NAMES: Final = [
    "/names/", "/names/9/", "/names/9/9good", "/names/9/../../../etc/passwd", "/etc/passwd",
    "/names/9/%2e%2e%2f%2e%2e%2fx", "/names/9/9" + "a" * 5000, "/names/9/9é‮", "http://evil.example/9/9evil",
    "/names/9/9a%00b", "/names/9//9b", "/names/9/9a\\b", "/names/tamizdat-place", "/names/8/9wrong-shelf",
    "/names/9/9UPPER", "/names/9/9sub/", "/names/9/9sub/9deep", "/names/9/.9hidden", "/names/9/9good",
]  # fmt: skip
KEYS: Final = ["names/9/9good", "names/9/../../etc/passwd", "names/9/9é", "names/9/9" + "a" * 5000, "names/9/9A"]
OUTSIDE: Final = ["outside/9/9good", "", "x", "é"]


def multistatus(paths: list[str], size: int) -> bytes:
    entries = "".join(
        f"<D:response><D:href>{path}</D:href><D:propstat><D:prop><D:getcontentlength>{size}</D:getcontentlength>"
        f"<D:getlastmodified>Tue, 07 May 2024 05:52:22 GMT</D:getlastmodified>"
        f"<D:resourcetype>{'<D:collection/>' if path.endswith('/') else ''}</D:resourcetype></D:prop>"
        f"<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
        for path in paths
    )
    return f'<?xml version="1.0"?><D:multistatus xmlns:D="DAV:">{entries}</D:multistatus>'.encode()


def bucket_page(keys: list[str], shelves: list[str], truncated: bool) -> bytes:
    contents = "".join(
        f"<Contents><Key>{key}</Key><LastModified>2024-05-07T05:52:22.000Z</LastModified><ETag>e</ETag>"
        f"<Size>5</Size></Contents>"
        for key in keys
    )
    folders = "".join(f"<CommonPrefixes><Prefix>{shelf}</Prefix></CommonPrefixes>" for shelf in shelves)
    more = f"<IsTruncated>{str(truncated).lower()}</IsTruncated><NextContinuationToken>n</NextContinuationToken>"
    return f'<?xml version="1.0"?><ListBucketResult>{more}{contents}{folders}</ListBucketResult>'.encode()


class Hostile(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    stored: Final[dict[str, int]] = {}

    def log_message(self, format: str, *args: object) -> None:
        pass

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.command in ("PUT", "POST"):
            self.stored[self.path] = len(body)
        harm = self.path.strip("/").split("/")[0].split("?")[0]
        getattr(self, f"harm_{harm}", self.harm_none)()

    do_GET = do_PUT = do_HEAD = do_DELETE = do_PROPFIND = do_MKCOL = do_POST = handle_any

    def answer(self, status: int, body: bytes = b"", length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body) if length is None else length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def sound(self) -> None:
        """Answer as a sound server would that holds nothing and takes everything."""
        path = self.path.split("?")[0]
        if "list-type" in self.path:
            self.answer(200, bucket_page([], [], False))
        elif self.command in ("PUT", "MKCOL", "POST"):
            self.answer(201)
        elif path.endswith("/"):
            self.answer(207, multistatus([path], 0))
        else:
            self.answer(404)

    def harm_portal(self) -> None:
        """Answers everything with one page and a yes, as a network does that wants a login first."""
        page = b'<html xmlns="http://www.w3.org/1999/xhtml"><body><form action="/login">Your room</form></body></html>'
        self.answer(207 if self.command == "PROPFIND" else 200, page)

    def harm_none(self) -> None:
        self.answer(404)

    def harm_names(self) -> None:
        """Shows names that lead out, and one good one."""
        if self.command == "PROPFIND":
            self.answer(207, multistatus(NAMES, 5))
        elif "prefix=names/9/" in urllib.parse.unquote(self.path):
            self.answer(200, bucket_page(KEYS, ["names/9/9sub/"], False))
        elif "list-type" in self.path:
            self.answer(200, bucket_page(["names/tamizdat-place"], ["names/9/", "names/../", "names/99/"], False))
        else:
            self.sound()

    def harm_outside(self) -> None:
        """Shows keys outside what was asked for."""
        if "list-type" in self.path:
            self.answer(200, bucket_page(OUTSIDE, ["outside/9/"], False))
        elif self.command == "PROPFIND":
            self.answer(207, multistatus(["/outside/", "/outside/9/", "/q"], 5))
        else:
            self.sound()

    def harm_entities(self) -> None:
        """Declares a document type with an entity, small and harmless here."""
        listing = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e "9/9good">]><x><Key>&e;</Key></x>'
        if "list-type" in self.path:
            self.answer(200, listing)
        elif self.command == "PROPFIND":
            self.answer(207, listing)
        else:
            self.sound()

    def harm_pages(self) -> None:
        """Its listing never ends, and never shows anything."""
        if "list-type" in self.path:
            self.answer(200, bucket_page([], [], True))
        else:
            self.sound()

    def harm_mute(self) -> None:
        """Takes the question and says nothing."""
        time.sleep(600)

    def harm_drip(self) -> None:
        """Sends a byte now and then."""
        if self.command != "GET":
            return self.sound()
        self.answer(200, b"", 1 << 20)
        while True:
            self.wfile.write(b"x")
            time.sleep(0.1)

    def harm_numbers(self) -> None:
        """Writes digits that are no numbers, and addresses that are none."""
        if self.command == "PROPFIND":
            sized = multistatus(["http://[/9/9a", "//[", "/numbers/9/", "/numbers/9/9good"], 5)
            self.answer(207, sized.replace(b">5<", ">²<".encode()))
        elif self.command == "GET" and "list-type" not in self.path:
            self.send_response(200)
            self.send_header("content-length", "\xb2")
            self.end_headers()
            self.wfile.write(b"whole")
            self.close_connection = True
        else:
            self.sound()

    def harm_slow(self) -> None:
        """Takes an object, and says so a byte at a time."""
        if self.command == "PUT":
            self.send_response(201)
            self.flush_headers()
            for _ in range(2000):
                self.wfile.write(b"x")
                time.sleep(0.1)
        else:
            self.sound()

    def harm_flood(self) -> None:
        """Sends without end."""
        if self.command != "GET":
            return self.sound()
        self.answer(200, b"", 1 << 40)
        while True:
            self.wfile.write(bytes(1 << 20))

    def harm_short(self) -> None:
        """Promises more than it sends."""
        if self.command != "GET":
            return self.sound()
        self.answer(200, b"only this", 4096)
        self.close_connection = True
        return None

    def harm_forgets(self) -> None:
        """Says that it took the object, and shows nothing."""
        self.sound()

    def harm_shrinks(self) -> None:
        """Says that it took the object, and shows a byte less."""
        size = max(0, self.stored.get(self.path, 0) - 1)
        if self.command == "PROPFIND" and not self.path.endswith("/"):
            self.answer(207, multistatus([self.path], size))
        elif self.command == "HEAD" and self.path in self.stored:
            self.answer(200, b"", size)
        else:
            self.sound()

    def harm_full(self) -> None:
        if self.command == "PUT":
            self.answer(507, b"<Error><Code>InsufficientStorage</Code></Error>")
        else:
            self.sound()

    def harm_small(self) -> None:
        """Takes what has at most a mebibyte; *tiny*: at most 100 kB. In front of it stands a proxy with a limit."""
        self.limited(1 << 20)

    def harm_tiny(self) -> None:
        self.limited(100_000)

    def limited(self, most: int) -> None:
        size = self.stored.get(self.path, -1)
        if self.command == "PUT" and size > most:
            del self.stored[self.path]
            self.answer(413, b"<html>Request Entity Too Large</html>")
        elif self.command == "HEAD":
            self.answer(200 if size >= 0 else 404, b"", max(0, size))
        elif self.command == "DELETE":
            self.stored.pop(self.path, None)
            self.answer(204)
        else:
            self.sound()

    def harm_busy(self) -> None:
        """Asks to be left alone for a while."""
        self.send_response(429)
        self.send_header("retry-after", "17")
        self.send_header("content-length", "0")
        self.end_headers()

    def harm_moved(self) -> None:
        """Sends us to another address, with the login."""
        self.send_response(308)
        self.send_header("location", "http://127.0.0.1:9/elsewhere")
        self.send_header("content-length", "0")
        self.end_headers()

    def harm_old(self) -> None:
        """Took new bytes, says so, and gives the old ones."""
        if self.command == "GET" and "list-type" not in self.path:
            self.answer(200, b"old bytes")
        elif self.command == "HEAD":
            self.answer(200, b"", self.stored.get(self.path, 0))
        else:
            self.sound()

    def harm_half(self) -> None:
        """Its listing breaks off in the middle."""
        whole = multistatus(["/half/", "/half/9/", "/half/9/9one", "/half/9/9two"], 5)
        if self.command == "PROPFIND":
            self.answer(207, whole[: len(whole) // 2])
        elif "list-type" in self.path:
            self.answer(200, bucket_page(["half/9/9one"], ["half/9/"], False)[:150])
        else:
            self.sound()

    def harm_skew(self) -> None:
        self.answer(403, b"<Error><Code>RequestTimeTooSkewed</Code><Message>x</Message></Error>")

    def harm_down(self) -> None:
        self.answer(503, b"<Error><Code>SlowDown</Code></Error>")

    def harm_echo(self) -> None:
        """Answers with the login it was given, in clear, wherever an answer has room for it."""
        sent = self.headers.get("authorization", "")
        with contextlib.suppress(ValueError):
            sent += " " + base64.b64decode(sent.removeprefix("Basic ")).decode("utf-8", "replace")
        error = f"<Error><Code>{sent}</Code><Message>{sent}</Message><Resource>{sent}</Resource></Error>"
        self.send_response(400, sent.encode("ascii", "replace").decode())
        self.send_header("x-echo", sent.encode("ascii", "replace").decode())
        self.send_header("content-length", str(len(error.encode())))
        self.end_headers()
        self.wfile.write(error.encode())


if __name__ == "__main__":
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hostile)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()
    os._exit(0)
