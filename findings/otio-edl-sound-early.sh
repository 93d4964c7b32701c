#!/bin/sh
# What: otio-cmx3600-adapter 1.0.0 with OpenTimelineIO 0.18.1 (PyPI), cutting lists (CMX 3600, .edl)
# Guess: sound that begins seven seconds into the piece begins there: a gap stands before it, as gaps stand between events.
# Does: each track begins with its first event, at nothing. The sound is seven seconds early beside the picture; asked over
#   transformed_time it is 13 seconds before the beginning. Both times are wrong and no gap says so. Written back
#   to EDL, the sound is not there.
# Seen: picture from 01:00:00:00, shot from 01:00:07:00: range_of_child gives 0 for both; one event is written of three.
# Source: CMX 3600, record in and out (where an event stands in the piece); OpenTimelineIO, 'Time Transforms'.
# Instead: read record in from clip.metadata['cmx_3600'] or from the file, and put the gap there yourself.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq OpenTimelineIO==0.18.1 otio-cmx3600-adapter==1.0.0 || exit 2

cat > a.edl <<'END'
TITLE: Interview
FCM: NON-DROP FRAME

001  AX       V     C        00:00:00:00 00:00:10:00 01:00:00:00 01:00:10:00
* FROM CLIP NAME: room.mov
002  BX       A     C        00:00:20:00 00:00:21:00 01:00:07:00 01:00:08:00
* FROM CLIP NAME: shot.wav
003  BX       A     C        00:00:30:00 00:00:31:00 01:00:09:00 01:00:10:00
* FROM CLIP NAME: call.wav
END
venv/bin/python - <<'END'
import sys
import opentimelineio as otio

timeline = otio.adapters.read_from_file("a.edl", rate=25)
zero = otio.opentime.RationalTime(0, 25)
starts, moved = {}, {}
for clip in timeline.find_clips():
    starts[clip.name] = timeline.range_of_child(clip).start_time.to_seconds()
    moved[clip.name] = clip.transformed_time(zero, timeline.tracks).to_seconds()
written = otio.adapters.write_to_string(timeline, "cmx_3600")
print(starts, moved, written)
if starts != {"room.mov": 0, "shot.wav": 0, "call.wav": 2}:
    sys.exit(f"changed: the events start at {starts}")
if moved["shot.wav"] - moved["room.mov"] != -13:
    sys.exit(f"changed: transformed_time gives {moved}")
if "room.mov" not in written or "shot.wav" in written or "call.wav" in written:
    sys.exit(f"changed: written {written}")
END
