"""What whoever reads other people's ZIPs has to know of Python's zipfile."""

import struct
import zipfile
import zlib
from typing import Final

#: how applications pack; the other ways take as much memory as a file asks for
PACKED: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
#: what zipfile and its decoders raise of a damaged ZIP
DAMAGE: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, RuntimeError, ValueError, EOFError, OSError,
)  # fmt: skip
