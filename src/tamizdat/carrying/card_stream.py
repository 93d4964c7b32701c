"""A card as a consignment's stream: made in one run over the card, cut, and its groups handed over to be sealed.

::

    CardFile ─► Reading ─► Cutter.room(): into the parcel's own buffer ─► Group ─► Groups.take ─► outbox

The card is read once, front to back, into the parcels' own buffers while its files are hashed. On a rerun the card is
read again from the start (the manifest needs every digest, and none is kept on disk), but groups that were committed
are only compared with their checks, not sealed again (:mod:`tamizdat.carrying.groups`).
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from typing import Final

from tamizdat.carrying import disk_copies
from tamizdat.carrying.carried import keep
from tamizdat.carrying.groups import THREADS, Groups
from tamizdat.carrying.open_state import OpenState
from tamizdat.carrying.outbox import Outbox
from tamizdat.carrying.receipt import file_tag, receipt
from tamizdat.dataclass import dataclass
from tamizdat.disk.files import flush_folder, refusals, write_file
from tamizdat.encoding import canonical, sha256, sha256_hex
from tamizdat.errors import BadMedia, StorageRefused, ToolMissing
from tamizdat.footage.card import FAILS, Card, CardFile, preview_name, why_unread
from tamizdat.footage.preview import preview
from tamizdat.footage.takes import has_no_preview
from tamizdat.footage.verified_read import Reading
from tamizdat.home.home import Home
from tamizdat.sealing.consignment import Cutter, closing_members, padme
from tamizdat.sealing.inventory import (
    INVENTORY,
    MANIFEST,
    SIGNATURE,
    SUMS,
    Entry,
    Inventory,
    LeftOut,
    Manifest,
    certify,
    sign_manifest,
)
from tamizdat.sealing.pax import member, member_header, member_padding

NO_PREVIEW: Final = "no preview"  #: how the reason begins of a preview that could not be made

Progress = Callable[[int], None]  #: told the bytes done since the last call


@dataclass(frozen=True)
class Sealed:
    """What a run of sealing did; figures for the person."""

    number: int
    files: int
    size: int
    previews: int
    groups: int
    parcels: int
    fillers: int
    places: int
    survives: int
    resumed_at: int
    parcel: int  # bytes of each inside its seal
    left_out: tuple[LeftOut, ...] = ()
    marked: tuple[Entry, ...] = ()  # changed while read, or cut short
    later: int = 0  # files of its inventory that it does not carry: it was closed for a new order of the card
    known: int = 0  # files of the card that earlier consignments carried
    again: int = 0  # groups that were sealed again because the desk lacks them
    earlier: tuple["Sealed", ...] = ()  # of the same run: what was gone on with, or closed, before

    @property
    def unseen(self) -> tuple[LeftOut, ...]:
        """The previews that could not be made. The files themselves are sealed like all others."""
        return tuple(each for each in self.left_out if each.why.startswith(NO_PREVIEW))

    @property
    def is_lacking(self) -> bool:
        """Whether something that the run should have carried was not, or not whole: the card must be kept."""
        failed = bool(self.marked) or any(each.why.startswith(FAILS) for each in self.left_out)
        return failed or any(each.is_lacking for each in self.earlier)

    @property
    def not_carried(self) -> tuple[LeftOut, ...]:
        """What could not be taken along."""
        return tuple(each for each in self.left_out if not each.why.startswith(NO_PREVIEW))


class CardStream:
    """One run over one card, from the inventory to the manifest."""

    def __init__(
        self,
        home: Home,
        outbox: Outbox,
        state: OpenState,
        card: Card,
        checks: list[list[bytes]],
        progress: Progress,
        wait_for_room: Callable[[], bool],
        previewed: Callable[[int, int], None] = lambda made, of: None,
        committed: Callable[[int, int, str, int], None] = lambda consignment, group, stage, parcels: None,
    ) -> None:
        self._home, self._outbox, self._state, self._card = home, outbox, state, card
        self._resumed_at = len(checks)
        self._later = 0
        self._whole: set[CardFile] = set()
        self._progress, self._previewed = progress, previewed
        self._device = home.keyring.signing["device"]
        names, told = disk_copies.sealed_names(home, outbox.number), partial(committed, outbox.number)
        self._groups = Groups(outbox, state, checks, wait_for_room, names, told)
        self._cutter = Cutter(state.k, self._groups, state.parcel)
        self._files: list[Entry] = []
        self._left_out = [LeftOut(path, why) for path, why in card.left_out]
        self._previews = 0

    def seal(self) -> Sealed:
        """Seal the whole stream and the fillers, keep the receipt's other half, destroy what could tell of the card.

        Raises CardChanged, StorageFull.
        """
        with self._groups as groups:
            self._stream()
            fillers = padme(groups.parcels) - groups.parcels
            groups.fill_up(fillers)
        self._keep_tags()
        keep(self._home, self._outbox.number, self._state.key.public, self._card.files, self._whole)
        disk_copies.keep(self._home, self._outbox, self._groups.count, self._files)
        self._outbox.close()
        return Sealed(
            number=self._outbox.number,
            files=len(self._files) - self._previews,
            size=sum(entry.size for entry in self._files if entry.stage != "previews"),
            previews=self._previews,
            groups=self._groups.count,
            parcels=self._groups.parcels,
            fillers=fillers,
            places=len(self._state.places),
            survives=self._state.survives,
            resumed_at=self._resumed_at,
            parcel=self._state.parcel,
            left_out=tuple(self._left_out),
            marked=tuple(entry for entry in self._files if entry.state != "whole"),
            later=self._later,
            again=self._groups.again,
        )

    def _stream(self) -> None:
        cutter, opened = self._cutter, self._state.opened
        cutter.write(member(INVENTORY, self._inventory(), opened))
        for stage in ("texts", "previews", "originals"):
            cutter.end_stage(stage)
            if stage == "previews":
                self._carry_previews()
            for file in self._card.files:
                if file.stage == stage and self._is_concluded:
                    self._later += 1
                elif file.stage == stage:
                    self._carry(file)
        cutter.end_stage("manifest")
        manifest = Manifest(
            self._groups.key.public, bytes.fromhex(self._state.receipt_key), tuple(self._files), tuple(self._left_out)
        )
        data = manifest.encode()
        documents = [(SUMS, manifest.sums()), (SIGNATURE, sign_manifest(self._device, data)), (MANIFEST, data)]
        cutter.write(closing_members(documents, opened))
        cutter.close()

    @property
    def _is_concluded(self) -> bool:
        """Whether no file is begun any more: all is there again that was committed when it was decided so."""
        return self._state.concluded is not None and self._groups.count >= self._state.concluded

    def _inventory(self) -> bytes:
        files = [Entry(file.path, file.size, file.modified, file.stage) for file in self._card.files]
        if self._state.prove_first:
            digests = [self._digest(file) for file in self._card.files]
            files = [replace(entry, sha256=digest) for entry, digest in zip(files, digests, strict=True)]
        certificate = certify(self._device, self._groups.key.public)
        return Inventory(
            self._groups.key.public,
            self._device.public,
            certificate,
            self._state.opened,
            tuple(files),
            tuple(self._left_out),
            tuple(bytes.fromhex(each) for each in self._state.supersedes),
        ).encode()

    def _digest(self, file: CardFile) -> str | None:
        """Return the SHA-256 of a file, None if it cannot be read as it is listed: zeros are promised to nobody."""
        reading, room = Reading(file), memoryview(bytearray(min(1 << 20, file.size)))
        while reading.read_into(room):
            if reading.is_cut:
                self._card.require_present()
        state, digest = reading.finish()
        if reading.is_cut:
            self._card.require_present()
        return digest.hex() if state == "whole" else None

    def _carry(self, file: CardFile) -> None:
        reading = Reading(file)
        if reading.lost is not None:  # nothing of it is there: the line is not kept busy with zeros in its place
            self._card.require_present()
            self._left_out.append(LeftOut(file.path, why_unread(reading.lost)))
            self._progress(file.size)
            return
        self._cutter.write(member_header(f"card/{file.path}", file.size, file.modified))
        while count := reading.read_into(self._cutter.room()):
            if reading.is_cut:
                self._card.require_present()  # before a zero of it is part of the stream
            self._cutter.advance(count)
            self._progress(count)
        state, digest = reading.finish()
        if reading.is_cut:
            self._card.require_present()
        if state == "whole":
            self._whole.add(file)
        self._cutter.write(member_padding(file.size))
        self._files.append(Entry(file.path, file.size, file.modified, file.stage, digest.hex(), state))

    def _carry_previews(self) -> None:
        seen = sum(_needs_preview(file) for file in self._card.files)
        for number, (file, made) in enumerate(self._made_previews(), 1):
            if self._is_concluded:
                self._previewed(seen, seen)  # no more are made
                return
            self._previewed(number, seen)
            if isinstance(made, str):
                self._card.require_present()
                self._left_out.append(LeftOut(preview_name(file.path), made))
            elif made is not None:
                entry = Entry(preview_name(file.path), len(made), file.modified, "previews", sha256_hex(made), "whole")
                self._cutter.write(member(entry.member, made, file.modified))
                self._files.append(entry)
                self._previews += 1

    def _made_previews(self) -> Iterator[tuple[CardFile, bytes | str | None]]:
        """Yield the previews in the order of the stream, a few made ahead."""
        pending: deque[tuple[CardFile, Future[bytes | str | None]]] = deque()
        for file in filter(_needs_preview, self._card.files):
            pending.append((file, self._groups.pool.submit(_preview, file)))
            if len(pending) > 2 * THREADS:
                first, made = pending.popleft()
                yield first, made.result()
        for first, made in pending:
            yield first, made.result()

    def _keep_tags(self) -> None:
        leaves = [item for of_group in self._groups.leaves for item in of_group]
        proof = receipt(bytes.fromhex(self._state.receipt_key), leaves)
        tags = sorted(
            file_tag(proof, entry.path, entry.size, bytes.fromhex(entry.sha256 or "")).hex()
            for entry in self._files
            if entry.state == "whole" and entry.stage != "previews"
        )
        folder = self._home.folder / "receipts"
        with refusals("the receipt's other half"):
            folder.mkdir(mode=0o700, exist_ok=True)
            flush_folder(self._home.folder)
        document = canonical({"check": sha256(proof).hex(), "opened": self._state.opened, "tags": list(tags)})
        write_file(folder / f"{self._outbox.number:04d}", document, "the receipt's other half")


def _needs_preview(file: CardFile) -> bool:
    return file.is_seen and file.stage == "originals"


def _preview(file: CardFile) -> bytes | str | None:
    """Return the preview, or why there is none."""
    if has_no_preview(file.path):
        return f"{NO_PREVIEW}: only the program of the camera's maker can show it"
    try:
        return preview(file.where)
    except BadMedia:
        return f"{NO_PREVIEW}: cannot be decoded"
    except StorageRefused:
        return f"{NO_PREVIEW}: cannot be read"
    except ToolMissing as error:
        return f"{NO_PREVIEW}: {error}"
