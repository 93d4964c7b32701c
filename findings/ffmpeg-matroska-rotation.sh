#!/bin/sh
# What: ffmpeg 5.1 (Debian 12), PyAV 18.1.0 (PyPI)
# Guess: a telephone's clip copied from MP4 to Matroska ('-c copy') is shown as before.
# Does: ffmpeg 5.1 loses the rotation: the clip lies on its side; PyAV 18.1 (its own newer ffmpeg) keeps it. The same
#   command differs between two computers of one desk.
# Seen: MP4 90; ffmpeg's MKV 0; PyAV's MKV 90.
# Source: Matroska (RFC 9559), ProjectionPoseRoll can hold it.
# Instead: turn the pixels when a clip is published; read frame.rotation before and after a copy.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v ffmpeg >/dev/null || { echo 'needs ffmpeg (Debian package ffmpeg)'; exit 2; }
ffmpeg -version | head -n 1
ffmpeg -loglevel error -f lavfi -i testsrc=size=64x48:rate=5:duration=1 -c:v libx264 plain.mp4
ffmpeg -loglevel error -i plain.mp4 -metadata:s:v rotate=90 -c copy turned.mp4
ffmpeg -loglevel error -i turned.mp4 -c copy ffmpeg.mkv
python3 -m venv venv && venv/bin/pip install -qq av==18.1.0 || exit 2

venv/bin/python - <<'END'
import sys
import av

with av.open("turned.mp4") as source, av.open("pyav.mkv", "w") as target:
    stream = target.add_stream_from_template(source.streams.video[0])
    for packet in source.demux(video=0):
        if packet.dts is not None:
            packet.stream = stream
            target.mux(packet)
got = {}
for name in ("turned.mp4", "ffmpeg.mkv", "pyav.mkv"):
    with av.open(name) as file:
        got[name] = next(file.decode(video=0)).rotation
print(got)
if got != {"turned.mp4": 90, "ffmpeg.mkv": 0, "pyav.mkv": 90}:
    sys.exit(f"changed: {got}")
END
