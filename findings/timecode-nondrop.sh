#!/bin/sh
# What: timecode 1.5.1 (PyPI)
# Guess: at 29.97, '00:01:00:00' with colons is a time code without drop frame, and one with a semicolon drops frames.
# Does: both are read as drop frame, which has no such number in a minute's first second, and come out as 00:00:59;28,
#   another frame than was asked for, without an error. Only force_non_drop_frame=True keeps the first. At 23.976
#   frames are counted from 1, so 01:00:00:00 is frame 86401.
# Seen: Timecode('29.97', '00:01:00:00') prints 00:00:59;28.
# Source: SMPTE ST 12-1: numbers ;00 and ;01 are left out in drop frame counting; the separator tells which counting
#   is meant. The library's documentation: 29.97 is drop frame by default.
# Instead: force_non_drop_frame for every time code with a colon, and refuse ;00 and ;01 of such minutes before.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq timecode==1.5.1 || exit 2

venv/bin/python - <<'END'
import sys
from timecode import Timecode

colons, semicolon = Timecode("29.97", "00:01:00:00"), Timecode("29.97", "00:01:00;00")
kept = Timecode("29.97", "00:01:00:00", force_non_drop_frame=True)
print(colons, semicolon, kept, Timecode("23.976", "01:00:00:00").frames)
if str(kept) != "00:01:00:00":
    sys.exit(f"changed: force_non_drop_frame gives {kept}")
if str(colons) != "00:00:59;28":
    sys.exit(f"changed: with colons it is {colons}")
END
