"""Files that somebody names on the command line, to be read."""

from pathlib import Path

from tamizdat.disk.files import refusals
from tamizdat.errors import UsageError


def read_given(path: Path, most: int, what: str = "file") -> bytes:
    """Return the bytes of a file; of one of more than *most* only as many as show that.

    Raises :class:`UsageError` if there is none.
    """
    with refusals(f"the {what}"):
        if not path.is_file():
            raise UsageError(f"Expected the name of a {what}, found none called {str(path)!r}. Check name and folder.")
        with path.open("rb") as file:
            return file.read(most + 1)
