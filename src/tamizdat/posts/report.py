"""What a collecting took, what it did not take, and why.

A *problem* is damage, or hostility, in what we were given: the exit code is 3 then. What was *left* was left on
purpose (private messages, advertising data, …) or was never there (a picture the export lacks), and is no damage.
"""

from collections import Counter
from dataclasses import field
from typing import Final

from tamizdat.dataclass import dataclass

KEPT: Final = 200  #: problems told in full; of the others the number

KINDS: Final = {
    "syntax": "it breaks the rules of its format, but could be read",
    "damaged": "it cannot be read",
    "encrypted": "it is locked with a password",
    "packing": "it needs another program to unpack it",
    "truncated": "it ends too early",
    "encoding": "its bytes are not in the encoding they should be in",
    "form": "something that makes it a post is missing",
    "size": "it is larger than such a thing can be",
    "bomb": "it would unpack to more than anyone packs",
    "path": "its name leads out of the export, or hides",
    "link": "it is a link and not a file",
    "count": "the export's own list says another number",
    "missing": "the export's own list has it, the export does not",
    "time": "the time it says it was posted cannot be right",
    "duplicate": "two posts of one identity contradict each other",
    "text": "its text holds unpaired surrogates; they were replaced",
    "signature": "its signature is not that of the account it names",
    "limit": "so much of it is damaged that reading on was given up",
}


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong. *where* is a file of the export, *offset* a byte in it."""

    kind: str
    where: str
    offset: int | None = None
    detail: str = ""

    def __str__(self) -> str:
        at = f"{self.where}" if self.offset is None else f"{self.where}, byte {self.offset:,}"
        return f"{at}: {KINDS[self.kind]}{f' ({self.detail})' if self.detail else ''}."


@dataclass
class IngestReport:
    """The report of one collecting."""

    format: str = ""
    found: int = 0  #: posts that could be read
    new: int = 0
    already: int = 0  #: known, and unchanged
    edited: int = 0
    gone: int = 0
    back: int = 0  #: seen again after they had been gone
    removals: int = 0  #: words of the platform that a post is gone, known or new
    media: int = 0  #: new files
    files: int = 0  #: new files that hold posts
    private: int = 0  #: new posts that were not written for the public
    strays: int = 0  #: pictures and clips whose posts are not in the export, which were kept
    absent: int = 0  #: posts of an earlier export that are not in this whole one, and nobody says why
    left: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)  #: sentences about the whole export, for the person who collects it
    problems: list[Problem] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)

    def problem(self, kind: str, where: str, offset: int | None = None, detail: str = "") -> None:
        """Note a problem; beyond :data:`KEPT` only that there was one."""
        assert kind in KINDS
        self.kinds[kind] += 1
        if len(self.problems) < KEPT:
            self.problems.append(Problem(kind, where, offset, detail))

    @property
    def empty(self) -> bool:
        """Tell whether nothing was found: no post, and no word about one."""
        return not self.found and not self.removals

    @property
    def damaged(self) -> bool:
        """Tell whether what we were given is damaged or hostile, in part at least."""
        return bool(self.kinds)
