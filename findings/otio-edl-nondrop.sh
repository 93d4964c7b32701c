#!/bin/sh
# What: OpenTimelineIO 0.18.1 with otio-cmx3600-adapter 1.0.0 (PyPI), edit decision lists
# Guess: a list without drop frame at 29.97, read and written by one library at one rate, has the same time codes.
# Does: times are read as they stand, and written as drop frame, for that is inferred from the rate: all numbers are
#   others, and the line 'FCM: NON-DROP FRAME' is gone. Drop frame lists come back as they were. The rate 29.97 itself
#   is refused; it must be 30000 / 1001.
# Seen: 01:00:00:00 comes back as 01:00:03;18.
# Source: CMX 3600: FCM says which of the two countings the times below are in; OpenTimelineIO, to_timecode:
#   drop_frame 'InferFromRate' is the default.
# Instead: write the events yourself with to_timecode(time, rate, drop_frame=False), and compare one time by hand.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq OpenTimelineIO==0.18.1 otio-cmx3600-adapter==1.0.0 || exit 2

venv/bin/python - <<'END'
import sys
import opentimelineio as otio


def there_and_back(text):
    return otio.adapters.write_to_string(otio.adapters.read_from_string(text, "cmx_3600", rate=30000 / 1001), "cmx_3600", rate=30000 / 1001)


def event(times):
    return f"001  A001     V     C        {times}\n* FROM CLIP NAME: interview\n"


nondrop = "01:00:00:00 01:00:10:00 01:00:00:00 01:00:10:00"
drop = "01:00:00;00 01:00:10;00 01:00:00;00 01:00:10;00"
back = there_and_back(f"TITLE: cut\nFCM: NON-DROP FRAME\n\n{event(nondrop)}")
print(back)
if drop not in there_and_back(f"TITLE: cut\nFCM: DROP FRAME\n\n{event(drop)}"):
    sys.exit("changed: drop frame lists come back with other times too")
if "01:00:03;18" not in back:
    sys.exit("changed: the list without drop frame does not come back as drop frame")
END
