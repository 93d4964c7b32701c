#!/bin/sh
# What: dji-drone-metadata-embedder 2.18.0 and dji-telemetry 1.0.1 (PyPI), captions with place and height that drones of
#   DJI write beside a film
# Guess: 'GPS (76.32, 32.22, 16)' in the captions of a Phantom 4 or Mavic Mini is read as these drones write it, longitude
#   first and the number of satellites last, or refused where it is not known; a height below the place of take-off is
#   negative.
# Does: the first, which lists that notation, takes the numbers for latitude, longitude and height, as other drones of the
#   same maker have them: in KML, GeoJSON and CoT the film is 16 m above the Barents Sea, in GPX and CSV it has no place
#   at all. The second does not know the notation and gives 0°, 0° and height 0, as numbers; it gives 0 as well for each
#   height with a minus, so a drone that goes down into a valley stays where it took off. No error, in either, and the
#   first reports a file made. Captions with the words latitude and longitude are read well by both.
# Seen: KML 32.22,76.32,16.0 (its order is longitude, latitude), GPX without a point; (0, 0); rel_alt: -120.500 → 0
# Source: captions of a Phantom 4 Pro, Mavic Pro, Mavic Mini and Phantom 4 RTK among the samples of dji_srt_parser (npm),
#   HOME and GPS with longitude first; the README of the embedder ('GPS(lat,lon,alt)').
# Instead: dji_srt_parser, or ask which drone it was; look at each track on a map, and at the third number: whole and
#   under 30 it is satellites.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq dji-telemetry==1.0.1 dji-drone-metadata-embedder==2.18.0 || exit 2

venv/bin/python - <<'END'
import re, subprocess, sys
import dji_telemetry

NEW = "1\n00:00:00,000 --> 00:00:01,000\n<font size=\"28\">FrameCnt: 1, DiffTime: 33ms\n2024-06-04 10:00:00.000\n%s </font>\n\n"
OLD = "1\n00:00:00,000 --> 00:00:01,000\nF/2.8, SS 160, ISO 100, EV 0, %s, D 49.21m, H 45.60m, H.S 0.00m/s, V.S 0.00m/s\n\n"


def read(caption):
    with open("a.srt", "w") as file:
        file.write(2 * caption)
    made = {}
    for kind in ("kml", "gpx"):
        subprocess.run(["venv/bin/dji-embed", "convert", kind, "a.srt", "-o", f"a.{kind}", "--tz-offset", "+8"],
                       check=True, capture_output=True)
        with open(f"a.{kind}") as file:
            made[kind] = file.read()
    place = tuple(map(float, re.search(r"<coordinates>([^\s<]*)", made["kml"])[1].split(",")))
    frame = dji_telemetry.parse_srt("a.srt").frames[0]
    return place, made["gpx"].count("<trkpt"), (frame.latitude, frame.longitude, frame.rel_alt)


new = read(NEW % "[latitude: 32.22] [longitude: 76.32] [rel_alt: 120.500 abs_alt: 1500.250]")
below = read(NEW % "[latitude: 32.22] [longitude: 76.32] [rel_alt: -120.500 abs_alt: 1259.250]")
old = read(OLD % "GPS (76.32, 32.22, 16)")
print("with words:", new, "below:", below, "GPS():", old)
if new != ((76.32, 32.22, 1500.25), 2, (32.22, 76.32, 120.5)) or below[0] != (76.32, 32.22, 1259.25):
    sys.exit(f"changed: captions with words: {new}, {below}")
if old != ((32.22, 76.32, 16.0), 0, (0, 0, 0)) or below[2] != (32.22, 76.32, 0):
    sys.exit(f"changed: {old}, {below[2]}")
END
