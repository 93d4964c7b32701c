"""The ASCII armour of an age file: strict PEM (RFC 7468), which we read and do not write.

::

    -----BEGIN AGE ENCRYPTED FILE-----
    YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCByRjhlNTBNRFFHOUdxSUdP      lines of exactly 64,
    VnJUOVRRIDE4Cg==                                                      the last 4 to 64, padded
    -----END AGE ENCRYPTED FILE-----

Lines end in LF or CRLF; white space is allowed before and after the block, nothing else is: whatever is tolerated
here could be changed on the way without anybody noticing.
"""

import base64
import re
from typing import Final

from tamizdat.errors import BadAgeHeader

BEGIN: Final = b"-----BEGIN AGE ENCRYPTED FILE-----"
END: Final = b"-----END AGE ENCRYPTED FILE-----"
COLUMNS: Final = 64  #: letters of a line, RFC 7468

_LAST: Final = re.compile(rb"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})")
_FULL: Final = re.compile(rb"[A-Za-z0-9+/]{64}")


def is_armored(start: bytes) -> bool:
    """Whether a file that begins with *start* is to be read as armour."""
    return start.lstrip().startswith(b"-----BEGIN")


def dearmor(data: bytes) -> bytes:
    """Return the binary age file in the armour; raises BadAgeHeader."""
    lines = data.strip().replace(b"\r\n", b"\n").split(b"\n")
    if lines[0] != BEGIN or lines[-1] != END:
        raise BadAgeHeader(
            f"Expected the first and last line of an armoured age file, found {lines[0][:40]!a}, {lines[-1][:40]!a}."
        )
    body = lines[1:-1]
    for line in body[:-1]:
        if not _FULL.fullmatch(line):
            raise BadAgeHeader(f"Expected lines of {COLUMNS} letters of base64 in age armour.")
    if body and (len(body[-1]) > COLUMNS or not _LAST.fullmatch(body[-1])):
        raise BadAgeHeader(f"Expected the last line of age armour in padded base64, at most {COLUMNS} letters.")
    binary = base64.b64decode(b"".join(body))
    if base64.b64encode(binary) != b"".join(body):
        raise BadAgeHeader("Expected canonical base64 in age armour; its last letter has stray bits.")
    return binary
