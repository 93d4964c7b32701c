#!/bin/sh
# What: OpenTimelineIO 0.18.1 with otio-fcpx-xml-adapter 1.0.0 (PyPI), XML of Final Cut Pro (FCPXML)
# Guess: a frame of 1001/30000 s is 29.97 frames a second, as the format says in fractions so that nobody rounds: a cut
#   at its 300th frame is read as one at the 300th frame.
# Does: the rate is cut to a whole number, 29 and 23, and every time is counted anew at that rate, rounded down. Cuts are
#   at other frames, each early by up to a frame of 29, and a list that is made of it at 29.97 has other frames than the
#   film. At 25, which European tests have, all is right.
# Seen: start 300300/30000s (frame 300): RationalTime(290, 29), which is 10.0 s; 10.01 was meant. At 25: (250, 25).
# Source: Apple, FCPXML Reference, 'Time values': rational seconds, and frameDuration of a format.
# Instead: read FCPXML's fractions yourself (fractions.Fraction); frames are start / frameDuration.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq OpenTimelineIO==0.18.1 otio-fcpx-xml-adapter==1.0.0 || exit 2

venv/bin/python - <<'END'
import sys
import opentimelineio as otio


def start_of(frame_duration, start, length, whole):
    (clip,) = otio.adapters.read_from_string(
        f"""<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE fcpxml><fcpxml version="1.8"><resources>
        <format id="r1" frameDuration="{frame_duration}" width="1920" height="1080"/>
        <asset id="r2" name="a" start="0s" duration="{whole}" hasVideo="1" format="r1" src="file:///card/a.mov"/>
        </resources><library><event name="day"><project name="film">
        <sequence format="r1" duration="{length}" tcStart="0s" tcFormat="NDF"><spine>
        <asset-clip ref="r2" name="a" offset="0s" start="{start}" duration="{length}" tcFormat="NDF"/>
        </spine></sequence></project></event></library></fcpxml>""",
        "fcpx_xml",
    ).find_clips()
    return clip.source_range.start_time


european = start_of("100/2500s", "10s", "20s", "60s")
american = start_of("1001/30000s", "300300/30000s", "600600/30000s", "1801800/30000s")
print(european, american, american.to_seconds(), "s; meant was frame 300, 10.01 s")
if (european.value, european.rate) != (250, 25):
    sys.exit(f"changed: at 25 frames a second it reads {european}")
if (american.value, american.rate) != (290, 29):
    sys.exit(f"changed: at 29.97 frames a second it reads {american}")
END
