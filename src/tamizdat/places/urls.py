"""Opening a place by its URL.

::

    memory:                                  a new one in this process (rehearsals, tests)
    /media/blue-stick   file:///media/…      a folder; it bears a marker, made when the place is added
    s3://bucket/prefix                       any S3-compatible store
    webdav://cloud.example/remote/path       WebDAV over https (Nextcloud and others)
    sftp://host.example:22/path              an account on an SSH server; the server's key is pinned
    rclone:remote:path                       any service that the program rclone knows

What must stay secret is never in a URL, which ends up in histories and logs, but in the options.
"""

from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote

from tamizdat.disk.installed import REMEDY
from tamizdat.errors import ToolMissing, UsageError
from tamizdat.places.folder import FolderPlace
from tamizdat.places.memory import MemoryPlace
from tamizdat.places.place import Place
from tamizdat.places.rclone import open_rclone
from tamizdat.places.remote import open_remote


def open_place(name: str, url: str, options: Mapping[str, str], private: bool = False) -> Place:
    """Return the place at *url*, which is called *name*. Nothing is sent or written yet; raises UsageError.

    *options* are the credentials and the endpoint; see :mod:`tamizdat.places.service` for their names. *private*: for
    nobody else who uses a computer on which it is a folder.
    """
    if not url.isprintable():
        raise UsageError(f"Place “{name}”: its URL has control characters in it; type it once more.")
    scheme = "file" if url.startswith("/") else url.partition(":")[0]
    if scheme in ("memory", "file") and options:
        raise UsageError(f"Place “{name}”: a {scheme} place takes no options, found {len(options)}.")
    if scheme == "memory":
        return MemoryPlace(name)
    if scheme == "file":
        return FolderPlace(name, _folder(name, url), private)
    if scheme in ("s3", "webdav", "webdav+http"):
        return open_remote(name, url, options)
    if scheme == "sftp":
        place: Place = _sftp().open_sftp(name, url, options)
        return place
    if scheme == "rclone":
        return open_rclone(name, url, options)
    raise UsageError(
        f"Place “{name}”: expected a folder, s3://bucket/prefix, webdav://host/path, sftp://host/path or rclone:remote:"
        f"path, found {scheme[:12]!r}. What a cloud shows as https:// is mostly webdav://, or the endpoint of s3://."
    )


def shown_host_key(name: str, url: str, options: Mapping[str, str]) -> str | None:
    """Return the key by which the server of a new place is to be known; None for places that have none.

    It is what the server shows at this moment: whoever adds the place compares it. Raises UsageError, PlaceUnreachable.
    """
    if not url.startswith("sftp:"):
        return None
    shown: str = _sftp().host_key(name, url, options)
    return shown


def _sftp() -> ModuleType:
    try:
        from tamizdat.places import sftp  # its library is an extra, and takes a moment to load
    except ModuleNotFoundError:
        raise ToolMissing(
            "Expected the packages for places by SFTP (asyncssh), found that they are not installed. "
            f"{REMEDY} Or use a place of another kind."
        ) from None
    return sftp


def set_up_place(name: str, url: str, options: Mapping[str, str]) -> Place:
    """Open a place that the person adds at this moment: make the folder and its marker; raises UsageError."""
    place = open_place(name, url, options)
    if isinstance(place, MemoryPlace):
        raise UsageError(
            f"Place “{name}”: expected a folder or a service, found memory:, which is gone with this process and takes "
            "with it all that was sent there. Choose a place that lasts."
        )
    if isinstance(place, FolderPlace):
        place.set_up()
    return place


def _folder(name: str, url: str) -> Path:
    host, path = ("", url) if url.startswith("/") else _split_file_url(url)
    if host not in ("", "localhost") or not path.startswith("/") or "\0" in path:
        raise UsageError(f"Place “{name}”: expected an absolute folder of this machine.")
    return Path(path)


def _split_file_url(url: str) -> tuple[str, str]:
    rest = url.removeprefix("file:")
    host, slash, path = rest.removeprefix("//").partition("/") if rest.startswith("//") else ("", "", rest)
    return host, unquote(slash + path)
