#!/bin/sh
# What: ffmpeg 5.1 (Debian 12) and 9.0.2 (imageio-ffmpeg 0.8.1, PyPI), amix; clips of a camera with two streams of sound, one of
#   which begins later than the picture (a microphone without a wire that was switched on, an edit list)
# Guess: amix puts each stream where its times say: a word that is said at 1.5 seconds is heard there.
# Does: each stream is put to the beginning, whatever its times: what begins a second later is heard a second early, beside
#   lips that move later. The first stream's times alone count. -map 0:a:1 alone, and a copy, keep the time. A test in
#   which all streams begin together shows nothing.
# Seen: tone from 1.5 s of the file, in the second stream: in the mix from 0.5 s; with aresample before, from 1.5 s
# Source: ffmpeg-filters(1), amix ('mixes multiple audio inputs into a single output'; durations are options, times are not
#   mentioned); ffmpeg-resampler(1), first_pts and async.
# Instead: [0:a:1]aresample=async=1:first_pts=0[b] for each stream, before amix.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v ffmpeg >/dev/null || { echo 'needs ffmpeg (Debian package ffmpeg)'; exit 2; }
ffmpeg -version | head -n 1
python3 -m venv venv && venv/bin/pip install -qq imageio-ffmpeg==0.8.1 || exit 2
other=$(venv/bin/python -W ignore -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$other" -version | head -n 1

ffmpeg -loglevel error -f lavfi -i testsrc=size=64x48:rate=25:duration=3 -f lavfi -i anullsrc=r=48000:cl=mono:d=3 \
  -itsoffset 1 -f lavfi -i 'aevalsrc=0.4*sin(2765*t)*gte(t\,0.5):s=48000:d=2' -map 0 -map 1 -map 2 \
  -c:v mpeg4 -c:a pcm_s16le clip.mov
cat > run.py <<'END'
import struct, subprocess, sys

plain = "[0:a:0][0:a:1]amix=inputs=2:duration=longest[m]"
timed = "[0:a:0]aresample=async=1:first_pts=0[a];[0:a:1]aresample=async=1:first_pts=0[b];[a][b]amix=inputs=2[m]"
for program in sys.argv[1:]:
    begins = []
    for graph in (plain, timed):
        made = subprocess.run([program, "-loglevel", "error", "-i", "clip.mov", "-filter_complex", graph, "-map", "[m]",
                               "-ar", "8000", "-ac", "1", "-f", "s16le", "-"], check=True, capture_output=True).stdout
        begins.append(next(at for at, (each,) in enumerate(struct.iter_unpack("<h", made)) if abs(each) > 500) / 8000)
    print(program.rsplit("/")[-1][:12], begins)
    if not (0.45 < begins[0] < 0.55 and 1.45 < begins[1] < 1.55):
        sys.exit(f"changed: the tone begins at {begins}")
END
venv/bin/python run.py ffmpeg "$other"
