"""What makes an edition provable: the public ledger, and beside each statement the proof that it is in it.

The ledger's size is rounded up to a multiple of 256 with random leaves before its checkpoint is signed, so that its
growth does not tell how much the desk did. A proof leads to the checkpoint of the edition in which its item last
changed; the ledger of every later checkpoint begins with that one's. An item's ``proof.js`` is a script, for pages that
may not read files (``file://``): ``tamizdatItem({…});`` calls a function of ``page.js``.
"""

import io
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, MutableMapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive, Disclosure
from tamizdat.archive.checkpoints import FOLDER as CHECKPOINTS
from tamizdat.archive.checkpoints import NOTE, STAMPS, Checkpoints
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import refusals
from tamizdat.disk.overflow import Overflow, OverflowTexts
from tamizdat.encoding import Json, b64, canonical, script_call, sha256_hex
from tamizdat.errors import BadNote, CheckFailed, DamagedInput
from tamizdat.keys import SigningKey
from tamizdat.ledger.checkpoint import Checkpoint
from tamizdat.ledger.cosignature import Policy
from tamizdat.ledger.note import split_note
from tamizdat.ledger.proof import TlogProof
from tamizdat.ledger.published_log import full_tile
from tamizdat.ledger.roster import ACT as ROSTER
from tamizdat.ledger.roster import Roster
from tamizdat.ledger.signing import sign_checkpoint
from tamizdat.ledger.tiles import WIDTH, bundle, tile_path, tiles_of
from tamizdat.publishing.build.site_folder import listed
from tamizdat.statements.published import ACT
from tamizdat.verifying.edition import FILES, list_of
from tamizdat.verifying.evidence import Evidence
from tamizdat.verifying.item_file import FUNCTION, written
from tamizdat.verifying.openings import Opening
from tamizdat.verifying.report import Claim
from tamizdat.verifying.root_of_trust import EARLIER
from tamizdat.verifying.trust import Trust
from tamizdat.verifying.untrusted_folder import Folder
from tamizdat.verifying.witnesses import require_beginning

TOGETHER: Final = 16_384  #: lines of lists of files that are put in order together


@dataclass(frozen=True)
class SignedHead:
    """The ledger at the size that one edition publishes, and its signed checkpoint."""

    archive: Archive
    size: int
    note: bytes

    @classmethod
    def sign(cls, archive: Archive, log: SigningKey) -> "SignedHead":
        """Pad the ledger and signs its checkpoint."""
        archive.pad(WIDTH)
        size = archive.size // WIDTH * WIDTH  # another process may have appended since: that is for the next edition
        head = cls(archive, size, _note(archive, size, log))
        kept = Checkpoints(archive.folder)
        kept.keep(size, head.note)
        for earlier in set(map(padded, archive.index.by_act(ACT))).difference(kept.sizes()):
            if earlier < size:  # proofs of earlier editions name it
                kept.keep(earlier, _note(archive, earlier, log))
        return head

    @classmethod
    def standing(cls, archive: Archive, size: int) -> "SignedHead | None":
        """Return the head that an edition was published with, as it is kept; None if it is not, or is another's."""
        kept = Checkpoints(archive.folder)
        if size not in kept.sizes() or size > archive.size:
            return None
        signed = kept.note(size)
        text, _, lines = signed.partition(b"\n\n")
        try:
            checkpoint = Checkpoint.parse(text + b"\n")
        except BadNote:
            return None
        if checkpoint.root != archive.tree().root(size):
            return None
        return cls(archive, size, text + b"\n\n" + lines.split(b"\n")[0] + b"\n")  # the log's own line is the first

    def proof(self, shown: Disclosure) -> bytes:
        """Return the tlog-proof of a statement, its salt in the extra line."""
        hashes = self.archive.tree().inclusion_proof(shown.index, self.size)
        return TlogProof(shown.index, tuple(hashes), self.note, shown.salt).encode()

    def ledger(
        self, editions: list[int], stands: Callable[[str, str], bool] = lambda path, digest: False
    ) -> Iterator[tuple[str, bytes | None]]:
        """Yield the files of ``ledger/``; None for a full tile that *stands*, which is asked path and SHA-256.

        *editions* are the indexes of all ``published`` statements: whoever kept the checkpoint of an
        earlier edition still finds the partial tiles that belong to it.
        """
        earlier = (size for size in map(padded, editions) if size <= self.size)
        tree, entries = self.archive.tree(), self.archive.commitments()
        yield "ledger/checkpoint", self.note
        for level, number, width in tiles_of(self.size, earlier):
            start, end, path = number * WIDTH, number * WIDTH + width, f"ledger/{tile_path(level, number, width)}"
            if width == WIDTH and level in ("entries", 0):
                full = tree.full[number]
                if stands(path, (full.hashes if level == 0 else full.bundle).hex()):
                    yield path, None
                    continue
            yield path, bundle(entries[start:end]) if level == "entries" else tree.hashes(8 * int(level), start, end)

    def beside(self, indexes: Iterable[int], editions: Sequence[int]) -> Iterator[tuple[str, bytes]]:
        """Yield what others said of the checkpoints that proofs of the statements at *indexes* name, and of this one.

        A proof names the checkpoint of the first edition after its statement; *editions* as above, in order.
        """
        after = {bisect_right(editions, index) for index in indexes}
        sizes = {padded(editions[each]) for each in after if each < len(editions)}
        yield from Checkpoints(self.archive.folder).published({*sizes, self.size})


def mend_checkpoints(archive: Archive, log: SigningKey, policy: Policy, site: Path) -> None:
    """Make anew, or put back from the *site*, the kept checkpoints that the disk has damaged, and stamps of them.

    One of them would keep every later edition from verifying, also one that takes off what was withdrawn. A stamp that
    is nowhere whole is set aside.
    """
    kept = Checkpoints(archive.folder)
    kept.mend(site)
    for size in kept.unwritten():
        if size > archive.size or _stands(archive, size, kept.note(size), policy):
            continue
        place = site / f"ledger/{CHECKPOINTS}/{size}/{NOTE}"
        with refusals("the site's checkpoint"):
            there = place.read_bytes() if place.is_file() else b""
        kept.write(size, NOTE, there if _stands(archive, size, there, policy) else _note(archive, size, log))
    if stamps := kept.unwritten_stamps():
        _mend_stamps(kept, stamps, site)


def _mend_stamps(kept: Checkpoints, stamps: Iterable[tuple[int, str, bytes]], site: Path) -> None:
    from tamizdat.verifying.one_stamp import StampReader, read_certificates  # only an earlier program left such stamps

    reader = StampReader(Evidence(Folder(site), None, {}, False), Trust())
    reader.certificates += read_certificates(kept.certificates().values())  # a list of revoked ones is none

    def is_stamp(name: str, data: bytes, text: bytes) -> bool:
        """Tell whether a reader would not call it broken, whomever he trusts."""
        try:
            reader.judge_bytes(0, name, data, text, Claim(reader.evidence.report, name, ()))
        except (CheckFailed, DamagedInput):
            return False
        return True

    for size, name, data in stamps:
        text = split_note(kept.note(size))[0]
        if is_stamp(name, data, text):
            continue
        place = site / f"ledger/{CHECKPOINTS}/{size}/{STAMPS}/{name}"
        with refusals("the site's stamp"):
            there = place.read_bytes() if place.is_file() else b""
        kept.set_aside(size, name)
        if is_stamp(name, there, text):
            kept.write(size, f"{STAMPS}/{name}", there)


def _stands(archive: Archive, size: int, note: bytes, policy: Policy) -> bool:
    known = Checkpoint(archive.origin, size, archive.tree().root(size))
    try:
        require_beginning(note, known, policy, f"{CHECKPOINTS}/{size}/{NOTE}")
    except DamagedInput:
        return False
    return True


def padded(index: int) -> int:
    """Return the size of ledger that the edition whose statement stands at *index* was published with."""
    return (index // WIDTH + 1) * WIDTH


def _note(archive: Archive, size: int, log: SigningKey) -> bytes:
    """Return the signed checkpoint of the ledger at *size*: the same bytes each time."""
    return sign_checkpoint(Checkpoint(archive.origin, size, archive.tree().root(size)), log.public, log.sign)


def items_list(statements: dict[int, str]) -> bytes:
    """``items.txt`` from number → SHA-256 of the envelope."""
    return "".join(f"{number} {digest}\n" for number, digest in sorted(statements.items())).encode()


def items_pieces(listed: bytes) -> list[tuple[int, bytes]]:
    """Return of each 256 lines of ``items.txt`` the first number and the root over them, without their newlines.

    The root over these is the one over all lines.
    """
    pieces = ((int(piece[0].split()[0]), b"".join(piece)) for piece in _pieces(listed))
    return [(first, full_tile(lines, bytes.splitlines).root) for first, lines in pieces]


def files_lists(digests: Iterable[tuple[str, str]], aside: Path) -> MutableMapping[str, bytes]:
    """Return all lists of files by path, as ``sha256sum`` writes them, from paths and the SHA-256 of what lies there.

    Each path comes once. In the folder *aside* lies what has no room in memory: a site has several files a post.
    """
    lines, every = Overflow(aside), iter(digests)
    places: dict[str, list[int]] = {FILES: []}
    while some := [*islice(every, TOGETHER)]:
        by_list: dict[str, list[str]] = {}
        for path, digest in some:
            by_list.setdefault(list_of(path), []).append(f"{digest}  {path}\n")
        for name, found in by_list.items():
            places.setdefault(name, []).append(lines.put(found))
    lists = OverflowTexts(aside)
    for name, those in places.items():
        every_line = [line for place in those for line in _lines_in(lines.get(place))]
        lists[name] = "".join(sorted(every_line, key=_path_on)).encode()
    return _with_top(lists)


def _lines_in(found: object) -> list[str]:
    assert isinstance(found, list), "it was put there as one"
    return found


def _path_on(line: str) -> str:
    return line[66:-1]


def relist(lists: MutableMapping[str, bytes], digests: Mapping[str, str], gone: Collection[str] = ()) -> None:
    """Make these lists of files what :func:`files_lists` would make of other *digests*, and without *gone*."""
    changed: dict[str, dict[str, str]] = {}
    for path in (*digests, *gone):
        changed.setdefault(list_of(path), {})
    for path in changed:
        changed[path] = listed(lists.get(path, b""))
    for path in gone:
        changed[list_of(path)].pop(path, None)
    for path, digest in digests.items():
        changed[list_of(path)][path] = digest
    for path, named in changed.items():
        lists[path] = _list(named)
    empty = {path for path, data in lists.items() if path != FILES and not data}
    for path in empty:
        del lists[path]
    lists[FILES] = _list({path: digest for path, digest in listed(lists[FILES]).items() if path not in empty})
    _with_top(lists)


def _with_top(lists: MutableMapping[str, bytes]) -> MutableMapping[str, bytes]:
    """Return these lists, of which the first names all others."""
    below = {path: sha256_hex(data) for path, data in lists.items() if path != FILES}
    lists[FILES] = _list(listed(lists[FILES]) | below)
    return lists


def _list(digests: Mapping[str, str]) -> bytes:
    return "".join([f"{digests[path]}  {path}\n" for path in sorted(digests)]).encode()


def items_scripts(listed: bytes, pieces: Sequence[tuple[int, bytes]]) -> tuple[Json, Iterator[tuple[str, bytes]]]:
    """Return the way from a line of ``items.txt`` to its root, in pieces of 256 lines.

    For ``edition.js``, of each piece the first number and the hash over its lines, which are its *pieces*; and a script
    for each, with the lines.
    """
    tiles: list[Json] = [[first, root.hex()] for first, root in pieces]
    scripts = (
        (
            f"edition/items/{at:03}.js",
            script_call("tamizdatItems", canonical({"tile": at, "lines": b"".join(piece).decode()})),
        )
        for at, piece in enumerate(_pieces(listed))
    )
    return tiles, scripts


def _pieces(listed: bytes) -> Iterator[list[bytes]]:
    lines = io.BytesIO(listed)
    while piece := [*islice(lines, WIDTH)]:
        yield piece


def item_script(envelope: bytes, proof: bytes, raw: bytes | None, opened: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Return an item's ``proof.js``: its envelope, the proof of it, and what is opened with it.

    That is the captured bytes if they are shown, and envelopes with their salts.
    """
    openings = (Opening(each, b64(salt)) for each, salt in opened)
    return script_call(FUNCTION, written(None if raw is None else b64(raw), envelope, openings, proof.decode()))


def earlier_rosters(archive: Archive, newest: Roster) -> dict[str, bytes]:
    """Return by path the versions of the roster before *newest*; none where the root was always the same."""
    indexes = archive.index.by_act(ROSTER)
    known = [Roster.open(archive.disclosure(index).envelope) for index in indexes] if len(indexes) > 1 else []
    if all(each.root == newest.root for each in known):
        return {}
    return {EARLIER.format(each.version): each.envelope for each in known if each.version < newest.version}


def edition_script(roster: bytes, envelope: bytes, proof: bytes, tiles: Json) -> bytes:
    """``edition.js``."""
    facts = {"roster": b64(roster), "envelope": b64(envelope), "proof": proof.decode(), "tiles": tiles}
    return script_call("tamizdatEdition", canonical(facts))
