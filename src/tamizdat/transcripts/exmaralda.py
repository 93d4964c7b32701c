"""EXMARaLDA (``.exb``), in which linguists write down what several people say: XML of tiers (:mod:`.tiers`).

::

    <basic-transcription><head>…<speakertable><speaker id="SPK0"><abbreviation>LIN</abbreviation></speaker>…</head>
    <basic-body><common-timeline><tli id="T0" time="0.0"/><tli id="T1"/><tli id="T2" time="2.5"/></common-timeline>
    <tier id="TIE0" speaker="SPK0" type="t" display-name="LIN [v]"><event start="T0" end="T1">They </event>…</tier>…

Tiers of the type ``t`` are what is said; ``d`` describes, ``a`` comments, and these count as tiers below. A point of
the timeline without a time lies evenly between those that have one.
"""

import re
from collections.abc import Mapping
from typing import Final

from tamizdat.errors import BadPacket
from tamizdat.transcripts.cues import MAX_TIME, Found, Told
from tamizdat.transcripts.tier_xml import MAX_PARTS, TierXml
from tamizdat.transcripts.tiers import Tier, chosen

SAID: Final = "t"  #: the type of a tier of words that are said
_SECONDS: Final = re.compile(r"\d{1,6}(?:\.\d{1,20})?", re.ASCII)
_ABOUT: Final = "what is said"  #: that other tiers are below


def read(text: str, tiers: tuple[str, ...] = ()) -> Found:
    """Read the named *tiers* of a file, else those of what is said. Raises :class:`BadPacket`, with its line."""
    reader = _Reader()
    reader.xml.read(text)
    return chosen(reader.finished(), tiers, reader.told)


class _Reader:
    """What is open while a file is read, and what was read of it."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.xml = TierXml(
            "EXMARaLDA",
            "basic-transcription",
            self._start,
            self._text,
            " Of a segmented transcription save the basic one.",
        )
        self._points: dict[str, int | None] = {}
        self._speakers: dict[str, str] = {}
        self._speaker = ""
        self._tiers: list[tuple[Tier, str, list[tuple[int, str, str, list[str]]]]] = []
        self._count = 0

    def finished(self) -> list[Tier]:
        """Return the tiers, each part with its time."""
        points = _between(self._points)
        for tier, speaker, events in self._tiers:
            tier.speaker = self._speakers.get(speaker, "").strip()
            for line, start, end, words in events:
                first, last = points.get(start), points.get(end)
                if first is not None and last is not None:
                    tier.add(line, first, last, "".join(words))
                elif "".join(words).strip():
                    tier.told.append(Told(line, "words without a time were left out", True))
        return [tier for tier, _, _ in self._tiers]

    def _start(self, name: str, said: dict[str, str]) -> None:
        if name == "tli":
            self._points[said.get("id", "")] = self._time(said["time"]) if said.get("time", "").strip() else None
        elif name == "speaker":
            self._speaker = said.get("id", "")
        elif name == "tier":
            below = "" if said.get("type") == SAID else _ABOUT
            tier = Tier(said.get("display-name") or said.get("id", ""), below=below)
            self._tiers.append((tier, said.get("speaker", ""), []))
        elif name == "event" and self._tiers:
            self._tiers[-1][2].append((self.xml.line, said.get("start", ""), said.get("end", ""), []))
            self._count += 1
            if self._count > MAX_PARTS:
                raise BadPacket(f"Expected at most {MAX_PARTS:,} events, found more.")

    def _time(self, value: str) -> int:
        if not _SECONDS.fullmatch(value.strip()) or float(value) * 1000 > MAX_TIME:
            self.xml.refuse(f"expected a time in seconds, within a day, found {value[:40]!a}.")
        return round(1000 * float(value))

    def _text(self, text: str) -> None:
        if self.xml.open[-1] == "event" and self._tiers and self._tiers[-1][2]:
            self._tiers[-1][2][-1][3].append(text)
        elif self.xml.open[-1] == "abbreviation" and self._speaker:
            self._speakers[self._speaker] = self._speakers.get(self._speaker, "") + text


def _between(points: Mapping[str, int | None]) -> dict[str, int | None]:
    """Return points with a time each, if one before and one behind have one."""
    found, waiting = dict(points), list[str]()
    last: int | None = None
    for name, time in points.items():
        if time is None:
            waiting.append(name)
            continue
        if last is not None:
            for at, each in enumerate(waiting, 1):
                found[each] = last + (time - last) * at // (len(waiting) + 1)
        waiting, last = [], time
    return found
