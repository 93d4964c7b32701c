"""The colours and type that site, workbench and field page share: ``type.css``, put before the sheet of each."""

from functools import cache
from pathlib import Path


@cache
def shared_sheet() -> bytes:
    """Return ``type.css``."""
    return (Path(__file__).parent / "type.css").read_bytes()


def styled(own: bytes) -> bytes:
    """Return a whole style sheet: what all pages share, then what is *own*."""
    return shared_sheet() + own
