"""Style, scripts and pictures of an application's pages. Addresses change with the bytes, so browsers may keep them."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from starlette.responses import Response

from tamizdat.text.style import styled
from tamizdat.web.request import NotFound


class StaticFiles:
    """The files in *folder* that are served: those whose media type is in *types*, by name, and no other."""

    def __init__(self, folder: Path, types: Mapping[str, str]) -> None:
        self._folder, self._types = folder, types
        self.address = cache(self._address)

    def bytes_of(self, name: str) -> bytes:
        """Return the bytes of one of the files; a style sheet with what all pages share before its own."""
        assert name in self._types, "an own file"
        data = (self._folder / name).read_bytes()
        return styled(data) if self._types[name] == "text/css" else data

    def _address(self, name: str) -> str:
        return f"/static/{name}?v={hashlib.sha256(self.bytes_of(name)).hexdigest()[:12]}"

    def response(self, name: str) -> Response:
        """Return one of the files. Raises :class:`NotFound` for all other names."""
        if name not in self._types:
            raise NotFound
        headers = {"Cache-Control": "private, max-age=31536000, immutable"}
        return Response(self.bytes_of(name), media_type=self._types[name], headers=headers)
