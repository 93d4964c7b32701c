"""Where things lie in a package: the names that its writer and its checker share."""

from typing import Final

UNFINISHED: Final = "tamizdat-unfinished"  #: is there while a package is being written, and names the choice
DECLARATION: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
BAGIT, INFO, MANIFEST, TAGS = "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"
ORIGINALS, COPIES, PROOFS = "originals", "working-copies", "proofs"  #: below data/
ENTRIES, STATEMENTS, CHECKPOINTS, CERTIFICATES = "entries.txt", "statements", "checkpoints", "certificates"
NOTE, STAMPS = "checkpoint", "stamps"  #: in the folder of a checkpoint
