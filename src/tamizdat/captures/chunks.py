"""Chunked bodies (RFC 9112, 7.1), undone only where every chunk parses, to the last one and the end.

Many archives hold bodies that were unchunked before they were stored under headers that still say "chunked", and a file
of subtitles begins with a line that looks like the length of a chunk: a reader that guesses loses bytes.
"""

import re
from typing import Final

_LENGTH: Final = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r\n")


def unchunked(body: bytes) -> bytes | None:
    """Return what is in the chunks; None if it is not chunks from the first byte to the last."""
    pieces: list[bytes] = []
    at = 0
    while found := _LENGTH.match(body, at):
        length, at = int(found[1], 16), found.end()
        if length == 0:  # trailers, then an empty line, and nothing more
            trailers = re.fullmatch(rb"(?:[!-9;-~]+:[^\r\n]*\r\n)*\r\n", body[at:])
            return b"".join(pieces) if trailers else None
        if body[at + length : at + length + 2] != b"\r\n":
            return None
        pieces.append(body[at : at + length])
        at += length + 2
    return None
