#!/bin/sh
# What: dftt-timecode 1.0.0 (PyPI), time codes of films in several notations
# Guess: '00:00:01.040', the time that ffmpeg prints and WebVTT has, is 1.04 seconds; one hour of a film at 23.976 is
#   00:59:56:10, for there is no drop frame at that rate.
# Does: the digits behind the point are read without their zeros: .040 is four tenths of a second, and so is .004. Of all
#   times between two seconds one in ten is wrong, by up to 0.9 s; those in the notation of SubRip, with a comma, are
#   right, and so is .5 or .50. At 23.976 everything is drop frame, also with drop_frame=False: one hour is 01:00:00;00,
#   and the time code that a camera wrote, with colons, is refused. 29.97 is right in both ways.
# Seen: 00:00:01.040 → 1.4, 00:00:01.004 → 1.4, 00:00:01,040 → 1.04; 3600 s: 23.976: 01:00:00;00, 29.97: 00:59:56:12
# Source: ffmpeg-utils(1), 'Time duration' ('.m' is a decimal fraction); SMPTE ST 12-1, drop frame (30 and 60 only);
#   dftt-timecode's documentation (type 'ffmpeg': HH:MM:SS.ff).
# Instead: put a comma for the point before such a time is given to it, or make seconds of it yourself; reckon frames at
#   24000/1001 with fractions.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq dftt-timecode==1.0.0 || exit 2

venv/bin/python -W ignore - <<'END'
import logging, sys
from dftt_timecode import DfttTimecode

logging.disable()
times = ("00:00:01.5", "00:00:01.500", "00:00:01.040", "00:00:01.004", "00:00:01,040")
found = {time: float(DfttTimecode(time, fps=25).timestamp) for time in times}
hours = {(rate, drop): DfttTimecode(3600.0, fps=rate, drop_frame=drop).timecode_output("smpte")
         for rate in (23.976, 29.97) for drop in (False, True)}
try:
    camera = str(DfttTimecode("01:00:00:00", fps=23.976, drop_frame=False))
except Exception as error:
    camera = type(error).__name__
print(found, hours, "01:00:00:00 at 23.976:", camera)
if [found[time] for time in times] != [1.5, 1.5, 1.4, 1.4, 1.04]:
    sys.exit(f"changed: {found}")
if list(hours.values()) != ["01:00:00;00", "01:00:00;00", "00:59:56:12", "01:00:00;00"] or ":" in camera:
    sys.exit(f"changed: {hours}, {camera}")
END
