"""The links of a report, in their order: a large site has a million, and nearly all of them say the same.

Of every :data:`TOGETHER` of them the names, verdicts and reasons are kept compressed, as JSON: some five bytes for each
link of a sound item. Who goes through them gets each as it was.
"""

import json
import zlib
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final, NamedTuple

TOGETHER: Final = 2048  #: links that are compressed together


class Verdict(StrEnum):
    """What is known of one link."""

    PROVED = "proved"
    VOUCHED = "vouched"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class Link(NamedTuple):
    """One link of the chain, by the name that ``docs/spec/verification.md`` gives it."""

    name: str
    verdict: Verdict
    detail: str


class Links(Iterable[Link]):
    """All links of a report; only at its end others are added."""

    def __init__(self) -> None:
        self._compressed: list[bytes] = []
        self._last: list[Link] = []  #: those that are not compressed yet
        self._count = 0

    def append(self, link: Link) -> None:
        """Add one."""
        self._last.append(link)
        self._count += 1
        if len(self._last) == TOGETHER:
            self._compress()

    def extend(self, others: "Links") -> None:
        """Add others, in their order."""
        self._compress()
        self._compressed += others._compressed
        self._last, self._count = [*others._last], self._count + others._count

    def _compress(self) -> None:
        if self._last:
            self._compressed.append(zlib.compress(json.dumps(self._last).encode(), 1))
            self._last = []

    def __iter__(self) -> Iterator[Link]:
        verdicts = {each.value: each for each in Verdict}
        for some in self._compressed:
            for name, verdict, detail in json.loads(zlib.decompress(some)):
                yield Link(name, verdicts[verdict], detail)
        yield from self._last

    def __len__(self) -> int:
        return self._count
