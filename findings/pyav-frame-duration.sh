#!/bin/sh
# What: PyAV 18.1.0 (PyPI), ffmpeg 5.1 (Debian 12) to make the clips
# Guess: frame.duration is how long a frame is shown: the next frame's pts minus its own.
# Does: with a variable rate and B-frames it is some other frame's duration, in MKV the mean; sums of it drift.
# Seen: MP4: shown for 512 units, duration 1536; MKV: 120, 40, 80 ms shown, 104 each said.
# Source: PyAV documentation, Frame.duration ('duration of the frame in time_base units'); ISO/IEC 14496-12, 8.6.1.2:
#   durations are in decoding order.
# Instead: take differences of pts in the order of showing; the end of the stream for the last frame.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v ffmpeg >/dev/null || { echo 'needs ffmpeg (Debian package ffmpeg)'; exit 2; }
ffmpeg -version | head -n 1
ffmpeg -loglevel error -f lavfi -i testsrc=size=320x240:rate=25:duration=2 -vf "select='not(mod(n,3))+eq(n,4)'" \
  -vsync vfr -c:v libx264 -bf 2 a.mp4
ffmpeg -loglevel error -i a.mp4 -c copy a.mkv
python3 -m venv venv && venv/bin/pip install -qq av==18.1.0 || exit 2

venv/bin/python - <<'END'
import sys
import av

for name in ("a.mp4", "a.mkv"):
    with av.open(name) as file:
        frames = [(frame.pts, frame.duration) for frame in file.decode(video=0)]
    shown = [after[0] - before[0] for before, after in zip(frames, frames[1:])]
    said = [duration for _, duration in frames[:-1]]
    print(name, shown[:5], said[:5])
    if shown == said:
        sys.exit(f"changed: in {name} durations are right now")
END
