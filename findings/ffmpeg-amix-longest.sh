#!/bin/sh
# What: ffmpeg 5.1 (Debian 12), amix=duration=longest; clips of a camera with two streams of sound, one of which ends before the other
#   (a microphone that was switched off); beside it 9.0.2 (imageio-ffmpeg 0.8.1, PyPI)
# Guess: with duration=longest, the default, the mix goes on to the end of the longer stream, whichever that is.
# Does: if both streams come out of one file and the second ends before the first, 5.1 ends the mix there, without a word and with
#   status 0: what is said later in the first stream is in no output. If the first is the shorter one, or each comes from a file of its
#   own, or from lavfi as in a test, all of it is there. 9.0.2 is right in each case.
# Seen: streams of 8 and 5 seconds: mix of 5.0; of 5 and 8: 8.0; with a sample of silence as the first input: 8.0 in both
# Source: ffmpeg-filters(1), amix ('longest: the duration of the longest input. (default)').
# Instead: anullsrc,atrim=end_sample=1[none];[none][0:a:0][0:a:1]amix=inputs=3:duration=longest:normalize=0, and listen to the end.
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

for lengths in '8 5' '5 8'; do
  set -- $lengths
  ffmpeg -loglevel error -f lavfi -i "sine=f=400:r=48000:d=$1" -f lavfi -i "sine=f=700:r=48000:d=$2" -map 0 -map 1 \
    -c:a pcm_s16le "$1-$2.mov"
done
cat > run.py <<'END'
import subprocess, sys

plain = "[0:a:0][0:a:1]amix=inputs=2:duration=longest[m]"
first = "anullsrc=r=48000:cl=mono,atrim=end_sample=1[none];[none][0:a:0][0:a:1]amix=inputs=3:duration=longest[m]"
seen = []
for program in sys.argv[1:]:
    for graph in (plain, first):
        for clip in ("8-5.mov", "5-8.mov"):
            made = subprocess.run([program, "-loglevel", "error", "-i", clip, "-filter_complex", graph, "-map", "[m]",
                                   "-ar", "8000", "-ac", "1", "-f", "s16le", "-"], check=True, capture_output=True).stdout
            seen.append(round(len(made) / 16000, 1))
    print(program.rsplit("/")[-1][:12], "plain 8-5, 5-8:", seen[-4:-2], "with silence first:", seen[-2:])
if seen != [5.0, 8.0, 8.0, 8.0, 8.0, 8.0, 8.0, 8.0]:
    sys.exit(f"changed: the mixes last {seen}")
END
venv/bin/python run.py ffmpeg "$other"
