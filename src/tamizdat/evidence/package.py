"""Making a package: the files of the bag in the order they are written.

Originals come first, for they are large and a rerun keeps them; then what is made from the archive's statements.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from tamizdat import __version__
from tamizdat.dataclass import dataclass
from tamizdat.disk.target import EVERY_DISK, Target
from tamizdat.encoding import Json, canonical, parse_timestamp, sha256_hex
from tamizdat.evidence import crate, pdf, proofs
from tamizdat.evidence.bag import Bag, Payload
from tamizdat.evidence.contents import Contents
from tamizdat.evidence.layout import COPIES, ORIGINALS, PROOFS
from tamizdat.evidence.papers import Papers
from tamizdat.evidence.proofs import MANIFEST, TIMES
from tamizdat.footage import mhl
from tamizdat.footage.mhl import Recorded
from tamizdat.footage.target_names import target_names

FOLDERS: Final = {
    ORIGINALS: "Originals, as the desk holds them, with an ASC MHL history",
    COPIES: "What editions show, made from the originals without metadata",
    PROOFS: "Statements, ledger proofs, checkpoints with stamps, the list of keys",
}


@dataclass(frozen=True)
class Made:
    """What was made: files, bytes, the SHA-256 of the list of lists; scripts of its PDFs without a font here."""

    files: int
    bytes: int
    digest: str
    opened: int
    named: int
    missing: tuple[str, ...]
    scripts: tuple[str, ...]


def write(
    contents: Contents,
    folder: Path,
    with_pdf: bool = True,
    progress: Callable[[int], None] = lambda size: None,
    printing: Callable[[str], None] = lambda name: None,
) -> Made:
    """Write the package into *folder*, which is new, empty, or left by a killed run of the same choice.

    *progress* is told the bytes that were written, *printing* the name of each PDF before it is made, which takes long.
    Raises :class:`ToolMissing` before anything is written if PDFs are wanted and cannot be made.
    """
    if with_pdf:
        pdf.to_pdf("<p>")
    told = list(contents.told.values())  # what is refused is refused before anything is written
    numbers: list[Json] = [each.number for each in contents.exhibits]
    choice = canonical([contents.day, __version__, list[Json](sorted(contents.asked)), numbers, with_pdf])
    bag = Bag(folder, sha256_hex(choice), contents.day, contents.archive, progress)
    with Target(folder) as target:
        bag.begin(target)
        papers = Papers(contents, _write_originals(contents, bag, target), _write_copies(contents, bag, target))
        for payload in _proofs(contents):
            bag.write(target, payload)
        for name, page, printed in papers.pages():
            bag.write(target, Payload.of(f"{name}.html", page.encode()))
            if printed and with_pdf:
                printing(f"{name}.pdf")
                bag.write(target, Payload.of(f"{name}.pdf", pdf.to_pdf(page)))
        written = list(bag.written.values())
        exhibits = "1 exhibit" if len(numbers) == 1 else f"{len(numbers)} exhibits"
        about = f"{exhibits} of the archive whose ledger is {contents.archive.origin}"
        listed = [crate.Listed(each.path, each.size, each.sha256, each.path) for each in written]
        parts = {
            name: what for name, what in FOLDERS.items() if any(each.path.startswith(f"{name}/") for each in listed)
        }
        bag.write(target, Payload.of(crate.NAME, crate.crate(listed, contents.day, about, parts)))
        digest = bag.finish(target, {"External-Description": about})
    opened = sum(each.envelope is not None for each in told)
    size = sum(each.size for each in bag.written.values())
    missing = tuple(path for each in contents.exhibits for path in each.missing)
    scripts = tuple(papers.scripts_without_font) if with_pdf else ()
    return Made(len(bag.written), size, digest, opened, len(told) - opened, missing, scripts)


def _write_originals(contents: Contents, bag: Bag, target: Target) -> dict[str, str]:
    """Write the originals and their hash list; return the path of each in the bag."""
    originals = {original.path: original for each in contents.exhibits for original in each.originals}
    names = _names(originals)
    records, when = list[Recorded](), f"{contents.day}T00:00:00Z"
    for path, original in sorted(originals.items()):
        modified = original.modified or when
        if TIMES not in contents.asked:
            modified = f"{modified[:10]}T00:00:00Z"
        seconds = int(parse_timestamp(modified, "a file's time").timestamp())
        place = f"{ORIGINALS}/{names[path]}"
        payload = Payload(place, original.sha256, original.size, original.data, seconds)
        digests = bag.write(target, payload, mhl.WRITTEN)
        records.append(Recorded(names[path], original.size, modified, digests))
    if records:
        name, listed = mhl.list_name(1, ORIGINALS, when), mhl.write(records, when, __version__)
        chain = mhl.write_chain([(name, mhl.c4(hashlib.sha512(listed).digest()))])
        for file, data in ((name, listed), (mhl.CHAIN, chain)):
            bag.write(target, Payload.of(f"{ORIGINALS}/{mhl.FOLDER}/{file}", data))
    return {path: f"{ORIGINALS}/{name}" for path, name in names.items()}


def _write_copies(contents: Contents, bag: Bag, target: Target) -> dict[tuple[int, str], str]:
    """Write what editions show; return the path of each by number and name."""
    objects, made = contents.archive.objects, dict[tuple[int, str], str]()
    unheard = {*contents.unheard}
    for number, item in contents.shown.items():
        if number in unheard:
            continue
        for subject in item.media:
            if objects.has(subject.sha256):
                place = f"{COPIES}/{number}/{subject.name}"
                bag.write(target, Payload(place, subject.sha256, objects.size(subject.sha256)))
                made[number, subject.name] = place
    return made


def _proofs(contents: Contents) -> Iterator[Payload]:
    for roster in contents.rosters:
        yield Payload.of(f"{PROOFS}/roster-{roster.version}.json", roster.envelope)
    lines = "".join(f"{each.index} {each.commitment.hex()}\n" for each in contents.told.values())
    yield Payload.of(f"{PROOFS}/entries.txt", lines.encode())
    for each in contents.told.values():
        if each.head is not None:
            yield Payload.of(f"{PROOFS}/statements/{each.index}.tlog-proof", each.proof)
        if each.envelope is not None:
            yield Payload.of(f"{PROOFS}/statements/{each.index}.json", each.envelope)
    for head in contents.used:
        yield Payload.of(f"{PROOFS}/checkpoints/{head.size}/checkpoint", head.signed)
        for path, data in head.files:
            yield Payload.of(f"{PROOFS}/checkpoints/{head.size}/{path}", data)
    if any(head.stamped for head in contents.used):
        for path, data in proofs.certificates(contents.archive):
            yield Payload.of(f"{PROOFS}/certificates/{path}", data)
    if MANIFEST in contents.asked:
        for digest in sorted({card.consignment.manifest for card in contents.cards.values()}):
            with contents.archive.objects.open(digest) as file:
                yield Payload.of(f"{PROOFS}/manifests/{digest}.json", file.read())


def _names(paths: Iterable[str]) -> dict[str, str]:
    """Return each path → its path in the bag: one that every disk and every list takes, for a package is passed on.

    Who gets it unpacks it on Windows or macOS, where a name that only this disk takes is lost. ``%`` is ``~``, for
    lists escape it. A form of Unicode is left as it is: by it statements tell whether two were exchanged.
    """
    held, taken = dict[str, str](), set[str]()
    for path, name in target_names(sorted(paths), EVERY_DISK).items():
        plain = name.replace("%", "~")
        while plain.casefold() in taken:
            plain += "~"
        taken.add(plain.casefold())
        held[path] = plain
    return held
