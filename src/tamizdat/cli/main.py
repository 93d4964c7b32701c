"""``tamizdat VERB …``: find the verb's file, run it, and turn what it raises into a message and an exit code.

A verb is one file, ``cli/<verb>.py``, and one line in :data:`tamizdat.cli.parser.VERBS`. Its docstring is its
help; ``add`` declares what it takes beside the common options, ``run`` does it::

    \"\"\"Send what is sealed and not yet away.

    Rerunning goes on where the last run stopped.   <- the help shows these paragraphs, wrapped
    \"\"\"

    def add(parser: Parser) -> None:
        parser.add_argument("--place", metavar="NAME", help="only to this place")
        # a second word:  parser.action("add", "add a storage place").add_argument(…)  -> args.action == "add"

    def run(args: Namespace, out: Out) -> int:
        device = open_device(args.home)                          # Path; also args.dry_run, args.json
        refuse_exposed_swap(args.allow_swap)                     # verbs with swap=True (cli.swap)
        passphrase = ask_passphrase(args.passphrase_fd, "the key of this device")   # secret=True (cli.passphrase)
        with out.progress(total, "sending") as progress:         # also given to rooms as a callable: progress.advance
            …
        out.say("Everything is away.")                           # words for people
        out.record({"sent": parcels})                            # the same for --json
        return 0                                                 # 0 done, 1 work remains or the check failed

A verb raises what is in :mod:`tamizdat.errors` and catches only what it can put right. Nothing but this file
turns an error into an exit code:

======  ==========================================================
code    meaning
======  ==========================================================
0       done
1       the check failed, or work remains: run it again
2       wrong usage
3       damaged or hostile input
130     interrupted; run it again to go on
======  ==========================================================
"""

import ctypes
import errno
import gc
import importlib
import os
import sys
import threading
import traceback
from argparse import Namespace
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, TextIO, cast

from tamizdat import __version__
from tamizdat.cli.console import Out
from tamizdat.cli.garbage import garbage_waits
from tamizdat.cli.parser import VERBS, Parser, Verb, add_common, defaults, sentence
from tamizdat.cli.terminal_text import paragraphs, wrap
from tamizdat.errors import PlaceUnreachable, StorageFull, StorageRefused, TamizdatError, UsageError

DESCRIPTION: Final = (
    "Carries words and footage out from under threat, and publishes them so that anyone can check them."
)
#: what each job begins with: commands as they are typed, and what for
FIRST: Final = {
    "To try it": (("demo", "the whole way, with made-up material"),),
    "In the field": (
        ("setup field", "make a field device, with the desk's invitation"),
        ("field", "seal, send and wipe on a page in a browser"),
        ("seal CARD --send", "seal a card so that only the desk can read it"),
        ("send", "go on sending what is not yet away"),
        ("wipe CARD", "delete what the desk has proved to hold"),
        ("panic", "destroy this device's keys and names, at once"),
    ),
    "At the desk": (
        ("setup desk", "make the desk of this computer"),
        ("keys invite NAME", "invite a field device"),
        ("places add NAME", "where the field puts what the desk fetches"),
        ("receive", "fetch, check and open what the field has sent"),
        ("collect FILE", "take in posts: an export, a feed, an account"),
        ("desk", "the workbench, in a browser"),
        ("publish", "build the site from what is released"),
        ("backup FOLDER", "back up the desk, sealed"),
    ),
    "As a reader, or who passes it on": (
        ("verify SITE", "check a published site, or one proof"),
        ("mirror SITE FOLDER", "copy a site, and check it"),
    ),
}
EXIT_CODES: Final = {
    0: "done",
    1: "the check failed, or work remains: run it again",
    2: "wrong usage",
    3: "damaged or hostile input",
    130: "interrupted; run it again to go on",
}
INTERRUPTED: Final = 130
PR_SET_DUMPABLE: Final = 4  #: of prctl(2), <linux/prctl.h>
FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
#: errors of the line, by name: their modules are not loaded by commands that need no network
OF_THE_LINE: Final = ("gaierror", "herror", "SSLError", "SSLCertVerificationError", "SSLEOFError", "SSLZeroReturnError")
REASONS: Final = {
    errno.EACCES: "permission was denied",
    errno.EPERM: "permission was denied",
    errno.EROFS: "the disk is read-only",
    errno.EIO: "the disk reports an input/output error; it may be failing",
}


class VerbModule(Protocol):
    """What every ``cli/<verb>.py`` offers."""

    def add(self, parser: Parser) -> None:
        """Add the verb's arguments to its parser."""

    def run(self, args: Namespace, out: Out) -> int:
        """Run the verb and return its exit code."""


def run() -> None:
    """Run the command ``tamizdat``, and leave the process: the only place that does."""
    code = start(sys.argv[1:])
    gc.freeze()  # else Python looks for garbage in all that is left once more before it ends
    sys.exit(code)


def start(argv: Sequence[str]) -> int:
    """Run one verb as all that this process does, its memory and the values of a fault kept private; see :func:`main`.

    Whatever begins a process of ours begins it here: the command, and what a stick starts.
    """
    sys.excepthook = report_fault
    threading.excepthook = lambda fault: report_fault(fault.exc_type, fault.exc_value, fault.exc_traceback)
    _keep_memory_private()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    return main(argv)


def main(argv: Sequence[str], stdout: TextIO | None = None, stderr: TextIO | None = None) -> int:
    """Run one verb and return its exit code.

    Help and ``--version`` raise ``SystemExit(0)``, as argparse does. What a verb raises is printed, also the
    :class:`UsageError` of a command without one.
    """
    out = Out("--json" in argv, stdout, stderr)
    try:
        if not argv:
            raise UsageError(_first_words())
        if argv[0].startswith("-") and argv[0] not in ("-h", "--help", "--version"):
            raise UsageError(
                f"Expected a verb first, found {argv[0]!r}. Options stand after it: 'tamizdat status --home DIR'.\n"
                "Run 'tamizdat --help' to see the verbs."
            )
        if not argv[0].startswith("-"):
            _require_verb(argv[0])
        args = build_parser(argv[0]).parse_args(argv)
        args.console = out
        verb = _verb(args.verb)
        if verb.home and (args.home / "panic").exists():
            _finish_panic(args.home, out)
        return load(verb).run(args, out)
    except TamizdatError as error:
        return _fail(out, error)
    except BrokenPipeError:  # the reader of our output has gone: nobody is left to tell
        _discard_stdout()
        return 1
    except OSError as error:
        return _fail(out, storage_error(error))
    except KeyboardInterrupt:
        out.interrupted()
        return INTERRUPTED


def build_parser(only: str | None = None) -> Parser:
    """Return the parser of the whole command line; of the verbs' files only that of *only* is loaded."""
    epilog = "exit codes:\n" + "\n".join(f"  {code:<9} {meaning}" for code, meaning in EXIT_CODES.items())
    parser = Parser(prog="tamizdat", description=DESCRIPTION, epilog=epilog)
    parser.add_argument("--version", action="version", version=f"tamizdat {__version__}")
    parser.set_defaults(**defaults())
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB", title="verbs")
    for verb in VERBS:
        child = verbs.add_parser(verb.name, help=verb.summary, description=sentence(verb.summary))
        if verb.name == only:
            fill(child, verb)
    return parser


def fill(parser: Parser, verb: Verb) -> None:
    """Give *parser* the help and the arguments of *verb*."""
    module = load(verb)
    parser.verb = verb
    parser.description = paragraphs(module.__doc__ or sentence(verb.summary))
    module.add(parser)
    add_common(parser, verb)


def load(verb: Verb) -> VerbModule:
    """Load the file of *verb*. Only one is loaded in a run: a reader who verifies does not load what a desk needs."""
    with garbage_waits():  # modules leave none, and to look for it is a tenth of the start
        return cast(VerbModule, importlib.import_module(verb.module))


def _first_words() -> str:
    """Return what somebody is told who typed ``tamizdat`` alone: the few commands of each job."""
    told = [wrap(DESCRIPTION)]
    for job, commands in FIRST.items():
        told += ["", f"{job}:", *(f"  tamizdat {command:<20} {what}" for command, what in commands)]
    return "\n".join([*told, "", "Run 'tamizdat --help' to see all verbs, 'tamizdat VERB --help' for one of them."])


def _require_verb(name: str) -> None:
    """Raise :class:`UsageError` if there is no such verb, with the one that is spelled like it."""
    names = [verb.name for verb in VERBS]
    if name not in names:
        from difflib import get_close_matches  # most runs need none of it

        near = "".join(f" Is '{each}' meant?" for each in get_close_matches(name, names, 1))
        raise UsageError(f"Expected a verb, found {name!r}.{near}\nRun 'tamizdat --help' to see the verbs.")


def _verb(name: str) -> Verb:
    return next(verb for verb in VERBS if verb.name == name)


def _finish_panic(home: Path, out: Out) -> None:
    from tamizdat.home.panic import finish_panic  # most runs need none of it

    if finish_panic(home):
        out.warn("A panic that had been cut off was finished: the keys and names of this device are destroyed.")


def _fail(out: Out, error: TamizdatError) -> int:
    out.fail(error)
    return error.exit_code


def storage_error(error: OSError) -> TamizdatError:
    """Return our error for what the system refused, or for who did not answer: Python has one kind of error for both.

    It does not name the file: the name may be a source's, and messages get copied.
    """
    if error.errno in FULL:
        return StorageFull(
            "There is no room left on the disk that is written to. Nothing that was finished is lost: "
            "make room, then run the same command again."
        )
    if isinstance(error, TimeoutError | ConnectionError) or type(error).__name__ in OF_THE_LINE:
        from tamizdat.network.exchange import reason as words_of

        return PlaceUnreachable(
            f"Expected an answer, over the network or of another program, found none: {words_of(error)}. Nothing that "
            "was finished is lost: run the same command again."
        )
    reason = REASONS.get(error.errno or 0) or (os.strerror(error.errno) if error.errno else "it does not say why")
    return StorageRefused(f"The system refused a file operation: {reason}. Put that right, then run it again.")


def _keep_memory_private() -> None:
    """Forbid core dumps, and on Linux other processes of the same user to read this one's memory.

    Programs that are started from here (a browser, ffmpeg) have the limit, and are readable again. To a crash handler
    that takes dumps through a pipe (systemd-coredump, apport) Linux gives them whatever the limit is, also at 0; at one
    byte it gives none, and no file has room for one either (fs/coredump.c).
    """
    try:
        import resource
    except ImportError:  # Windows has neither core dumps nor this module
        return
    most = resource.getrlimit(resource.RLIMIT_CORE)[1]
    limit = 1 if sys.platform == "linux" and most != 0 else 0
    resource.setrlimit(resource.RLIMIT_CORE, (limit, limit))
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # a C library without it: the limit above is what there is
            ctypes.CDLL(None, use_errno=True).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def _discard_stdout() -> None:
    """Lead standard output nowhere; without this the interpreter would complain while it closes it."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return


def report_fault(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    """Tell where in our code an error happened that nobody foresaw, but none of the values, which may be secret.

    With ``TAMIZDAT_TRACEBACK=1`` the whole is shown, for whoever mends it.
    """
    if os.environ.get("TAMIZDAT_TRACEBACK") and error is not None:
        sys.__excepthook__(kind, error, trace)
        return
    steps = [f"  {Path(frame.filename).name}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(trace)]
    text = f"This is a fault in tamizdat itself ({kind.__name__}). What was finished before it is kept. Please report:"
    print("\n".join([wrap(text), *steps[-6:]]), file=sys.stderr)


if __name__ == "__main__":
    run()
