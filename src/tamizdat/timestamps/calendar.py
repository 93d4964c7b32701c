"""Asking OpenTimestamps' calendars, and making and mending proofs of what they answer (:mod:`.ots`).

::

    POST /digest              32 bytes: SHA-256(digest ‖ 16 random bytes)     200: the way to the calendar's own tree
    GET  /timestamp/<hex>     what a pending way leads to                     200: the rest of the way; 404: not yet

The random bytes are in the proof, and keep from a calendar what was stamped until the proof is public. It learns the
moment, and where the request came from: with a proxy, from the proxy's end.
"""

import os
from collections.abc import Sequence

from tamizdat.encoding import sha256
from tamizdat.errors import BadProof, PlaceError
from tamizdat.timestamps.ots import MAGIC, Proof, Tree
from tamizdat.timestamps.server_request import ask

ACCEPT = {"Accept": "application/vnd.opentimestamps.v1"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def submit(
    urls: Sequence[str], digest: bytes, enough: int = 2, seconds: float = 30.0
) -> tuple[bytes | None, dict[str, str]]:
    """Return a proof of *digest* by the first calendars that answer, else None; and what went wrong, by address."""
    salt = os.urandom(16)
    committed = sha256(digest + salt)
    joined, failed, answered = Tree(committed), dict[str, str](), 0
    for url in urls:
        if answered == enough:
            break
        try:
            tree = Tree.parse(ask(url, "POST", {**ACCEPT, **FORM}, committed, "/digest", seconds) or b"", committed)
        except (PlaceError, BadProof) as error:
            failed[url] = str(error)
            continue
        _merge(joined, tree)
        answered += 1
    if not answered:
        return None, failed
    salted = Tree(digest + salt, steps=[(b"\x08", joined)])
    return encode(digest, Tree(digest, steps=[(b"\xf0\x10" + salt, salted)])), failed


def upgrade(data: bytes, seconds: float = 30.0) -> tuple[bytes, dict[str, str]]:
    """Return a proof with what its calendars know by now, and what went wrong, by address.

    A way that a block ends already is not asked for again. Raises :class:`BadProof` for what is no proof.
    """
    proof = Proof.parse(data)
    failed: dict[str, str] = {}
    for tree in _pending(proof.tree):
        for end in [each for each in tree.ends if each.calendar]:
            if any(way.height is not None for way, _ in tree.ways()) or tree.message is None:
                break
            try:
                more = ask(end.calendar or "", "GET", ACCEPT, b"", f"/timestamp/{tree.message.hex()}", seconds)
                if more is not None:
                    _merge(tree, Tree.parse(more, tree.message))
            except (PlaceError, BadProof) as error:
                failed[end.calendar or ""] = str(error)
    return encode(proof.digest, proof.tree), failed


def is_pending(data: bytes) -> bool:
    """Whether no way of a proof ends at a block yet; raises BadProof."""
    return all(end.height is None for end, _ in Proof.parse(data).tree.ways())


def encode(digest: bytes, tree: Tree) -> bytes:
    """Return the file of a proof about a SHA-256 *digest*."""
    return MAGIC + b"\x01\x08" + digest + _written(tree)


def _written(tree: Tree) -> bytes:
    branches = [end.whole for end in tree.ends] + [step + _written(after) for step, after in tree.steps]
    return b"".join(b"\xff" + each for each in branches[:-1]) + branches[-1]


def _merge(into: Tree, other: Tree) -> None:
    """Add the ways of *other*, which starts at the same message."""
    into.ends += [each for each in other.ends if each not in into.ends]
    for step, after in other.steps:
        there = next((tree for known, tree in into.steps if known == step), None)
        if there is None:
            into.steps.append((step, after))
        else:
            _merge(there, after)


def _pending(tree: Tree) -> list[Tree]:
    return [tree, *(each for _, after in tree.steps for each in _pending(after))]
