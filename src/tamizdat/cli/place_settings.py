"""URL and options of a new place: from the command line, from a descriptor, or typed in."""

import errno
import sys
from argparse import Namespace
from pathlib import Path
from typing import Final

from tamizdat.cli.private_input import ask_line, read_lines
from tamizdat.disk.files import refusals
from tamizdat.disk.pasted import pasted_path
from tamizdat.errors import UsageError
from tamizdat.places.disks import folder_of

PLAIN: Final = ("endpoint", "region", "username", "timeout", "host_key")  #: what is no secret
_NO_FILE: Final = (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG)


def read_settings(args: Namespace) -> tuple[str, dict[str, str]]:
    """Return URL and options of a new place: from the command line, from a descriptor, or typed in.

    Raises UsageError.
    """
    if args.settings_fd is not None:
        if args.url or args.option:
            raise UsageError("Expected URL and options either in the command line or by --settings-fd, found both.")
        url, *lines = read_lines(args.settings_fd, "the URL of a place")
        return url, dict(_split(line) for line in lines)
    if args.url:
        return args.url, read_options(args.option)
    url = pasted_path(ask_line("URL (a folder, s3://bucket/prefix, webdav://… or sftp://host/path): "))
    if not url:
        raise UsageError("Expected the URL of the place, found an empty line.")
    options = read_options(args.option)
    if folder_of(url) is not None:
        return url, options  # a folder has none
    print("Options: endpoint, region, access_key_id, secret_access_key, username, password …", file=sys.stderr)
    while name := ask_line("Option (empty: no more): "):
        options[name] = ask_line(f"{name}: ", hidden=name not in PLAIN)
    return url, options


def read_options(given: list[str]) -> dict[str, str]:
    """Return options by name: ``NAME=VALUE`` for what is no secret, ``NAME=FILE`` for what is. Raises UsageError."""
    options: dict[str, str] = {}
    for text in given:
        name, value = _split(text)
        options[name] = value if name in PLAIN else _secret(name, Path(value))
    return options


def _secret(name: str, file: Path) -> str:
    """Return what the file of an option holds. What was given may be the secret itself: no message repeats it."""
    with refusals(f"the file of the option {name}"):
        try:
            return file.read_text("utf-8").strip()
        except UnicodeDecodeError:
            raise UsageError(f"Expected the option {name} as text in its file, found other bytes.") from None
        except OSError as error:
            if error.errno not in _NO_FILE:
                raise
    raise UsageError(
        f"Expected --option {name}=FILE, where FILE holds it, found no such file. Only {', '.join(PLAIN)} stand in the "
        f"command line as they are: write {name} into a file of its own, or leave URL and options away and be asked."
    )


def _split(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError("Expected an option as NAME=VALUE, found no '='.")
    return name.strip(), value.strip()
