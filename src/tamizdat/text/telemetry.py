r"""What a device wrote into a text of itself: where it was, and which one it is. Nobody's words; they lead to somebody.

A drone writes its place into a file named like subtitles, with every frame; action cameras, watches and dashboards keep
tables of positions or sentences of NMEA; programs write out what a picture holds, serial numbers too.

>>> telemetry("[iso: 100] [latitude: 31.024] [longitude: 103.614]\nThey are gone.\n")
{'coordinates': 1}
>>> telemetry("Serial Number : 4053961\n"), telemetry("They say GPS is off. Latitude matters.")
({'device': 1}, {})
"""

import re
from typing import Final

COORDINATES: Final = re.compile(
    r"\[(?:latitude|longitude)\s*:"  # DJI, beside a clip
    r"|\b(?:GPS|HOME)\s?\(\s*-?\d"  # and its older ones
    r"|\$(?:G[PNLABQ]|BD)(?:RMC|GGA|GLL|GNS),"  # NMEA
    r"|<(?:trkpt|wpt|coordinates)\b"  # GPX and KML
    r"|\bGPS[ _]?(?:Latitude|Longitude|Position|Coordinates)\s*[:=]"  # what programs write out of pictures
    r"|\b(?:lat|latitude)\s*[:=]\s*-?\d{1,2}\.\d"
    r"|\bgeo:-?\d",
    re.IGNORECASE,
)
_DEVICE: Final = re.compile(r"\bserial[ _-]?(?:number|no\b|nr\b)\W{0,12}\w*\d", re.IGNORECASE)
_HEADS: Final = re.compile(
    r"(?:^|[,;\t\"])[\w .()]{0,20}\blat(?:itude)?\b[^,;\t]{0,20}[,;\t].{0,400}\b(?:lon|lng|long|longitude)\b",
    re.IGNORECASE,
)
_ROW: Final = re.compile(r"-?\d{1,3}[.,]\d{3}")
HEAD_LINES: Final = 20  #: among which the names of a table's columns stand


def telemetry(text: str) -> dict[str, int]:
    """Return in how many lines a device tells ``coordinates``, and in how many which ``device`` it is; {} for none."""
    lines = [line[:4096] for line in text.split("\n")]
    placed = sum(COORDINATES.search(line) is not None for line in lines)
    if any(_HEADS.search(line.replace("_", " ")) for line in lines[:HEAD_LINES]):
        placed += sum(_ROW.search(line) is not None for line in lines)
    told = {"coordinates": placed, "device": sum(_DEVICE.search(line) is not None for line in lines)}
    return {what: many for what, many in told.items() if many}
