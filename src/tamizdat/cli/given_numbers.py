"""What the numbers are of that a command is given: each by itself, and what lies in ranges (``20-44``)."""

from collections.abc import Callable, Sequence

from tamizdat.archive import Archive
from tamizdat.cli.console import Out
from tamizdat.cli.terminal_text import counted
from tamizdat.errors import UsageError
from tamizdat.text.number_ranges import by_themselves, told


def not_meant(archive: Archive, number: int, expected: str, action: str = "release") -> UsageError:
    """Return the refusal of a number of something else, with the command that it is for, where there is one."""
    version, file = archive.index.posts.version(number), archive.index.item(number)
    if file and file.kind == "preview":
        of = archive.index.shown_by(file)
        then = f"the preview of {of.number}: 'tamizdat publish {action} {of.number}'" if of else ""
        found = then or "a preview, which no edition shows"
    elif archive.index.people.person(number):
        found = f"that of a person: 'tamizdat people {action} {number}'"
    elif archive.index.stories.story(number):
        found = f"that of a story: 'tamizdat story {action} {number}'"
    elif version and action == "release":
        first = archive.index.releases.numbers()[version.post]
        found = f"that of a version of post {first}: 'tamizdat publish release {first} --version {number}'"
    elif version:
        found = f"that of a version of post {archive.index.releases.numbers()[version.post]}"
    else:
        found = "which is none. 'tamizdat publish list' and 'tamizdat people' show the numbers"
    return UsageError(f"Expected {expected}, found {number}, {found}.")


def found_in_ranges(typed: Sequence[range], may_be_meant: Callable[[int], bool], what: str, out: Out) -> list[int]:
    """Return the numbers in ranges that *may be meant*; it is told how many others were passed over.

    Raises :class:`UsageError` if there are only ranges, and nothing in them.
    """
    named, ranged = by_themselves(typed)
    found = [number for number in ranged if may_be_meant(number)]
    if ranged and not named and not found:
        raise UsageError(f"Expected the number of {what}, found none in {told(typed)}.")
    if passed := len(ranged) - len(found):
        out.say(f"Passed over: {counted(passed, 'number')} of the ranges, not of {what}.")
    return found
