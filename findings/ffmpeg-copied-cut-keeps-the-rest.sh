#!/bin/sh
# What: ffmpeg 5.1 (Debian 12), PyAV 18.1.0 (PyPI), MP4
# Guess: 'ffmpeg -ss 3 -i in.mp4 -c copy out.mp4' cuts: what comes before second 3 is not in the new file.
# Does: everything since the last key frame is still in it, hidden by an edit list: players and ffprobe's duration
#   show one second, the seconds cut away can be played by whoever ignores the list. The count of frames that MP4
#   carries (PyAV's stream.frames) includes them.
# Seen: 1.0 s shown, 25 frames; stream.frames 50; with ignore_editlist 50 frames.
# Source: ISO/IEC 14496-12, 8.6.6 'edit list'; ffmpeg(1), -ss with stream copy: what lies before is kept.
# Instead: encode anew whatever is cut for safety; compare stream.frames with the frames that are decoded.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v ffmpeg >/dev/null || { echo 'needs ffmpeg (Debian package ffmpeg)'; exit 2; }
ffmpeg -version | head -n 1
ffmpeg -loglevel error -f lavfi -i testsrc=size=64x48:rate=25:duration=4 -c:v libx264 -g 50 -bf 0 whole.mp4
ffmpeg -loglevel error -ss 3 -i whole.mp4 -c copy cut.mp4
python3 -m venv venv && venv/bin/pip install -qq av==18.1.0 || exit 2

venv/bin/python - <<'END'
import sys
import av


def decoded(options):
    with av.open("cut.mp4", options=options) as file:
        stream = file.streams.video[0]
        return stream.frames, float(file.duration / av.time_base), sum(1 for _ in file.decode(stream))


shown, hidden = decoded({}), decoded({"ignore_editlist": "1"})
print(shown, hidden)
if shown != (50, 1.0, 25) or hidden[2] != 50:
    sys.exit(f"changed: shown {shown}, without the edit list {hidden}")
END
