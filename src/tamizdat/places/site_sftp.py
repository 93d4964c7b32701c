"""A published site in an account on an SSH server (:mod:`.site_files`); its library, asyncssh, is an extra."""

from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from tamizdat.encoding import safe_path
from tamizdat.places.file_bytes import copied, mapped
from tamizdat.places.service import parse_service
from tamizdat.places.sftp import SftpPlace


def open_sftp_site(name: str, url: str, options: Mapping[str, str]) -> "SftpSite":
    """Return the site at *url*, ``sftp://host[:port]/path``. Nothing is sent yet; raises UsageError."""
    return SftpSite(SftpPlace(name, parse_service(name, url, options)))


class SftpSite:
    """A site in a folder of an account."""

    def __init__(self, place: SftpPlace) -> None:
        self.name = place.name
        self._place = place

    def fetch(self, path: str, into: BinaryIO, most: int) -> int:
        """Read a file; raises NotThere, and PlaceError for one that is larger than *most* bytes."""
        return copied(self._place.pieces_at(safe_path(path)), into, most, self.name)

    def put(self, path: str, file: Path) -> None:
        """Write a file beside its place and move it there."""
        with mapped(file) as data:
            self._place.put_at(safe_path(path), data)

    def delete(self, path: str) -> None:
        """Remove a file, and what a killed run left of it."""
        self._place.delete_at(safe_path(path))
