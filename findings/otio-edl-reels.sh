#!/bin/sh
# What: OpenTimelineIO 0.18.1 with otio-cmx3600-adapter 1.0.0 (PyPI), edit decision lists
# Guess: clips that have no reel get one made of their names, so that two clips have two.
# Does: letters other than A to Z, digits and the like are left out of the name, and what is left is cut to eight: all
#   clips with Chinese, Tibetan or Uyghur names have the reel 'mp4', and a program that finds the material by its reel
#   takes one file for all of them. The name stands in a comment.
# Seen: 采访一.mp4 and 采访二.mp4, other files, are both on reel 'mp4'.
# Source: CMX 3600: the reel says from which source an event comes; otio-cmx3600-adapter, reelname_len.
# Instead: set metadata['cmx_3600']['reel'] of every clip yourself (a number, the beginning of its digest).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq OpenTimelineIO==0.18.1 otio-cmx3600-adapter==1.0.0 || exit 2

venv/bin/python - <<'END'
import sys
import opentimelineio as otio


def reels(*names):
    timeline, track = otio.schema.Timeline("cut"), otio.schema.Track(kind="Video")
    timeline.tracks.append(track)
    span = otio.opentime.TimeRange(otio.opentime.RationalTime(0, 25), otio.opentime.RationalTime(50, 25))
    for name in names:
        track.append(otio.schema.Clip(name, otio.schema.ExternalReference(f"/card/{name}", span), span))
    lines = otio.adapters.write_to_string(timeline, "cmx_3600", rate=25).splitlines()
    return [line.split()[1] for line in lines if line[:3].isdigit()]


chinese, latin = reels("采访一.mp4", "采访二.mp4"), reels("one.mp4", "two.mp4")
print(chinese, latin)
if len(set(latin)) != 2:
    sys.exit("changed: clips with Latin names share a reel too")
if chinese != ["mp4", "mp4"]:
    sys.exit(f"changed: the reels are {chinese}")
END
