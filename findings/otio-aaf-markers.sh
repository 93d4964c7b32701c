#!/bin/sh
# What: OpenTimelineIO 0.18.1 with otio-aaf-adapter 2.0.0 (PyPI), AAF for Avid Media Composer
# Guess: its table of features says that markers are written. So a timeline whose markers hold what is said takes them
#   along into an AAF for Avid, or says that it cannot.
# Does: it reads markers and writes none, of clips, tracks or the whole, without a message. Clips, times and names
#   (Chinese too) are all there, so that the file looks right until somebody looks for the words.
# Seen: three markers before, none after; the clip's name and its 45 frames from 01:00:01:05 are the same.
# Source: README of otio-aaf-adapter, 'Feature Matrix' (Markers: read and write).
# Instead: write the words as subtitles or a table beside the AAF, or markers with pyaaf2 yourself; count them afterwards.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq OpenTimelineIO==0.18.1 otio-aaf-adapter==2.0.0 || exit 2

venv/bin/python - <<'END'
import sys
import warnings
import opentimelineio as otio

warnings.simplefilter("ignore")
Time, Span = otio.opentime.RationalTime, otio.opentime.TimeRange


def marker(words):
    return otio.schema.Marker(name=words, marked_range=Span(Time(10, 25), Time(10, 25)), color="GREEN")


def markers(timeline):
    found = len(timeline.tracks.markers)
    for track in timeline.tracks:
        found += len(track.markers) + sum(len(each.markers) for each in track)
    return found


timeline, track = otio.schema.Timeline("film"), otio.schema.Track("V1", kind="Video")
media = otio.schema.ExternalReference("file:///cut/采访.mov", Span(Time(90_000, 25), Time(1_500, 25)))
clip = otio.schema.Clip("采访.mov", media, Span(Time(90_030, 25), Time(45, 25)))
clip.markers.append(marker("他们都不在了"))
track.append(clip)
track.markers.append(marker("a"))
timeline.tracks.append(track)
timeline.tracks.markers.append(marker("b"))
otio.adapters.write_to_file(timeline, "film.aaf", use_empty_mob_ids=True)
read = otio.adapters.read_from_file("film.aaf")
(back,) = read.find_clips()
print(markers(timeline), "markers before,", markers(read), "after;", back.name, back.source_range)
if (back.name, back.source_range) != (clip.name, clip.source_range):
    sys.exit("changed: the clip itself is another")
if markers(timeline) != 3 or markers(read):
    sys.exit(f"changed: {markers(read)} markers are written")
END
