"""What others said of a checkpoint lies beside it, once for all the proofs that name it.

::

    ledger/checkpoints/256/checkpoint               the signed note, with all its signature lines
    ledger/checkpoints/256/stamps.json              the names of its stamps, and of the certificates, for pages
    ledger/checkpoints/256/stamps/<name>.tsr        what a time stamping authority answered (RFC 3161)
    ledger/checkpoints/256/stamps/<name>.ots        an OpenTimestamps proof
    ledger/certificates/<SHA-256>.der               certificates of authorities, once for the whole site
    ledger/certificates/<SHA-256>.crl, .ocsp        what was said of them since

256 is the ledger's size. These files come after an edition was signed, and more may come without a new one; so no list
names them, and each is judged by itself. A file there of another name is none of them.
"""

import re
from collections.abc import Iterable
from typing import Final

from tamizdat.encoding import Json, canonical

CHECKPOINTS: Final = "ledger/checkpoints/"
CERTIFICATES: Final = "ledger/certificates/"
SIZE: Final = r"0|[1-9][0-9]{0,14}"  #: of a ledger, in entries
STAMP: Final = r"[a-z0-9]([a-z0-9.-]{0,60}[a-z0-9])?\.(tsr|ots)"  #: the name of a stamp's file
CERTIFICATE: Final = r"(?P<digest>[0-9a-f]{64})\.(der|crl|ocsp)"  #: the name of a certificate's file, or of a list's
BESIDE: Final = re.compile(
    rf"{CHECKPOINTS}(?P<size>{SIZE})/(checkpoint|stamps\.json|stamps/(?P<stamp>{STAMP}))|{CERTIFICATES}{CERTIFICATE}",
    re.ASCII,
)


def names_of(stamps: Iterable[str], certificates: Iterable[str]) -> bytes:
    """Return ``stamps.json``, from the names of files: a page on a server is told no other way what lies there."""
    return canonical({"certificates": list[Json](sorted(certificates)), "stamps": list[Json](sorted(stamps))})


def is_beside_checkpoint(path: str) -> bool:
    """Whether *path* names a file of those that others' words about checkpoints lie in."""
    return BESIDE.fullmatch(path) is not None
