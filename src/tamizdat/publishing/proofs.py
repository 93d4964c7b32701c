"""What makes an edition provable: the public ledger, and beside each statement the proof that it is in it.

The ledger's size is rounded up to a multiple of 256 with random leaves before its checkpoint is signed, so that its
growth does not tell how much the desk did. All proofs of one edition lead to that one checkpoint. The scripts
``proof.js`` and ``edition.js`` hold the same bytes as the files beside them, for pages that may not read files
(``file://``): ``tamizdatProof({…});`` calls a function of ``page.js``.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tamizdat.archive import Archive
from tamizdat.encoding import Json, b64, canonical
from tamizdat.keys import SigningKey
from tamizdat.ledger.checkpoint import Checkpoint, sign_checkpoint
from tamizdat.ledger.proof import TlogProof
from tamizdat.ledger.tiles import WIDTH, tiles
from tamizdat.ledger.tree import Tree, leaf_hash


@dataclass(frozen=True)
class Head:
    """The ledger at the size that one edition publishes, and its signed checkpoint."""

    archive: Archive
    size: int
    note: bytes

    @classmethod
    def sign(cls, archive: Archive, log: SigningKey) -> "Head":
        """Pads the ledger and signs its checkpoint."""
        archive.pad(WIDTH)
        size = archive.size // WIDTH * WIDTH  # another process may have appended since: that is for the next edition
        checkpoint = Checkpoint(archive.origin, size, archive.tree().root(size))
        return cls(archive, size, sign_checkpoint(checkpoint, log.public, log.sign))

    def proof(self, index: int) -> bytes:
        """The tlog-proof of the statement at *index*, its salt in the extra line."""
        hashes = self.archive.tree().inclusion_proof(index, self.size)
        return TlogProof(index, tuple(hashes), self.note, self.archive.disclosure(index).salt).encode()

    def ledger(self, editions: list[int]) -> Iterator[tuple[str, bytes]]:
        """The files of ``ledger/``. *editions* are the indexes of all ``published`` statements: whoever kept the
        checkpoint of an earlier edition still finds the partial tiles that belong to it."""
        sizes = [(index // WIDTH + 1) * WIDTH for index in editions]
        yield "ledger/checkpoint", self.note
        for path, data in tiles(self.archive.commitments()[: self.size], (size for size in sizes if size <= self.size)):
            yield f"ledger/{path}", data


def items_list(statements: dict[int, str]) -> bytes:
    """``items.txt`` from number → SHA-256 of ``statement.json``."""
    return "".join(f"{number} {digest}\n" for number, digest in sorted(statements.items())).encode()


def items_tree(listed: bytes) -> Tree:
    """The tree over the lines of ``items.txt``, without their newlines."""
    return Tree(leaf_hash(line) for line in listed.splitlines())


def files_list(digests: dict[str, str]) -> bytes:
    """``files.txt`` from path → SHA-256, as ``sha256sum`` writes it."""
    return "".join(f"{digests[path]}  {path}\n" for path in sorted(digests)).encode()


def proof_script(envelope: bytes, proof: bytes, place: int, tree: Tree) -> bytes:
    """``proof.js``: *place* is the item's line in ``items.txt``, from 0."""
    where: Json = {"number": place, "inclusion": [b64(each) for each in tree.inclusion_proof(place)]}
    return _script("tamizdatProof", {"envelope": b64(envelope), "proof": proof.decode(), "item": where})


def edition_script(roster: bytes, envelope: bytes, proof: bytes) -> bytes:
    """``edition.js``."""
    return _script("tamizdatEdition", {"roster": b64(roster), "envelope": b64(envelope), "proof": proof.decode()})


def _script(function: str, facts: Json) -> bytes:
    return f"{function}(".encode() + canonical(facts) + b");\n"
