"""An object of an archive on a place, sent to a browser as it is read: from its beginning, or a range of it.

A player asks for ranges (RFC 9110, section 14) to move about in a clip; only the segments they lie in are fetched. Of
a request for several ranges, or one that is no range, the whole file is the answer, as the standard allows.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Final

from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from tamizdat.archive import Objects
from tamizdat.errors import TamizdatError

STEP: Final = 1 << 18  #: bytes sent at a time
_RANGE: Final = re.compile(rb"bytes=([0-9]{0,15})-([0-9]{0,15})")


class ObjectResponse(Response):
    """The bytes of one object, or the range of them that the browser asked for."""

    def __init__(self, objects: Objects, digest: str, headers: Mapping[str, str], media_type: str) -> None:
        self.media_type = media_type
        super().__init__(headers={**headers, "Accept-Ranges": "bytes"}, media_type=media_type)
        del self.headers["content-length"]
        self._objects, self._digest = objects, digest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request of *scope*."""
        size = self._objects.size(self._digest)
        asked = next((value for name, value in scope["headers"] if name == b"range"), b"")
        begin, end = _asked(asked, size)
        headers = dict(self.headers)
        if begin >= end and size:
            answer = Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
            await answer(scope, receive, send)
            return
        headers["Content-Length"] = str(end - begin)
        part = (begin, end) != (0, size)
        if part:
            headers["Content-Range"] = f"bytes {begin}-{end - 1}/{size}"
        pieces = self._pieces(begin, end) if scope["method"] == "GET" else iter(())
        try:
            first = await run_in_threadpool(next, pieces, b"")
        except TamizdatError as error:  # the place is away, or lies: said before the answer begins
            said = PlainTextResponse(f"{error}\n", 503, {"Cache-Control": "no-store"})
            await said(scope, receive, send)
            return
        sent = iterate_in_threadpool(chain([first], pieces))
        await StreamingResponse(sent, 206 if part else 200, headers, self.media_type)(scope, receive, send)

    def _pieces(self, begin: int, end: int) -> Iterator[bytes]:
        with self._objects.open(self._digest) as file:
            file.seek(begin)
            while begin < end and (piece := file.read(min(STEP, end - begin))):
                begin += len(piece)
                yield piece


def _asked(header: bytes, size: int) -> tuple[int, int]:
    """Return where the range begins and ends; all of the file if none is asked for, begin = end if it has none such."""
    match = _RANGE.fullmatch(header)
    if match is None or match.group(0) == b"bytes=-":
        return 0, size
    first, last = match.groups()
    if not first:
        return max(0, size - int(last)), size if int(last) else max(0, size - int(last))
    if last and int(last) < int(first):
        return 0, size
    return min(int(first), size), min(int(last) + 1, size) if last else size
