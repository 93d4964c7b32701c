#!/bin/sh
# What: OpenTimelineIO 0.18.1 with otio-fcpx-xml-lite-adapter 0.2.3 (PyPI), XML of Final Cut Pro (FCPXML) with remarks
#   (markers)
# Guess: a remark that stands on a picture of a clip stands on it in Final Cut Pro, and the other way round: the
#   adapter is made for markers and their round trip.
# Does: it counts a marker from where the clip begins in the film, and FCPXML from where the clip's own time begins,
#   as its start. Of a clip that is cut in at 4 s the marker of second 4.4 is written as 0.4, before its first
#   picture, where nobody sees it; one written by Final Cut Pro at 4.4 is read as 8.4, behind its last. Clips that
#   begin at their first picture are right, and the round trip hides it, for both ways are wrong alike. Nothing is
#   told.
# Seen: clip 4 s to 6 s: marker at 4.4 s → <marker start="2/5s"> in <asset-clip start="4s">; start="22/5s" → 8.4 s
# Source: Apple, FCPXML reference: asset-clip, marker, and 'Timing Attributes' (start: the beginning of an element's
#   local timeline, by which what it contains is placed); README of the adapter ('focusing on marker and basic
#   structure round-tripping').
# Instead: write the start of the marker in the clip's own time, source in + distance; compare with a clip that does
#   not begin at its first picture, and open it in the cutting room.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq opentimelineio==0.18.1 otio-fcpx-xml-lite-adapter==0.2.3 || exit 2

venv/bin/python - <<'EOF'
import sys
from xml.etree import ElementTree
import opentimelineio as otio

NAME = "otio_fcpx_xml_lite_adapter"


def span(start, length):
    return otio.opentime.TimeRange(otio.opentime.RationalTime(start, 25), otio.opentime.RationalTime(length, 25))


def marker_of(xml):
    clip = next(iter(otio.adapters.read_from_string(xml, NAME).find_clips()))
    return clip.markers[0].marked_range.start_time.to_seconds()


line = otio.schema.Timeline("film", global_start_time=otio.opentime.RationalTime(0, 25))
track = otio.schema.Track("V1", kind=otio.schema.TrackKind.Video)
line.tracks.append(track)
clip = otio.schema.Clip("a", otio.schema.ExternalReference("file:///a.mov", span(0, 1000)), span(100, 50))
clip.markers.append(otio.schema.Marker("taken here", span(110, 1)))
track.append(clip)

xml = otio.adapters.write_to_string(line, NAME)
shown = next(ElementTree.fromstring(xml).iter("asset-clip"))
start = shown.find("marker").get("start")
final_cut = xml.replace(f'<marker start="{start}"', '<marker start="22/5s"')
found = shown.get("start"), start, marker_of(xml), round(marker_of(final_cut), 3)
print(found)
if found != ("4s", "2/5s", 4.4, 8.4):
    sys.exit(f"changed: {found}")
EOF
