#!/bin/sh
# What: dji-telemetry 1.0.1 and dji-drone-metadata-embedder 2.18.0 (PyPI), captions with place and time that drones of DJI
#   write beside a film, made into a track (GPX)
# Guess: the time in them has no zone (it is the clock of the drone's owner), so a converter asks for one, or leaves the
#   times out: those of GPX are UTC.
# Does: the first writes the local time with a Z behind it: eight hours off in China, without a word. The second works the
#   zone out from the file's own time of change on the disk, to the nearest quarter of an hour: right on the card; on a
#   copy that was made three hours later the track is three hours later, also without a word. Only beyond 14 hours it
#   warns. So three people with the same file have three times of one event, all of them marked as UTC.
# Seen: captions 2024-06-04 10:00:00, taken in Beijing (02:00 UTC): 10:00:00Z; copy of the same minute 02:00:00Z, copied
#   three hours later 05:00:00Z
# Source: GPX 1.1 schema, 'time' (UTC); dji-drone-metadata-embedder's documentation, '--tz-offset' ('auto-detected').
# Instead: --tz-offset, always; or set the file's time back to that of the film; compare one time of the track with the
#   shadows, or with another witness.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq dji-telemetry==1.0.1 dji-drone-metadata-embedder==2.18.0 || exit 2

TZ=Asia/Shanghai venv/bin/python - <<'END'
import os, re, sys
from datetime import datetime, timedelta, timezone
import dji_telemetry
from dji_metadata_embedder.telemetry_converter import extract_telemetry_to_gpx

taken = datetime(2024, 6, 4, 2, 0, tzinfo=timezone.utc)
with open("a.srt", "w") as file:
    for second in range(3):
        file.write(f"{second + 1}\n00:00:0{second},000 --> 00:00:0{second},900\n<font size=\"28\">FrameCnt: {second + 1}, DiffTime: 900ms\n"
                   f"2024-06-04 10:00:0{second}.000\n[iso: 100] [shutter: 1/500.0] [fnum: 2.8] [ev: 0] [ct: 5500] "
                   f"[latitude: 39.9000] [longitude: 116.400{second}] [rel_alt: 50.000 abs_alt: 94.000] </font>\n\n")


def times(path):
    with open(path) as file:
        return re.findall("<trkpt.*?<time>([^<]*)", file.read(), re.DOTALL)[0]


found = {"dji-telemetry": times(dji_telemetry.to_gpx(dji_telemetry.parse_srt("a.srt"), "first.gpx"))}
for hours in (0, 3):
    copied = (taken + timedelta(hours=hours, seconds=5)).timestamp()
    os.utime("a.srt", (copied, copied))
    found[hours] = times(extract_telemetry_to_gpx("a.srt", "second.gpx"))
told = times(extract_telemetry_to_gpx("a.srt", "second.gpx", tz_offset=timedelta(hours=8)))
print(found, "with the zone given:", told)
if told != "2024-06-04T02:00:00Z":
    sys.exit(f"changed: with the zone {told}")
if found != {"dji-telemetry": "2024-06-04T10:00:00.000Z", 0: "2024-06-04T02:00:00Z", 3: "2024-06-04T05:00:00Z"}:
    sys.exit(f"changed: {found}")
END
