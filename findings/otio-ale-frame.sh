#!/bin/sh
# What: OpenTimelineIO 0.18.1 with otio-ale-adapter 1.1.0 (PyPI), logs of takes (Avid Log Exchange, ALE)
# Guess: a log that is read and written at the rate that stands in it has the same time codes, at every rate that
#   broadcasters use.
# Does: at 23.976, 29.97 and 59.94 each start, end and duration is a frame less than it was, and the adapter does not
#   read its own log again, for the three no longer agree. The numbers in the library are right; it is the writer. At
#   29.97 without drop frame all of them are made into drop frame as well, another time code altogether. At 24 and 25
#   they come back as they were, so a test there shows nothing. A cut made from the log shows the frame before.
# Seen: 23.976: 01:00:00:00, ten seconds, becomes 00:59:59:23, 00:00:09:23; 25: as it was
# Source: Avid Log Specifications: FPS in the heading holds for all time codes of the file; SMPTE ST 12-1.
# Instead: write the lines yourself from the time codes as they stood, or with to_timecode(time, rate, drop_frame) at
#   24000/1001 and 30000/1001 exactly; compare one line by hand.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq OpenTimelineIO==0.18.1 otio-ale-adapter==1.1.0 || exit 2

venv/bin/python -W ignore - <<'END'
import sys
import opentimelineio as otio

LOG = (
    "Heading\nFIELD_DELIM\tTABS\nVIDEO_FORMAT\t1080\nAUDIO_FORMAT\t48khz\nFPS\t{}\n\n"
    "Column\nName\tTracks\tStart\tEnd\tTape\t\n\nData\nstreet\tV\t{}\t{}\tA001\t\n"
)
STARTS = {"24": "01:00:00:00", "25": "01:00:00:00", "23.976": "01:00:00:00", "29.97": "01:00:00;00", "59.94": "01:00:00;00"}


def again(text):
    return otio.adapters.write_to_string(otio.adapters.read_from_string(text, "ale"), "ale")


def written(text):
    lines = again(text).splitlines()
    row = dict(zip(lines[lines.index("Column") + 1].split("\t"), lines[lines.index("Data") + 1].split("\t")))
    return row["Start"], row["End"], row["Duration"]


found = {rate: written(LOG.format(rate, start, start.replace(":00:00:", ":00:10:").replace("00;", "10;")))
         for rate, start in STARTS.items()}
plain = written(LOG.format("29.97", "01:00:00:00", "01:00:10:00"))
try:
    second = written(again(LOG.format("23.976", "01:00:00:00", "01:00:10:00")))
except otio.exceptions.OTIOError as error:
    second = type(error).__name__
print(found, "second round:", second, "29.97 without drop frame:", plain)
for rate in ("24", "25"):
    if found[rate] != ("01:00:00:00", "01:00:10:00", "00:00:10:00"):
        sys.exit(f"changed: at {rate} {found[rate]}")
stated = {
    "23.976": ("00:59:59:23", "01:00:09:23", "00:00:09:23"),
    "29.97": ("00:59:59;29", "01:00:09;29", "00:00:09;29"),
    "59.94": ("00:59:59;59", "01:00:09;59", "00:00:09;59"),
}
if any(found[rate] != times for rate, times in stated.items()) or plain[0] != "01:00:03;17" or second != "ALEParseError":
    sys.exit(f"changed: {found}, {second}, {plain}")
END
