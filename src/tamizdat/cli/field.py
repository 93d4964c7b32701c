"""A page for who has never opened a terminal: set up, choose a card, seal, send, type the receipt, wipe, panic.

'tamizdat field' serves it on this computer only and opens it in a browser of its own, whose profile lies in memory and
is deleted when this ends: when the window is closed and no work goes on, or by Ctrl-C. Nothing is shown to any other
tab, browser or user of this computer. It locks itself after ten minutes in which nobody did anything; work goes on.
"""

from argparse import Namespace
from pathlib import Path

from tamizdat.cli.console import Out
from tamizdat.cli.open_home import open_home
from tamizdat.cli.parser import Parser, there
from tamizdat.cli.swap import refuse_exposed_swap
from tamizdat.disk.installed import REMEDY
from tamizdat.errors import ToolMissing, UsageError

STICK = """Make a stick from which the page runs on a laptop where nothing is installed: at the desk.

FOLDER is the root of a plugged-in stick (1 GB free, any file system). The packages are fetched by pip, which holds each
to the digest in constraints.txt, or come from a folder. By default it is made for a laptop like this computer; TARGET
is another, as linux-x86_64-3.12 or macos-arm64-3.13 (the laptop's Python). With a Python of its own the laptop needs
none. Compare the digest that is shown with whoever gets the stick. docs/field-stick.md tells the rest."""


def add(parser: Parser) -> None:
    """Declare what ``field`` takes."""
    parser.add_argument("--port", metavar="N", type=int, default=0, help="where it is served (default: any free port)")
    parser.add_argument("--no-browser", action="store_true", help="print the address instead of opening a browser")
    parser.needs_action = False
    stick = parser.action("stick", "make a stick from which the page runs, without installing", STICK)
    stick.add_argument("folder", metavar="FOLDER", type=Path, help="the root of the stick")
    stick.add_argument(
        "--wheels", metavar="FOLDER", type=there, help="take the packages from here, not from the network"
    )
    stick.add_argument(
        "--for", metavar="TARGET", dest="targets", action="append", default=[], help="a laptop; may be repeated"
    )
    stick.add_argument(
        "--python", metavar="ARCHIVE", type=Path, action="append", default=[],
        help="put this python-build-standalone (install_only, tar.gz) on it; may be repeated",
    )  # fmt: skip
    stick.add_argument("--ffmpeg", metavar="FOLDER", type=there, help="put this ffmpeg and ffprobe (static) on it")


def run(args: Namespace, out: Out) -> int:
    """Serve the page, or make a stick. Raises :class:`ToolMissing` without the packages, :class:`UsageError`."""
    if args.action == "stick":
        return _make_stick(args, out)
    if args.passphrase_fd is not None:
        raise UsageError(
            f"Expected the passphrase on the page, found --passphrase-fd {args.passphrase_fd}; it is for 'field stick'."
        )
    try:
        from tamizdat.field.server import serve
    except ImportError:
        raise ToolMissing(f"The page needs packages that are not installed. {REMEDY}") from None
    refuse_exposed_swap(args.allow_swap)

    windows = []

    def ready(address: str, started: bool, in_memory: bool) -> None:
        if started:
            windows.append(address)
            out.say("The page is open in a window of its own. Closing it, or Ctrl-C, ends this.")
            if not in_memory:
                out.warn("Its profile lies on a disk until it ends: this system has no folder in memory.")
        else:
            ended = "The window did not stay open. " if windows else ""
            out.say(f"{ended}Open this address in a private window. It works once, in one tab; Ctrl-C ends it.")
            out.show(f"\n  {address}\n")
        out.record({"serving": None if started else address, "browser": started})

    serve(args.home, args.port, not args.no_browser, ready)
    return 0


def _make_stick(args: Namespace, out: Out) -> int:
    from tamizdat.field.stick import make_stick

    proxy = None
    if args.wheels is None:
        home = open_home(args, "desk")  # which may have a proxy that everything goes through
        proxy = None if home.proxy is None else str(home.proxy)
        if proxy is not None and not proxy.startswith("http"):
            raise UsageError(
                f"Expected an HTTP proxy for pip to fetch packages through, found {proxy}: pip cannot go that way, and "
                "nothing may leave by another. Fetch the packages elsewhere and give the folder: --wheels FOLDER."
            )
    with out.progress(None, "making the stick"):
        digest = make_stick(args.folder, args.wheels, args.targets, args.python, args.ffmpeg, proxy)
    out.say(
        f"The stick in {args.folder} is ready: start-linux.desktop, start-linux.sh or start-macos.command starts it. "
        "Compare this digest with whoever gets it, by another way ('sha256sum SHA256SUMS' in its folder “program”):"
    )
    out.show("\n  " + " ".join(digest[at : at + 4] for at in range(0, 32, 4)))
    out.show("  " + " ".join(digest[at : at + 4] for at in range(32, 64, 4)) + "\n")
    out.record({"stick": str(args.folder), "sha256": digest})
    return 0
