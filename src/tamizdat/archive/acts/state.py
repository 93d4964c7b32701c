"""Stating: statements signed by the desk, many at once on all processors, and appended to the ledger.

What is signed is read again before it is appended, as its readers will read it, and its signature is verified. Of many
statements, made of our own records and signed with one key by one run, the first of each act and of each thread is, and
after it one in :data:`VERIFIED_OF`: a wrong form, key or program is wrong at once, and to verify costs three times what
it costs to sign, a third of all that taking in a post costs. What a failing computer gets wrong in between is found
when it is to be published: no edition is put out that our own verifier refuses.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from tamizdat.archive.archive import Archive
from tamizdat.keys import SigningKey
from tamizdat.ledger.signing import enclose, payload_of, sign_statement, signature_on
from tamizdat.ledger.statement import Statement, pae

WORTH_THREADS: Final = 64  #: statements; fewer are signed before threads have begun
VERIFIED_OF: Final = 64  #: of many signatures, one in so many is verified


def sign_all(statements: Sequence[Statement], key: SigningKey) -> list[bytes]:
    """Return the envelopes of *statements*, in their order, as :func:`sign_statement` makes them one by one."""
    if len(statements) < WORTH_THREADS:
        return [sign_statement(each, [(key.public, key.sign)]) for each in statements]
    seen = set[str]()
    payloads = []
    for at, each in enumerate(statements):
        payloads.append(payload_of(each, at % VERIFIED_OF == 0 or each.act not in seen))
        seen.add(each.act)

    def sign(some: Sequence[bytes]) -> list[bytes]:
        return [
            key.sign(pae(each)) if at % VERIFIED_OF else signature_on(each, key.public, key.sign)
            for at, each in enumerate(some)
        ]

    threads = os.cpu_count() or 1
    step = -(-len(payloads) // threads)
    with ThreadPoolExecutor(threads) as pool:
        parts = pool.map(sign, [payloads[at : at + step] for at in range(0, len(payloads), step)])
        signatures = [signature for part in parts for signature in part]
    return [enclose(each, [(key.public, signature)]) for each, signature in zip(payloads, signatures, strict=True)]


def state(archive: Archive, desk: SigningKey, statements: Sequence[Statement]) -> list[int]:
    """Sign *statements* with the desk's key and append them, all or none; return their indexes in the ledger."""
    return archive.append(sign_all(statements, desk)) if statements else []
