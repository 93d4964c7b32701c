"""What devices said of their own files, as an archive holds it: found, compared with the bytes, its signatures judged.

Nothing of it is stated in the ledger: whoever has the originals can find it out again. A *word* is about one file. It
*fits* if the device's digest is that of the bytes here, and it is *signed* or not, by a key of which nobody here knows
whose it is.

ProofMode's parts are looked for in the folder of the proof, in any ZIP, and in every folder and card by the file's
SHA-256; Tella's and a manifest of C2PA beside the file, by its name; what a file carries in itself, in it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import Final

from tamizdat.archive import Archive, Item
from tamizdat.archive.views.rows import Answer
from tamizdat.dataclass import dataclass
from tamizdat.encoding import timestamp
from tamizdat.errors import BadArchive, BadMedia, StorageRefused, ToolMissing
from tamizdat.footage import decode
from tamizdat.footage.content_credentials import C2PA, SIDECAR, carries, type_of
from tamizdat.footage.decode.signatures import BAD, EXPIRED, GOOD, NO_KEY, REVOKED, UNREADABLE, Signature
from tamizdat.footage.device_proof import LARGEST, Proof, members, proofs

MAYBE: Final = (
    "SELECT max(number), consignment, path FROM captured WHERE kind = 'original' AND (path LIKE '%.proof.json'"
    " OR path LIKE '%.csv' OR path LIKE '%.zip' OR path LIKE '%.asc' OR path LIKE '%.c2pa' OR path LIKE '%.ots'"
    " OR path LIKE '%.gst' OR path LIKE '%.nostr')"
    " GROUP BY consignment, path ORDER BY 1"
)
NONE: Final = Signature("")  #: there is none, or it was not checked
BROKEN: Final = frozenset({BAD, NO_KEY, UNREADABLE, EXPIRED, REVOKED})
NO_KEY_HERE: Final = "no key came with it"
LARGEST_ZIP: Final = 16 << 30  #: bytes


@dataclass(frozen=True)
class Found:
    """A word that was found, not judged yet: of which *kind*, in which file, and the files that belong to it.

    *fits* is None where only a reader of manifests can tell. *inside* has the bytes of a ZIP's members, by name.
    """

    kind: str
    item: Item
    fits: bool | None
    proof: Proof | None = None
    beside: Mapping[str, Item] = field(default_factory=dict)  #: parts by the names that the proof has for them
    inside: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def files(self) -> tuple[Item, ...]:
        """The files of the archive that it is made of, but for the one that it is about."""
        every = {each.number: each for each in (self.item, *self.beside.values())}
        return tuple(every.values())


@dataclass(frozen=True)
class Judged:
    """A word with what was found of it. *why* says why something was not checked, "" if all was."""

    found: Found
    fits: bool | None
    file: Signature = NONE
    words: Signature = NONE  #: of what it says
    when: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    why: str = ""
    partly: bool = False  #: its digest leaves out more of the file than the proof itself

    @property
    def holds(self) -> bool:
        """Return whether nothing of it is broken: what is not checked is not."""
        return self.fits is not False and not {self.file.verdict, self.words.verdict} & BROKEN


class DeviceWords:
    """All words of an archive, looked for once; if it is for *only* one file, where they can be about that one."""

    def __init__(self, archive: Archive, only: Item | None = None) -> None:
        self.archive, self._only = archive, only

    @cached_property
    def _named(self) -> list[Item]:
        index = self.archive.index
        rows = index.ask(MAYBE) if self._only is None else self._near(self._only)
        every = [item for row in rows if (item := index.item(row[0]))]
        return [item for item in every if self.archive.objects.has(item.original)]

    def _near(self, only: Item) -> list[Answer]:
        """Return the rows that can be about one file: where its digest is a name, in its folder, and ZIPs of its card.

        What is named by the digest of another file of the card is about that one, and is not read.
        """
        rows, card = self.archive.index.ask(MAYBE), only.consignment
        near = {(row[1], _folder(row[2])) for row in rows if only.original in row[2].lower()}
        near.add((card, _folder(only.path)))
        of_card = self.archive.index.ask("SELECT original FROM captured WHERE consignment = ?", card)
        others = {row[0] for row in of_card} - {only.original, _digest(only.path)}
        return [
            row for row in rows if _digest(row[2]) not in others
            and ((row[1], _folder(row[2])) in near or (row[1] == card and row[2].lower().endswith(".zip")))
        ]  # fmt: skip

    @cached_property
    def proofs(self) -> list[Found]:
        """Every proof that is no part of the file it is about, whether that file is here or not."""
        return [*self._loose(), *self._zipped()]

    def _loose(self) -> Iterator[Found]:
        folders: dict[tuple[str, str], dict[str, Item]] = {}
        for item in self._named:
            folders.setdefault((item.consignment, _folder(item.path)), {})[item.path.rpartition("/")[2]] = item
        for there in folders.values():
            known = {name: item for name, item in there.items() if not name.lower().endswith((".zip", SIDECAR))}
            for proof in proofs(known, partial(self._read_in, there)):
                also = [name for name in known if name.startswith(f"{proof.of}.")]
                beside = {name: there[name] for name in dict.fromkeys((*proof.parts, *also))}
                yield Found(proof.said.kind, there[proof.words], None, proof, beside)

    def _zipped(self) -> Iterator[Found]:
        for item in self._named:
            if item.path.lower().endswith(".zip") and item.size <= LARGEST_ZIP:
                with self.archive.objects.open(item.original) as file:
                    inside = members(file)
                for proof in proofs(inside, inside.__getitem__):
                    parts = {name: inside[name] for name in proof.parts}
                    yield Found(proof.said.kind, item, None, proof, {}, parts)

    @cached_property
    def _by_digest(self) -> dict[str, list[Found]]:
        found: dict[str, list[Found]] = {}
        for each in self.proofs:
            assert each.proof is not None
            found.setdefault(each.proof.said.sha256, []).append(each)
        return found

    @cached_property
    def _by_path(self) -> dict[tuple[str, str], list[Found]]:
        """The proofs that lie in folders, by card and the paths that a file beside them would have."""
        found: dict[tuple[str, str], list[Found]] = {}
        for each in self.proofs:
            assert each.proof is not None
            folder = each.item.path[: -len(each.item.path.rpartition("/")[2])]
            for name in {each.proof.said.name, each.proof.of} if not each.inside else ():
                found.setdefault((each.item.consignment, folder + name), []).append(each)
        return found

    @cached_property
    def _sidecars(self) -> dict[tuple[str, str], Item]:
        return {(each.consignment, each.path): each for each in self._named if each.path.endswith(SIDECAR)}

    def about(self, item: Item) -> list[Found]:
        """Return the words about a file: those that name its SHA-256, then those of a file of its name beside it."""
        if not self.archive.objects.has(item.original):
            return []
        named = [replace(each, fits=True) for each in self._by_digest.get(item.original, ())]
        beside = self._by_path.get((item.consignment, item.path), ())
        other = [
            replace(each, fits=False)
            for each in beside
            if each.proof and each.proof.said.sha256 != item.original and each.item.number != item.number
        ]
        return [*named, *other, *self._credentials(item)]

    def files_about(self, item: Item) -> set[int]:
        """Return the numbers of files in which a device said something of a file, or lies what belongs to that."""
        found = [
            *self._by_digest.get(item.original, ()),
            *self._by_path.get((item.consignment, item.path), ()),
        ]
        return ({file.number for each in found for file in each.files} | self._manifests(item)) - {item.number}

    def _manifests(self, item: Item) -> set[int]:
        paths = (f"{_stem(item.path)}{SIDECAR}", f"{item.path}{SIDECAR}")
        return {each.number for path in paths if (each := self._sidecars.get((item.consignment, path)))}

    def _credentials(self, item: Item) -> Iterator[Found]:
        with self.archive.objects.open(item.original) as file:
            if carries(file):
                yield Found(C2PA, item, None)
            elif not type_of(file):
                return
        for path in (f"{_stem(item.path)}{SIDECAR}", f"{item.path}{SIDECAR}"):
            if beside := self._sidecars.get((item.consignment, path)):
                yield Found(C2PA, beside, None)

    def judge(self, item: Item, found: Found) -> Judged:
        """Return what can be told of a word about *item*: signatures are checked in the box, where there is one."""
        if found.proof is None:
            return self._judge_credentials(item, found)
        file = words = NONE
        facts, why = found.proof.said.facts, ""
        try:
            key = self._part(found, found.proof.key)
            if found.proof.signature and key:
                file = self._signed(item.original, key, self._part(found, found.proof.signature))
            if found.proof.words_signature and key:
                words = self._signed_words(found, key)
            if not key and (found.proof.signature or found.proof.words_signature):
                why = NO_KEY_HERE
        except (BadMedia, BadArchive, StorageRefused, ToolMissing) as error:
            why = str(error)
        when = timestamp(datetime.fromtimestamp(file.at, UTC)) if file.at else ""
        return Judged(found, found.fits, file, words, when, facts, why)

    def _judge_credentials(self, item: Item, found: Found) -> Judged:
        objects = self.archive.objects
        try:
            with objects.open(item.original) as file:
                kind = type_of(file)
            with objects.whole(item.original) as path:
                if found.item.original == item.original:
                    said = decode.credentials(path, kind)
                else:
                    with objects.whole(found.item.original) as beside:
                        said = decode.credentials(path, kind, beside)
        except (BadMedia, BadArchive, StorageRefused, ToolMissing) as error:
            return Judged(found, None, why=str(error))
        signed = Signature(GOOD, said.signer) if said.signed else Signature(BAD)
        return Judged(found, said.fits, NONE, signed, said.when, said.facts, partly=said.partly)

    def _signed(self, digest: str, key: bytes, signature: bytes) -> Signature:
        if not signature:
            return Signature(UNREADABLE)
        with self.archive.objects.whole(digest) as path:
            return decode.openpgp(path, key, signature)

    def _signed_words(self, found: Found, key: bytes) -> Signature:
        assert found.proof is not None
        signature = self._part(found, found.proof.words_signature)
        if found.inside:
            data = found.inside[found.proof.words]
            return decode.openpgp(data, key, signature) if signature else Signature(UNREADABLE)
        return self._signed(found.beside[found.proof.words].original, key, signature)

    def _part(self, found: Found, name: str) -> bytes:
        if not name:
            return b""
        return found.inside[name] if name in found.inside else self._read(found.beside[name])

    def _read_in(self, folder: Mapping[str, Item], name: str) -> bytes:
        return self._read(folder[name])

    def _read(self, item: Item) -> bytes:
        """Return a small file's bytes; nothing of a large one, which is nothing of the kind that is looked for."""
        if item.size > LARGEST:
            return b""
        with self.archive.objects.open(item.original) as file:
            return file.read(LARGEST)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _digest(path: str) -> str:
    return path.rpartition("/")[2][:64].lower()


def _stem(path: str) -> str:
    return path.rpartition(".")[0] or path
