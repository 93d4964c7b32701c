"""ELAN (``.eaf``), in which linguists write down what is said: XML of tiers (:mod:`.tiers`).

::

    <ANNOTATION_DOCUMENT …><TIME_ORDER><TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="1000"/>…</TIME_ORDER>
    <TIER TIER_ID="tx@Tenzin" PARTICIPANT="Tenzin" …><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1"
      TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts2"><ANNOTATION_VALUE>They are gone.</ANNOTATION_VALUE>…
    <TIER TIER_ID="ft@Tenzin" PARENT_REF="tx@Tenzin" …><REF_ANNOTATION ANNOTATION_ID="a2" ANNOTATION_REF="a1">…

An annotation that refers to another has the time of that. Several of one tier that refer to one are one cue, in their
order, as a player shows the sentence that they part. A border that nobody set, between words that follow each other,
lies where ELAN draws it: evenly between those that were set. Where the film lies (a path on somebody's computer) is
never told; that it begins elsewhere than the times is.
"""

import re
from itertools import pairwise
from typing import Final

from tamizdat.errors import BadPacket
from tamizdat.transcripts.cues import MAX_TIME, Found, Told
from tamizdat.transcripts.tier_xml import MAX_DEPTH, MAX_PARTS, TierXml
from tamizdat.transcripts.tiers import Tier, chosen, counted

_MILLISECONDS: Final = re.compile(r"\d{1,12}", re.ASCII)


class _Part:
    """An annotation: its two slots, or the other annotation that it refers to."""

    __slots__ = ("after", "line", "name", "of", "slots", "words")

    def __init__(self, line: int, said: dict[str, str]) -> None:
        self.line, self.name = line, said.get("ANNOTATION_ID", "")
        self.slots = (said.get("TIME_SLOT_REF1", ""), said.get("TIME_SLOT_REF2", ""))
        self.of, self.after = said.get("ANNOTATION_REF", ""), said.get("PREVIOUS_ANNOTATION", "")
        self.words = ""


def read(text: str, tiers: tuple[str, ...] = ()) -> Found:
    """Read the named *tiers* of a file, else those that stand for themselves.

    Raises :class:`BadPacket`, with its line, for what is no such file.
    """
    reader = _Reader()
    reader.xml.read(text)
    return chosen(reader.finished(), tiers, reader.told)


class _Reader:
    """What is open while a file is read, and what was read of it."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.xml = TierXml("ELAN", "ANNOTATION_DOCUMENT", self._start, self._text)
        self._slots: dict[str, int | None] = {}
        self._tiers: list[tuple[Tier, list[_Part]]] = []
        self._parts: dict[str, _Part] = {}

    def finished(self) -> list[Tier]:
        """Return the tiers, each part with its time."""
        for _, parts in self._tiers:
            self._spread(parts)
        own = {tier.name: tier for tier, _ in self._tiers}
        for tier, parts in self._tiers:
            if tier.below and tier.below not in own:
                tier.below = ""  # what it belonged to is not in the file: it stands for itself
            tier.speaker = tier.speaker or self._speaker_above(tier, own)
            joined = 0
            for (start, end), together in self._timed(tier, parts):
                joined += len(together) > 1
                words = [each.words.strip() for each in _in_order(together)]
                tier.add(together[0].line, start, end, " ".join(filter(None, words)))
            if joined:
                many = counted(joined, "cue")
                tier.told.append(Told(0, f"{many} of the tier {tier.shown_name} joined of parts, with spaces between"))
        return [tier for tier, _ in self._tiers]

    def _timed(self, tier: Tier, parts: list[_Part]) -> list[tuple[tuple[int, int], list[_Part]]]:
        """Return annotations with their times; those that refer to others, together by what time that is."""
        alone: list[tuple[tuple[int, int], list[_Part]]] = []
        referring: dict[tuple[int, int], list[_Part]] = {}
        for each in parts:
            span = self._span(each)
            if span is None:
                if each.words.strip():
                    tier.told.append(Told(each.line, "words without a time were left out", True))
            elif each.of:
                referring.setdefault(span, []).append(each)
            else:
                alone.append((span, [each]))
        return [*alone, *referring.items()]

    def _speaker_above(self, tier: Tier, own: dict[str, Tier]) -> str:
        for _ in range(MAX_DEPTH):
            if tier.speaker or not tier.below:
                break
            tier = own[tier.below] if tier.below in own else Tier("")
        return tier.speaker

    def _span(self, part: _Part) -> tuple[int, int] | None:
        """Return when an annotation begins and ends; None if nothing tells it."""
        for _ in range(MAX_DEPTH):
            if not part.of:
                start, end = (self._slots.get(each) for each in part.slots)
                return None if start is None or end is None else (start, end)
            if part.of not in self._parts:
                return None
            part = self._parts[part.of]
        return None

    def _spread(self, parts: list[_Part]) -> None:
        """Give a time to borders that nobody set, between two that were."""
        chain: list[str] = []
        for before, each in pairwise([None, *parts]):
            assert each is not None, "only the first is none"
            if before and before.slots[1] == each.slots[0]:
                chain.append(each.slots[1])
            else:
                chain = [*each.slots]
            first, last = self._slots.get(chain[0]), self._slots.get(chain[-1])
            if last is not None:
                for at, slot in enumerate(chain[1:-1] if first is not None else (), 1):
                    assert first is not None
                    self._slots[slot] = first + (last - first) * at // (len(chain) - 1)
                chain = chain[-1:]

    def _start(self, name: str, said: dict[str, str]) -> None:
        if name == "HEADER" and said.get("TIME_UNITS", "milliseconds") != "milliseconds":
            units = said["TIME_UNITS"][:40]
            self.xml.refuse(f"expected times in milliseconds, found {units!a}. Save the file anew in ELAN.")
        if name == "MEDIA_DESCRIPTOR" and said.get("TIME_ORIGIN", "0").strip() not in ("", "0"):
            begins = said["TIME_ORIGIN"][:20]
            self.told.append(
                Told(
                    self.xml.line,
                    f"a film or sound of this file begins at {begins!a} ms; the times are taken as they are",
                )
            )
        elif name == "TIME_SLOT":
            self._slots[said.get("TIME_SLOT_ID", "")] = self._time(said["TIME_VALUE"]) if "TIME_VALUE" in said else None
        elif name == "TIER":
            tier = Tier(said.get("TIER_ID", ""), said.get("PARTICIPANT", "").strip(), said.get("PARENT_REF", ""))
            tier.language = said.get("LANG_REF", "")
            self._tiers.append((tier, []))
        elif name in ("ALIGNABLE_ANNOTATION", "REF_ANNOTATION") and self._tiers:
            part = _Part(self.xml.line, said)
            self._tiers[-1][1].append(part)
            self._parts[part.name] = part
            if len(self._parts) > MAX_PARTS:
                raise BadPacket(f"Expected at most {MAX_PARTS:,} annotations, found more.")

    def _time(self, value: str) -> int:
        if not _MILLISECONDS.fullmatch(value.strip()) or int(value) > MAX_TIME:
            self.xml.refuse(f"expected a time in milliseconds, found {value[:40]!a}.")
        return int(value)

    def _text(self, text: str) -> None:
        if "ANNOTATION_VALUE" in self.xml.open and self._tiers and self._tiers[-1][1]:
            self._tiers[-1][1][-1].words += text


def _in_order(parts: list[_Part]) -> list[_Part]:
    """Return annotations of one sentence, each behind the one that it says it follows."""
    own, follows = {each.name for each in parts}, {each.after: each for each in parts}
    made: dict[int, _Part] = {}
    for first in [*(each for each in parts if each.after not in own), *parts]:
        at: _Part | None = first
        while at is not None and id(at) not in made:
            made[id(at)] = at
            at = follows.get(at.name)
    return [*made.values()]
