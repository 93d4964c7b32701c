"""A page for who has never opened a terminal: set up, choose a card, seal, send, type the receipt, wipe, panic.

'tamizdat field' serves it on this computer only and opens it in a browser of its own, whose profile lies in memory and
is deleted when this ends: when the window is closed and no work goes on, or by Ctrl-C. Nothing is shown to any other
tab, browser or user of this computer. It locks itself after ten minutes in which nobody did anything; work goes on.
"""

from argparse import Namespace

from tamizdat.cli.console import Out
from tamizdat.cli.parser import Parser
from tamizdat.cli.swap import refuse_exposed_swap
from tamizdat.errors import ToolMissing


def add(parser: Parser) -> None:
    """Declare what ``field`` takes."""
    parser.add_argument("--port", metavar="N", type=int, default=0, help="where it is served (default: any free port)")
    parser.add_argument("--no-browser", action="store_true", help="print the address instead of opening a browser")


def run(args: Namespace, out: Out) -> int:
    """Serve the page. Raises :class:`ToolMissing` without the packages."""
    try:
        from tamizdat.field.server import serve
    except ImportError:
        raise ToolMissing(
            "The page needs packages that are not installed. Run 'make setup' in the folder of tamizdat's source: it "
            "installs them, each held to its digest."
        ) from None
    refuse_exposed_swap(args.allow_swap)

    def ready(address: str, started: bool, in_memory: bool) -> None:
        if started:
            out.say("The page is open in a window of its own. Closing it, or Ctrl-C, ends this.")
            if not in_memory:
                out.warn("Its profile lies on a disk until it ends: this system has no folder in memory.")
        else:
            out.say("Open this address in a private window. It works once, in one tab; Ctrl-C ends it.")
            out.show(f"\n  {address}\n")
        out.record({"serving": None if started else address, "browser": started})

    serve(args.home, args.port, not args.no_browser, ready)
    return 0
