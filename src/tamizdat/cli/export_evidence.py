"""What ``export --evidence`` does: a package for a court, or with --dry-run the list of all that it would tell."""

from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from tamizdat.cli.console import Out
from tamizdat.cli.open_home import open_archive
from tamizdat.cli.terminal_text import counted
from tamizdat.encoding import Json
from tamizdat.errors import UsageError
from tamizdat.evidence.contents import Contents
from tamizdat.evidence.package import Made, write
from tamizdat.evidence.proofs import PARTS, SAID
from tamizdat.evidence.selection import choose
from tamizdat.home.home import SITE
from tamizdat.text.quantities import amount

WRITING = "writing the package"
WHY = {
    "device": "the long-term key and the name of the device that sealed a card",
    "manifest": "the closing manifest of a card, which lists every file on it",
    "said": "what devices said of their own files (ProofMode, Tella, C2PA), with place, networks and keys",
    "salts": "what opens private entries of the ledger",
    "tags": "by which account a transcript, translation or review was made",
    "times": "times finer than a day",
}


def make_package(args: Namespace, what: list[str], folder: str, out: Out) -> int:
    """Write the package; return 1 if files are missing from it, checkpoints or witnesses: then it does not hold.

    Raises :class:`UsageError` for parts that are none, and for a folder that is not empty.
    """
    asked = frozenset(part for text in args.parts for part in text.split(",") if part)
    if strange := sorted(asked - set(PARTS)):
        raise UsageError(f"Expected parts of {', '.join(PARTS)} behind --with, found {strange[0]!r}.")
    day = datetime.now(UTC).date().isoformat()
    with open_archive(args) as archive:
        exhibits = choose(archive, what, args.voice, SAID in asked)
        contents = Contents(archive, exhibits, asked, args.site or args.home / SITE, day)
        if args.dry_run:
            return _rehearse(contents, folder, out)
        with out.progress(contents.size + contents.size_shown, WRITING) as progress:

            def printing(name: str) -> None:
                progress.label = f"printing {name}"
                progress.advance(0)

            made = write(contents, Path(folder), not args.no_pdf, progress.advance, printing)
            progress.label = WRITING  # what was printed last is not what took the time
        _say(contents, made, folder, out)
    return 1 if made.missing or contents.uncovered or contents.unwitnessed else 0


def _rehearse(contents: Contents, folder: str, out: Out) -> int:
    tells = contents.tells()
    chosen = counted(len(contents.exhibits), "exhibit")
    out.say(f"{folder}: {chosen}, {amount(contents.size)} of originals. Nothing is written.")
    out.say("\nBeyond what was chosen the package tells whoever opens it:")
    for line in tells:
        out.say(f"  * {line}")
    left = contents.left_out()
    if left:
        out.say("\nLeft out, unless you ask for it with --with:")
    for part, count in left:
        closed = f"; without it {counted(count, 'statement')} will stay closed" if count else ""
        out.say(f"  * {part}: {WHY[part]}{closed}")
    _warn_of_recordings(contents, out)
    _warn_of_proofs(contents, out)
    _warn_of_witnesses(contents, out)
    out.record({
        "folder": folder, "exhibits": [each.number for each in contents.exhibits], "bytes": contents.size,
        "tells": list[Json](tells), "left_out": [part for part, _ in left],
        "unwitnessed": list[Json](contents.unwitnessed), "unproved": contents.unproved,
        "uncovered": list[Json](contents.uncovered),
    })  # fmt: skip
    return 0


def _say(contents: Contents, made: Made, folder: str, out: Out) -> None:
    out.say(
        f"{folder}: {counted(len(contents.exhibits), 'exhibit')}, {counted(made.files, 'file')}, {amount(made.bytes)}. "
        f"{counted(made.opened, 'statement')} opened, {made.named:,} named."
    )
    if made.missing:
        out.warn(f"{counted(len(made.missing), 'file')} could not be put into it: the archive does not have the bytes.")
        for path in made.missing[:12]:
            out.show(f"  {path}")
    if made.scripts:
        out.warn(
            f"No font here has the letters of {', '.join(made.scripts)}: in the PDFs they are boxes. Install one (on "
            "Debian fonts-noto-core and fonts-noto-cjk) and make the package again; the pages beside them are whole."
        )
    if not any(head.stamped for head in contents.heads):
        out.warn("No checkpoint has a stamp: that the ledger existed before a day is this desk's word alone.")
    if contents.withdrawn:
        out.warn(f"In it is what was withdrawn from the site: {', '.join(map(str, contents.withdrawn))}.")
    for each in contents.named:
        out.warn(f"In it is {each}. Both parties will read it.")
    _warn_of_recordings(contents, out)
    _warn_of_proofs(contents, out)
    _warn_of_witnesses(contents, out)
    out.say("Hand this number over by another way; through the lists it names every file of the package:")
    out.show(f"\n  tagmanifest-sha256.txt\n  {made.digest}\n")  # on one line with its name it would be broken
    out.record({
        "folder": folder, "exhibits": [each.number for each in contents.exhibits], "files": made.files,
        "bytes": made.bytes, "tagmanifest": made.digest, "opened": made.opened, "named": made.named,
        "missing": list[Json](made.missing), "scripts_without_font": list[Json](made.scripts),
        "unwitnessed": list[Json](contents.unwitnessed), "unproved": contents.unproved,
        "uncovered": list[Json](contents.uncovered),
    })  # fmt: skip


def _warn_of_recordings(contents: Contents, out: Out) -> None:
    if contents.unheard:
        listed = ", ".join(map(str, contents.unheard))
        out.warn(
            f"Left out are the recordings of names of which who speaks does not consent (any more): {listed}. What "
            "entries of the ledger say of them is in it."
        )


def _warn_of_proofs(contents: Contents, out: Out) -> None:
    if contents.uncovered:
        out.warn(
            f"Expected a checkpoint over every statement, found {counted(len(contents.uncovered), 'statement')} that "
            "none covers yet: nothing in this package proves them. Run 'tamizdat publish', and make the package anew."
        )
    if contents.unproved:
        out.warn(
            f"Nothing in this package proves that the desk has {counted(contents.unproved, 'original')}: no statement "
            "that is opened is about them, and 'tamizdat verify' says so with code 1. --with salts --with times opens "
            "them."
        )


def _warn_of_witnesses(contents: Contents, out: Out) -> None:
    if contents.unwitnessed:
        sizes = ", ".join(f"{size:,}" for size in contents.unwitnessed)
        out.warn(
            "Expected as many witnesses under each checkpoint as the list of keys demands, found fewer under that of "
            f"{sizes} entries: whoever checks this package is told that it is not witnessed yet. Run 'tamizdat "
            "publish', which asks them again, and make the package anew."
        )
