"""What ``export --archive`` does: the whole archive and the last edition for an institution, without the keys."""

from argparse import Namespace
from datetime import UTC, datetime

from tamizdat.backup.handover import hand_over
from tamizdat.cli.console import Out
from tamizdat.cli.open_home import open_archive, open_home
from tamizdat.cli.terminal_text import counted
from tamizdat.encoding import Json
from tamizdat.errors import UsageError
from tamizdat.home.home import SITE
from tamizdat.text.quantities import amount

TELLS = (
    (
        "every statement with its salt, published or not: names of devices and cards, times to the second, by which "
        "account (a tag) a translation was made, consent that authors gave"
    ),
    "every original, released or not, with what cameras and platforms wrote into them",
    "the last edition, as it stands, and the checkpoints with what others said of them",
    "the desk's name, its root's fingerprint, and the addresses of its site",
)
NOT_TOLD = "keys, passphrases, accounts, places and their logins, drafts, comments, which feeds are followed"


def make_archive(args: Namespace, out: Out) -> int:
    """Write the archive; raises :class:`UsageError` beside options of other exports."""
    if args.what or args.folder or args.only or args.voice or args.parts or args.language:
        raise UsageError("Expected --archive FOLDER alone: it is the whole archive. Others choose: --evidence, --epub.")
    home = open_home(args, "desk")
    with open_archive(args) as archive:
        total = sum(archive.objects.size(digest) for digest in archive.objects)
        if args.dry_run:
            out.say(
                f"{args.archive}: {counted(archive.size, 'entry', 'entries')} of the ledger, {amount(total)} of objects"
            )
            out.say("\nWhoever has it reads:")
            for line in TELLS:
                out.say(f"  * {line}")
            out.say(f"\nNot in it: {NOT_TOLD}.")
            out.record(
                {"folder": str(args.archive), "entries": archive.size, "bytes": total, "tells": list[Json](TELLS)}
            )
            return 0
        day = datetime.now(UTC).date().isoformat()
        with out.progress(total, "handing over") as progress:
            made = hand_over(home, archive, args.site or args.home / SITE, args.archive, day, progress.advance)
    out.say(
        f"{args.archive}: {counted(made.entries, 'entry', 'entries')}, {counted(made.objects, 'object')}, "
        f"{counted(made.pages, 'file')} of the site, {amount(made.bytes)}. No key is in it: it signs nothing."
    )
    if not made.pages:
        out.warn("There is no edition in it: none was published yet.")
    if made.missing:
        out.warn(
            f"{counted(len(made.missing), 'object')} could not be put into it: this archive does not have the bytes."
        )
        for digest in made.missing[:12]:
            out.show(f"  {digest}")
    out.say(
        f"'tamizdat check --home {args.archive}' reads all of it again; 'tamizdat find', 'export' and 'verify' work."
    )
    out.record({
        "folder": str(args.archive), "entries": made.entries, "objects": made.objects, "pages": made.pages,
        "bytes": made.bytes, "missing": list[Json](made.missing),
    })  # fmt: skip
    return 1 if made.missing else 0
