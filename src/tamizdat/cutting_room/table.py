"""What is said, as a table for spreadsheets (CSV, UTF-8): a row for each cue in each language, with its time codes."""

import csv
import io
from collections.abc import Sequence
from typing import Final

from tamizdat.cutting_room.shots import Shot
from tamizdat.text.spreadsheet import guarded

COLUMNS: Final = (
    "item", "reel", "file", "rate", "title", "cue", "language", "from", "to", "from_seconds", "to_seconds", "speaker",
    "words",
)  # fmt: skip


def table(shots: Sequence[Shot]) -> bytes:
    """Return the table; a shot in which nothing is marked has one row."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for shot in shots:
        about = [shot.number, shot.reel, shot.file, shot.rate.name, guarded(shot.title)]
        if not shot.tracks:
            length = shot.rate.timecode(shot.length)
            rows.writerow([*about, "", "", shot.rate.timecode(0), length, "0.000", f"{shot.seconds:.3f}", "", ""])
        for track in shot.tracks:
            for number, cue in enumerate(track.cues, 1):
                first, behind = shot.rate.frames(cue.start), shot.rate.frames(cue.end, up=True)
                codes = [shot.rate.timecode(each) for each in (first, behind)]
                seconds = [f"{each / 1000:.3f}" for each in (cue.start, cue.end)]
                said = [guarded(cue.speaker), guarded(cue.text)]
                rows.writerow([*about, number, track.language, *codes, *seconds, *said])
    return b"\xef\xbb\xbf" + out.getvalue().encode()
