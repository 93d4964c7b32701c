"""Witnesses: asking them for their signature under a checkpoint, and being one (``docs/spec/witness.md``).

A desk asks those of its roster at every edition (:mod:`.ask`) and keeps what they sign with its archive
(:mod:`tamizdat.archive.checkpoints`). Whoever watches another desk's ledger holds a key and the newest checkpoint it
signed (:mod:`.record`), and answers over HTTP (:mod:`.service`). Two checkpoints that contradict each other are kept as
one file that convinces a third party (:mod:`.fork_evidence`).
"""

from typing import Final

PREFIX: Final = "/witness"  #: where a witness answers, beside a site or alone
