"""The verbs, and the options that mean the same in all of them.

The table :data:`VERBS` is the whole command line: a verb's name, one line about it, and which of the common
options it takes. Everything else about a verb stands in its own file, ``cli/<name>.py``.
"""

import argparse
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

from tamizdat.cli.terminal_text import WIDTH, wrap
from tamizdat.dataclass import dataclass
from tamizdat.errors import UsageError
from tamizdat.text.number_ranges import number_or_range


@dataclass(frozen=True)
class Verb:
    """One verb, and which of the common options it takes.

    *changes*: it takes --dry-run. *home*: it works in a field or desk folder. *secret*: it asks for a passphrase, so it
    takes --passphrase-fd. *swap*: it handles secrets that must not be swapped out: --allow-swap.
    """

    name: str
    summary: str
    changes: bool = False
    home: bool = True
    secret: bool = False
    swap: bool = False

    @property
    def module(self) -> str:
        """The name of the module that holds it."""
        return f"tamizdat.cli.{self.name}"


VERBS: Final = (
    Verb("setup", "make a field device or a desk of a folder", changes=True, secret=True, swap=True),
    Verb("keys", "print keys, add a field device, recovery key, new keys", changes=True, secret=True, swap=True),
    Verb("places", "add storage places, test their speed and rights", changes=True, secret=True, swap=True),
    Verb("seal", "seal a card so that only the desk can read it, and send it", changes=True, secret=True, swap=True),
    Verb("send", "go on sending what is sealed and not yet away", changes=True, secret=True, swap=True),
    Verb("status", "what is sealed, sent, received, and what remains to be done", secret=True, swap=True),
    Verb("receive", "fetch, check and open what the field has sent", changes=True, secret=True, swap=True),
    Verb("wipe", "delete from a card what the desk has proved to hold", changes=True, secret=True, swap=True),
    Verb("field", "seal, send and wipe on a page in a browser of its own", secret=True, swap=True),
    Verb("panic", "destroy the keys and names of this field device, at once", changes=True),
    Verb("export", "give a card back: files, names and times, checked", changes=True, secret=True, swap=True),
    Verb("collect", "take in posts: an export, a feed, an account; web pages", changes=True, secret=True, swap=True),
    Verb("find", "search posts, translations, clips and people", secret=True, swap=True),
    Verb("people", "the list of people: show, import, export, change", changes=True, secret=True, swap=True),
    Verb("translate", "translations: what waits, packets out and in", changes=True, secret=True, swap=True),
    Verb("transcript", "transcripts of clips: subtitles in and out", changes=True, secret=True, swap=True),
    Verb("redact", "cover the people in clips and pictures; who is in them", changes=True, secret=True, swap=True),
    Verb("story", "stories of chapters: text in and out, release", changes=True, secret=True, swap=True),
    Verb(
        "reading", "the reading of names: recordings, whose name, who consented", changes=True, secret=True, swap=True
    ),
    Verb("desk", "the workbench, in a browser", secret=True, swap=True),
    Verb("publish", "build the site from what is released", changes=True, secret=True, swap=True),
    Verb("forget", "destroy what was said; that something was there stays", changes=True, secret=True, swap=True),
    Verb("backup", "back up the desk, sealed to the recovery key", changes=True, secret=True, swap=True),
    Verb("objects", "keep objects on a place: move them there, back", changes=True, secret=True, swap=True),
    Verb("check", "re-hash every object, re-read copies, repair them", changes=True, secret=True, swap=True),
    Verb("mirror", "copy a site, check it, serve it; witness the ledgers of others", changes=True),
    Verb("verify", "check a published site, or one proof, as a reader", home=False),
    Verb("demo", "the whole way, on this computer, with made-up material", changes=True, home=False),
)


#: what argparse says, and what we say, from Python 3.11 on
AS_THE_LIBRARY_SAYS: Final = (
    (r"^the following arguments are required: (.*)", r"Expected \1, found nothing"),
    (r"^one of the arguments (.*) is required", r"Expected one of \1, found none"),
    (r"^argument (.*): not allowed with argument (.*)", r"Expected \1 or \2, found both"),
    (r"^argument (?:ACTION|VERB): invalid", "invalid"),
    (r"invalid choice: (.*?) \(choose from (.*)\)", r"expected one of \2; found \1"),
    ("invalid int value:", "expected a number, found"),
)


class Parser(argparse.ArgumentParser):
    """A parser of the standard library that raises instead of exiting and fits 80 columns."""

    verb: Verb | None = None
    needs_action = True  #: whether a verb with second words can do nothing without one
    _actions_of_verb: "argparse._SubParsersAction[Parser] | None" = None

    def __init__(self, **options: Any) -> None:
        options.setdefault("formatter_class", _Help)
        super().__init__(allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        """Raise :class:`UsageError` with what was wrong, and where the help is."""
        for pattern, words in AS_THE_LIBRARY_SAYS:
            message = re.sub(pattern, words, message)
        if message == "Expected ACTION, found nothing" and self._actions_of_verb:
            message = f"Expected what to do, one of: {', '.join(self._actions_of_verb.choices)}. Found nothing"
        raise UsageError(f"{message[:1].upper()}{message[1:]}.\nRun '{self.prog} --help' to see what it takes.")

    def parse_known_args(  # type: ignore[override]  # the library's overloads are for namespaces of other kinds
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Refuse what is left over here, where the verb and its second word are known, whose help is named."""
        parsed, left = super().parse_known_args(args, namespace or argparse.Namespace())
        if left:
            self.error(f"unrecognized arguments: {' '.join(left)}")
        return parsed, left

    def action(self, name: str, summary: str, description: str | None = None) -> "Parser":
        """Add a second word after the verb (``places add``), with the verb's common options, and return its parser."""
        if self._actions_of_verb is None:
            self._actions_of_verb = self.add_subparsers(dest="action", required=self.needs_action, metavar="ACTION")
        parser = self._actions_of_verb.add_parser(name, help=summary, description=description or sentence(summary))
        if self.verb:
            add_common(parser, self.verb)
        return parser


class _Help(argparse.RawDescriptionHelpFormatter):
    """Help for 80 columns whatever the terminal, so that the manual is the same everywhere; paragraphs stay apart."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=WIDTH - 2, max_help_position=28)

    def add_argument(self, action: argparse.Action) -> None:
        """Count a second word with its indentation, so that the longest has its summary beside it."""
        super().add_argument(action)
        if isinstance(action, argparse._SubParsersAction):
            longest = max(map(len, action.choices), default=0)
            self._action_max_length = max(self._action_max_length, longest + self._current_indent + 2)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return wrap(text, WIDTH - 2)


def add_numbers(parser: argparse.ArgumentParser, nargs: str, what: str) -> None:
    """Add ``numbers`` as everybody writes them, ``17 20-44``: a list of ranges, one of a single number too."""
    parser.add_argument("numbers", metavar="NUMBER", type=number_or_range, nargs=nargs, help=what)


def there(text: str) -> Path:
    """Return the path that was typed, of something to be read: it is looked for before a passphrase is asked for.

    Raises :class:`UsageError`.
    """
    path = Path(text)
    try:
        found = path.exists()
    except (OSError, ValueError):  # no name that the system takes
        found = False
    if not found:
        raise UsageError(
            f"Expected the name of a file or folder, found none called '{text}'. Check name and folder; is the "
            "disk or card plugged in?"
        )
    return path


def sentence(summary: str) -> str:
    """Return *summary* as a sentence."""
    return f"{summary[:1].upper()}{summary[1:]}."


def add_common(parser: argparse.ArgumentParser, verb: Verb) -> None:
    """Add the common options of *verb*.

    They have no defaults here: these are set once, at the root, by :func:`defaults`, so that an option may stand before
    or after a second word (``places --json test`` and ``places test --json``).
    """

    def add(*flags: str, **settings: Any) -> None:
        group.add_argument(*flags, default=argparse.SUPPRESS, **settings)

    group = parser.add_argument_group("common options")
    if verb.home:
        add("--home", metavar="DIR", type=Path, help="the field or desk folder (else $TAMIZDAT_HOME, else ~/.tamizdat)")
    if verb.changes:
        add("--dry-run", action="store_true", help="say what would be done, and change nothing")
    if verb.secret:
        add("--passphrase-fd", metavar="N", type=int, help="read the passphrase from file descriptor N, not a terminal")
    if verb.swap:
        add("--allow-swap", action="store_true", help="go on although unencrypted swap may keep secrets on the disk")
    add("--json", action="store_true", help="one JSON object per line instead of words")


def defaults(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return what the common options are when they are not given."""
    home = environment.get("TAMIZDAT_HOME") or "~/.tamizdat"
    return {
        "home": Path(home).expanduser(),
        "dry_run": False,
        "passphrase_fd": None,
        "allow_swap": False,
        "json": False,
    }
