"""Many statements signed at once, on all processors: signing and verifying let go of the interpreter's lock."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from tamizdat.keys import SigningKey
from tamizdat.ledger.statement import Statement, sign_statement

WORTH_THREADS: Final = 64  #: statements; fewer are signed before threads have begun


def sign_all(statements: Sequence[Statement], key: SigningKey) -> list[bytes]:
    """The envelopes of *statements*, in their order."""
    signers = [(key.public, key.sign)]

    def sign(some: Sequence[Statement]) -> list[bytes]:
        return [sign_statement(each, signers) for each in some]

    threads = (os.cpu_count() or 1) + 1  # one of them waits for the interpreter
    if len(statements) < WORTH_THREADS or threads == 2:
        return sign(statements)
    step = -(-len(statements) // threads)
    with ThreadPoolExecutor(threads) as pool:
        parts = pool.map(sign, [statements[at : at + step] for at in range(0, len(statements), step)])
        return [envelope for part in parts for envelope in part]
