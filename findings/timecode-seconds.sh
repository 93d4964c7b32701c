#!/bin/sh
# What: timecode 1.5.1 (PyPI), time codes of films made into seconds and back
# Guess: Timecode(rate, '01:00:00:00').float is the second at which that frame begins: 3600 at 25, 3600 at 29.97 with
#   drop frame, which exists to keep step with the clock, and 3603.6 at 23.976. Timecode(rate, start_seconds=…) is
#   the way back.
# Does: it is the end of the frame, and the seconds are those of the rounded rate (24, 30, 60): at 29.97 it lags 3.6
#   seconds behind for every hour, at 23.976 too. The way back makes of 3600 seconds the frame before one hour at 25,
#   and a time code 3.6 seconds too late at 29.97. Where a test begins at 0 and is short, all of it looks like
#   rounding. to_realtime() has the right rate, and is one frame late as well.
# Seen: 25: 3600.04; 29.97: 3596.433; 23.976: 3600.042; the way back: 00:59:59:24, 01:00:03;17
# Source: SMPTE ST 12-1, drop frame; timecode's documentation: float 'returns the seconds as float', start_seconds.
# Instead: frame_number, which counts from 0, times 1001/30000 (1001/24000, 1/25) as fractions, and back with
#   Timecode(rate, frames=number + 1).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq timecode==1.5.1 || exit 2

venv/bin/python - <<'END'
import sys
from fractions import Fraction
from timecode import Timecode

rates = {"25": Fraction(25), "29.97": Fraction(30000, 1001), "23.976": Fraction(24000, 1001)}
found = {}
for rate, exact in rates.items():
    code = Timecode(rate, "01:00:00;00" if rate == "29.97" else "01:00:00:00")
    begins = float(code.frame_number / exact)
    found[rate] = round(code.float - begins, 3)
    back = Timecode(rate, frames=code.frame_number + 1)
    print(rate, "begins", round(begins, 3), "float", round(code.float, 3), "to_realtime", code.to_realtime(True),
          "way back", Timecode(rate, start_seconds=begins), "by frames", back)
    if str(back) != str(code):
        sys.exit(f"changed: frames={code.frame_number + 1} gives {back}")
if found != {"25": 0.04, "29.97": -3.563, "23.976": -3.558}:
    sys.exit(f"changed: float differs by {found}")
if str(Timecode("29.97", start_seconds=3600)) != "01:00:03;17" or str(Timecode("25", start_seconds=3600)) != "00:59:59:24":
    sys.exit("changed: start_seconds")
END
