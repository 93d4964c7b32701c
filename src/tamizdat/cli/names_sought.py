"""What an operator is told of withheld names that are not looked for in an edition, or only as whole words."""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive
from tamizdat.cli.console import Out
from tamizdat.cli.terminal_text import counted
from tamizdat.errors import TamizdatError
from tamizdat.publishing.leaks.names import is_whole_word, names_of, why_not_sought
from tamizdat.publishing.leaks.scanner import SHORTEST
from tamizdat.publishing.still_named import still_named
from tamizdat.statements.catalogued import PersonEntry, Release

SHOWN: Final = 20  #: names told one by one
NAMED: Final = 10  #: names told in one line


def say_how_sought(entries: Iterable[PersonEntry], out: Out) -> None:
    """Tell which names of people who are not released 'publish' cannot look for, or only as whole words."""
    withheld = [each for each in entries if each.release != Release.PUBLIC]
    names = [(name.strip(), each.elsewhere or ()) for each in withheld for name in names_of(each)]
    told = [(name, why) for name, elsewhere in names if (why := why_not_sought(name, elsewhere))]
    for name, why in told[:SHOWN]:
        out.warn(f"Nothing will keep {name!r} out of an edition: {why}. Read for it yourself, or enter a longer name.")
    if len(told) > SHOWN:
        out.warn(
            f"Nor can {counted(len(told) - SHOWN, 'more name')} be looked for; 'publish --dry-run' tells them all."
        )
    short = [name for name, elsewhere in names if is_whole_word(name) and not why_not_sought(name, elsewhere)]
    if short:
        listed = ", ".join(short[:NAMED]) + (" …" if len(short) > NAMED else "")
        out.say(
            f"Looked for as whole words, written as here, in what the desk says: {listed}. Where such a word is "
            "somebody else, 'elsewhere=' takes the words around it."
        )


def say_still_named(archive: Archive, site: Path, people: Collection[int], out: Out) -> None:
    """Tell where the edition that stands names those of *people* who are withheld by now, and where authors do."""
    try:
        found = still_named(archive, site, people)
    except TamizdatError:  # what is stated is stated
        out.warn("The edition that stands could not be read for names that are withheld now. Run 'tamizdat publish'.")
        return
    if found.desk:
        out.warn(
            f"The edition that stands says the name of somebody who is withheld now, in "
            f"{counted(len(found.desk), 'item')} ({_listed(found.desk)}), for everybody to read. Run 'tamizdat "
            "publish', which tells where and how to change it."
        )
    if found.authors:
        out.warn(
            f"In {counted(len(found.authors), 'released post')} ({_listed(found.authors)}) the author says such a "
            "name: that is theirs to say, and stops no edition. Read what is said there; 'tamizdat publish withdraw "
            "NUMBER' takes a post back."
        )
    if not found.looked:
        out.say("Not all was looked at for names that are withheld now; 'tamizdat publish --dry-run' looks closely.")


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers[:NAMED])) + (" …" if len(numbers) > NAMED else "")


def say_not_sought(names: Sequence[tuple[int, str, str]], out: Out) -> None:
    """Tell which names an edition was not searched for: person, name, and why."""
    for person, name, why in names[:SHOWN]:
        out.warn(f"The name {name!r} of person {person}, who is not released, is not looked for: {why}.")
    if len(names) > SHOWN:
        out.warn(f"The same holds for {counted(len(names) - SHOWN, 'more name')} of people who are not released.")


def say_accounts_not_sought(names: Iterable[str], out: Out) -> None:
    """Tell which *names* of accounts, that are the desk's alone, an edition was not searched for."""
    if short := [name for name in names if len(name.encode()) < SHORTEST]:
        listed = ", ".join(short[:NAMED]) + (" …" if len(short) > NAMED else "")
        out.warn(
            f"Not looked for, since they stand everywhere, are names of accounts under {SHORTEST} bytes: {listed}. "
            "Read for them yourself; whoever joins next can choose a longer one."
        )
