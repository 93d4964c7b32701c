#!/bin/sh
# What: gpxpy 1.6.2 (PyPI), GPX.get_location_at: where was the recorder when this picture was taken
# Guess: the place between the points before and after, as its documentation calls it approximate, or the nearer of them.
# Does: the next point that was recorded, however far off in time. A recorder that saves power, or lost the satellites in a
#   car, has minutes between points: a second after leaving, the picture is put where the drive ended.
# Seen: points at 12:00 (Lhasa) and 12:40 (20 km on): at 12:00:01 the answer is the point of 12:40.
# Source: gpxpy's gpx.py, get_location_at; GPX 1.1, trkseg (a segment is continuous, its points may be any time apart).
# Instead: take the points on both sides yourself, interpolate, and say nothing where they are far apart.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq gpxpy==1.6.2 || exit 2

venv/bin/python - <<'END'
import sys
from datetime import datetime, timezone
import gpxpy

track = gpxpy.parse("""<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>
<trkpt lat="29.65" lon="91.10"><time>2024-06-04T12:00:00Z</time></trkpt>
<trkpt lat="29.83" lon="91.10"><time>2024-06-04T12:40:00Z</time></trkpt>
</trkseg></trk></gpx>""")


def at(minute, second):
    return [point.latitude for point in track.get_location_at(datetime(2024, 6, 4, 12, minute, second, tzinfo=timezone.utc))]


found = at(0, 0), at(0, 1), at(20, 0), at(40, 0)
print(found)
if found[0] != [29.65] or found[3] != [29.83]:
    sys.exit(f"changed: at the points themselves: {found}")
if found[1] != [29.83] or found[2] != [29.83]:
    sys.exit(f"changed: between the points: {found}")
END
