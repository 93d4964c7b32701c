"""Stating: statements signed by the desk, many at once on all processors, and appended to the ledger.

What is signed is read again before it is appended, as its readers will read it, and its signature is verified. Of many
statements, made of our own records and signed with one key by one run, the first of each act and of each thread is, and
after it one in :data:`VERIFIED_OF`: a wrong form, key or program is wrong at once, and to verify costs three times what
it costs to sign, a third of all that taking in a post costs. What a failing computer gets wrong in between is found
when it is to be published: no edition is put out that our own verifier refuses.
"""

import os
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from tamizdat.archive.archive import Archive
from tamizdat.disk.overflow import Overflow
from tamizdat.keys import SigningKey
from tamizdat.ledger.signing import enclose, payload_of, sign_statement, signature_on
from tamizdat.ledger.statement import Statement, pae

WORTH_THREADS: Final = 64  #: statements; fewer are signed before threads have begun
AT_A_TIME: Final = 1_000  #: statements that are in memory, each of some 4 kB
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
    from concurrent.futures import ThreadPoolExecutor  # a module that most commands need not load

    with ThreadPoolExecutor(threads) as pool:
        parts = pool.map(sign, [payloads[at : at + step] for at in range(0, len(payloads), step)])
        signatures = [signature for part in parts for signature in part]
    return [enclose(each, [(key.public, signature)]) for each, signature in zip(payloads, signatures, strict=True)]


def state(archive: Archive, desk: SigningKey, statements: Iterable[Statement]) -> list[int]:
    """Sign *statements* with the desk's key and append them, all or none; return their indexes in the ledger.

    Of many, those that are signed already lie on disk until the last one is: then all are appended at once.
    """
    waiting = iter(statements)
    some = sign_all([*islice(waiting, AT_A_TIME)], desk)
    if len(some) < AT_A_TIME:
        return archive.append(some) if some else []
    signed = _Signed(archive)
    while some:
        signed.add(some)
        some = sign_all([*islice(waiting, AT_A_TIME)], desk)
    return archive.append(signed)


class _Signed(Collection[bytes]):
    """Envelopes that wait on disk, in order."""

    def __init__(self, archive: Archive) -> None:
        self._aside = Overflow(archive.staging)
        self._places = array("Q")

    def add(self, envelopes: Iterable[bytes]) -> None:
        """Add some at the end."""
        self._places.extend(map(self._aside.put, envelopes))

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[bytes]:
        for place in self._places:
            envelope = self._aside.get(place)
            assert isinstance(envelope, bytes), "it was put there as such"
            yield envelope

    def __contains__(self, envelope: object) -> bool:
        return any(each == envelope for each in self)
