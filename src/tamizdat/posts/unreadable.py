"""Why nothing could be read of an export, and what to do: said instead of what might have lain in it.

Of a zip under a password, or a download that was cut off, nobody can tell which export it is. To name the formats that
are read would send a person looking for another export, where only the unpacking failed.
"""

from collections.abc import Sequence
from typing import Final

from tamizdat.errors import DamagedInput, UsageError
from tamizdat.posts.report import IngestReport

#: what to do about a problem, by its kind; a person is told the first of these that was met
ADVICE: Final = {
    "encrypted": "Unpack it with its password, and collect the folder.",
    "packing": "Unpack it with the program that packed it, and collect the folder.",
    "truncated": "Copy or download it again; or unpack by hand what can be, and collect the folder.",
    "damaged": "Copy or download it again; or unpack by hand what can be, and collect the folder.",
}
#: of these, only where nothing else is in it: beside files that can be read they are no reason
ALONE: Final = {
    "link": "Collect the folder that the link leads to, or a copy of it without links.",
    "bomb": "Ask who made it what it is, before anyone unpacks it.",
    "path": "Ask who made it what it is; rename the file, if it is yours.",
}


def check_readable(names: Sequence[str], opening: IngestReport) -> None:
    """Raise :class:`DamagedInput` if something kept the files from being read, :class:`UsageError` if there are none.

    *names* are those of the files that can be read, *opening* what was wrong with all others.
    """
    for kind, advice in (ADVICE if names else ADVICE | ALONE).items():
        if first := next((each for each in opening.problems if each.kind == kind), None):
            number = opening.kinds[kind]
            others = f" The same holds of {number - 1:,} more." if number > 1 else ""
            raise DamagedInput(
                f"Expected an export that can be read, found none: {first}{others} Nothing was taken. {advice}"
            )
    if not names:
        raise UsageError(
            "Expected an export, found no file in it. Nothing was taken. Look whether it is the one you mean, and "
            "whether it was written to its end; else copy or download it again."
        )
