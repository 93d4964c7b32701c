"""The colours and type that site, workbench and field page share: ``type.css``, put before the sheet of each."""

import re
from functools import cache
from pathlib import Path
from typing import Final

_COMMENT: Final = re.compile(rb"\s*/\*.*?\*/", re.DOTALL)  #: for whoever writes a sheet, no reader fetches it


@cache
def shared_sheet() -> bytes:
    """Return ``type.css``."""
    return (Path(__file__).parent / "type.css").read_bytes()


def styled(own: bytes) -> bytes:
    """Return a whole style sheet, without comments: what all pages share, then what is *own*."""
    return _COMMENT.sub(b"", shared_sheet() + own)
