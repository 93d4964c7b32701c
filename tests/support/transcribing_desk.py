"""A clip of a card, at a desk in a test: something that begins as an MP4 does, and what is said in it."""

from collections.abc import Sequence
from typing import Final

from tamizdat.archive import Archive
from tamizdat.encoding import Json
from tamizdat.keys import SigningKey
from tamizdat.ledger.signing import sign_statement
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.statements.transcribed import Cue
from tamizdat.translation.proposals import review, tag
from tamizdat.translation.transcripts import name_of, propose_transcript

DAY: Final = "2026-11-25"
LIN, WEI = bytes([1]) * 32, bytes([2]) * 32  #: secrets of two accounts
CUES: Final = (
    Cue(1_000, 3_000, "老师", "他们都不在了。"),
    Cue(3_200, 5_000, "", "谁知道名单？"),
    Cue(5_100, 6_000, "", "…"),
    Cue(6_000, 9_000, "老师", "五年了，\n没有回音。"),
)


def capture(
    archive: Archive,
    key: SigningKey,
    data: bytes = b"\0\0\0\x18ftypmp42" + bytes(64),
    path: str = "DCIM/0042.MP4",
    kind: str = "original",
) -> int:
    """A file of a card that came in; its number."""
    said: dict[str, Json] = {"consignment": "0" * 64, "path": path, "size": len(data), "modified": None}
    said |= {"state": "whole", "kind": kind}
    statement = Statement("captured", (Subject("original", archive.objects.add([data])),), said)
    return archive.append([sign_statement(statement, [(key.public, key.sign)])])[0]


def transcribe(
    archive: Archive, key: SigningKey, clip: int, cues: Sequence[Cue] = CUES, language: str = "zh", by: bytes = LIN
) -> int:
    """A transcript that is proposed; its number."""
    return propose_transcript(archive, key, tag(by, name_of(clip), language), clip, language, cues, DAY)


def approve(archive: Archive, key: SigningKey, number: int, by: bytes = WEI) -> int:
    """Reviews and approves a transcript or a translation; returns its number."""
    index = archive.index
    work = index.transcripts.transcript(number) or index.translations.translation(number)
    assert work
    for verdict in ("reviewed", "approved"):
        review(archive, key, tag(by, work.post, work.language), number, verdict, DAY)
    return number
