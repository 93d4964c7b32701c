#!/bin/sh
# What: magika 1.0.3 (PyPI), clips by ffmpeg 5.1 (Debian 12)
# Guess: a new detector of file types by a trained model, with video among its two hundred types, knows a clip of a
#   camera.
# Does: it knows QuickTime and Matroska; the clips of AVCHD cameras (.MTS), transport streams and MXF are 'unknown',
#   and an AVI with H.264 and AAC is sound ('wav'). The old program 'file' knows MXF and the AVI.
# Seen: mts, ts and mxf unknown, avi wav; mov qt, mkv mkv.
# Source: magika, list of content types: 'mp4', 'mkv', 'qt', 'avi' and 'webm' are among them; ISO/IEC 13818-1: a
#   transport stream has 0x47 at every 188th byte (every 192nd of AVCHD), MXF begins with 06 0e 2b 34.
# Instead: look for those bytes and ask ffprobe; never leave a file of a card out for what a model calls it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
ffmpeg -version 2>/dev/null | head -n 1 | grep . || { echo "needs Debian's ffmpeg"; exit 2; }
python3 -m venv venv && venv/bin/pip install -qq magika==1.0.3 || exit 2

venv/bin/python - <<'END'
import subprocess, sys
from magika import Magika

SOURCE = "ffmpeg -v error -y -f lavfi -i testsrc=size=320x180:rate=25:duration=2 -f lavfi -i sine=duration=2:sample_rate=48000".split()
H264, MPEG2 = ["-c:v", "libx264", "-threads", "1"], ["-c:v", "mpeg2video", "-threads", "1"]
FORMS = {
    "mts": [*H264, "-c:a", "ac3", "-f", "mpegts", "-mpegts_m2ts_mode", "1"],
    "ts": [*H264, "-c:a", "aac", "-f", "mpegts"],
    "mxf": [*MPEG2, "-c:a", "pcm_s16le"],
    "avi": [*H264, "-c:a", "aac"],
    "mov": [*H264, "-c:a", "aac"],
    "mkv": [*H264, "-c:a", "aac"],
}
model, found = Magika(), {}
for name, form in FORMS.items():
    subprocess.run([*SOURCE, *form, f"clip.{name}"], check=True)
    found[name] = model.identify_path(f"clip.{name}").output.label
print(found)
if found["mov"] not in ("qt", "mov", "mp4") or found["mkv"] != "mkv":
    sys.exit("changed: QuickTime or Matroska is not known either")
if found["mts"] != "unknown" or found["mxf"] != "unknown" or found["avi"] == "avi":
    sys.exit(f"changed: {found}")
END
