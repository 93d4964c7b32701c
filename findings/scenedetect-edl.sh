#!/bin/sh
# What: scenedetect 0.7.2 (PyPI, PySceneDetect), its list of cuts for a cutting room (save-edl, CMX 3600); read with
#   OpenTimelineIO 0.18.1 and otio-cmx3600-adapter 1.0.0 (PyPI)
# Guess: the list says 'FCM: NON-DROP FRAME', so its time codes count frames, 30 to the second, at 29.97 frames as well; with
#   --start-timecode it agrees with what is burnt into the picture, as the help says.
# Does: hours, minutes and seconds are taken from the clock, and the rest of the second is counted in frames: at 29.97 and
#   59.94 neither of the two ways to count. After an hour a cut stands 108 frames (3.6 s) behind its picture; every cutting
#   room that is told 'non-drop' sets it there, and the shots it takes are others. At 25, 30 and 50 all is well, so films
#   of European cameras show nothing. With --start-timecode 01:00:00:00 even the first cut is
#   a frame early (00:59:59:29). And OpenTimelineIO refuses the file until its first line, a remark before the title, is
#   taken out.
# Seen: frame 107892 at 29.97: 00:59:59:29, where non-drop has 00:59:56:12; at 25 frames 90000: 01:00:00:00
# Source: 'scenedetect help save-edl', --start-timecode ('aligns with the source media's on-screen timecode'); SMPTE 12M,
#   non-drop: frames are numbered without leaving any out.
# Instead: save-otio or save-fcp, which give frames; or the frame numbers of list-scenes, made into time codes yourself.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq 'scenedetect[opencv-headless]==0.7.2' opentimelineio==0.18.1 \
  otio-cmx3600-adapter==1.0.0 || exit 2

venv/bin/python - <<'END'
import io, sys
from fractions import Fraction
import opentimelineio as otio
from scenedetect import FrameTimecode
from scenedetect.output import write_scene_list_edl


def listed(rate, frames, start=None):
    scenes = [(FrameTimecode(begin, fps=rate), FrameTimecode(end, fps=rate)) for begin, end in frames]
    text = io.StringIO()
    write_scene_list_edl(text, scenes, start_timecode=start)
    return text.getvalue()


NTSC = Fraction(30000, 1001)
cuts = [(0, 1800), (107892, 109692)]
text = listed(NTSC, cuts)
print(text)
if "FCM: NON-DROP FRAME" not in text:
    sys.exit("changed: the list says otherwise how it counts")
rate = float(NTSC)
try:
    refused = None
    otio.adapters.read_from_string(text, "cmx_3600", rate=rate)
except Exception as error:
    refused = f"{type(error).__name__}: {error}"
print("OpenTimelineIO, as written:", refused)
if not refused:
    sys.exit("changed: OpenTimelineIO reads it as written")
clips = otio.adapters.read_from_string(text.split("\n", 1)[1], "cmx_3600", rate=rate).find_clips()
found = [int(clip.source_range.start_time.value) for clip in clips]
print("frames as the cutting room reads them:", found, "as they are:", [begin for begin, _ in cuts])
true = otio.opentime.RationalTime(107892, rate).to_timecode(rate, False)
second = text.splitlines()[-1].split()[4]
print("second cut:", second, "non-drop:", true)
if true != "00:59:56:12" or second not in ("00:59:59:28", "00:59:59:29", "01:00:00:00") or found[1] - 107892 not in (107, 108):
    sys.exit(f"changed: the second cut is at {second}, frame {found[1]}")
on_screen = otio.opentime.RationalTime(107892 + 108000, rate).to_timecode(rate, False)
moved = listed(NTSC, cuts, "01:00:00:00").splitlines()
print("from 01:00:00:00:", [line.split()[4] for line in moved[-2:]], "on screen:", ["01:00:00:00", on_screen])
if [line.split()[4] for line in moved[-2:]] != ["00:59:59:29", "01:59:59:29"]:
    sys.exit("changed: with a start")
whole = listed(Fraction(25), [(90000, 90025)]).splitlines()[-1].split()[4]
print("25 frames, frame 90000:", whole)
if whole != "01:00:00:00":
    sys.exit(f"changed: at 25 frames: {whole}")
END
