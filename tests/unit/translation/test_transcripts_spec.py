"""docs/spec/transcripts.md: its worked example, computed again, its members and its bounds."""

import re
from pathlib import Path

from support.collecting_desk import Desk
from support.transcribing_desk import capture, transcribe
from tamizdat.archive.views.transcripts import Transcript, as_text
from tamizdat.encoding import sha256_hex
from tamizdat.ledger.shapes import members_of
from tamizdat.statements.reference import Reference
from tamizdat.statements.transcribed import Cue, Transcribed
from tamizdat.transcripts import cues, encodings, files
from tamizdat.translation.segments import joined, segments_of

SPEC = (Path(__file__).resolve().parents[3] / "docs" / "spec" / "transcripts.md").read_text(encoding="utf-8")


def test_the_worked_example() -> None:
    [block] = re.findall(r"```\n(.*?)```", SPEC, re.S)
    words, digest, target = (line.replace("␊", "\n") for line in block.splitlines())
    spoken = (Cue(1000, 3000, "老师", "他们都不在了。"), Cue(3200, 5000, "", "谁知道名单？"))
    said = Transcribed(Reference(41, bytes(32)), "zh", spoken, "00" * 16, "2026-11-25", None)
    assert (said.words, said.to_statement().subjects[0].sha256) == (words, digest)
    assert digest == sha256_hex(words.encode())
    version = as_text(Transcript(**vars(said), number=60, state="approved", subject=digest), "public")
    found, tail = segments_of(version, words)
    assert joined(found, tail, ["the teacher", "They are all gone.", "Who knows the list?"], "en") == target


def test_the_members_and_bounds_are_those_of_the_code(tmp_path: Path) -> None:
    desk = Desk.make(tmp_path / "archive")
    transcribe(desk.archive, desk.key, capture(desk.archive, desk.key))
    [said] = desk.said("transcribed")
    table = SPEC.split("`transcribed` —")[1].split("\n\n`from`")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.M)) == set(said.predicate)
    assert all(f'"{member}"' in table for member in members_of(Cue(0, 1, "", "")))
    assert all(f"`{ending}`" in SPEC for ending in files.FORMATS)
    assert f"{encodings.MAX_BYTES >> 20} MiB, {cues.MAX_CUES:,} cues, {cues.MAX_WORDS:,} characters" in SPEC
