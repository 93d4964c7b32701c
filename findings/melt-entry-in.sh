#!/bin/sh
# What: melt 7.12 (Debian 12, package melt), the XML of MLT, in which Shotcut, Kdenlive and melt keep a film
# Guess: 'in' and 'out' of an entry in a playlist are the frames of the file that are shown, as in the projects that Shotcut
#   saves: an entry from 0 to 44 shows the first 45 frames.
# Does: they count from the 'in' of the producer that the entry names. Shotcut's producers begin at 0, so both are one
#   there; of a producer that is cut itself, as melt writes them, the entry says 0 to 44 and the frames 30 to 74 are
#   shown. A list of what footage a film uses that reads entries alone names other frames, all early.
# Seen: melt a.mov in=30 out=74 -consumer xml: producer in="30" out="74", entry in="0" out="44"; the first picture that
#   the project shows is frame 30 of the file.
# Source: https://www.mltframework.org/docs/mltxml/ (entry: 'in' and 'out' of the cut; nothing of the parent's in).
# Instead: add the producer's 'in' to that of each entry.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
for each in melt ffmpeg python3; do
    command -v "$each" >/dev/null || { echo "needs $each (Debian package $each)"; exit 2; }
done
melt -version 2>&1 | head -n 1

# a clip whose frames are told apart by how bright they are: frame n is 2 n + 16
ffmpeg -v error -f lavfi -i "nullsrc=s=64x64:r=25:d=4,format=gray,geq=lum='2*N+16'" -c:v ffv1 a.mkv || exit 2
melt -profile atsc_720p_25 a.mkv in=30 out=74 -consumer xml:film.mlt >/dev/null 2>&1 || exit 2
grep -o '<producer [^>]*>\|<entry [^>]*>' film.mlt
# MLT's pictures are 4:2:2 here; only the first one is taken, and the brightness of its middle
XDG_RUNTIME_DIR=$folder melt film.mlt out=0 -consumer avformat:first.mkv vcodec=ffv1 an=1 >/dev/null 2>&1 || exit 2
ffmpeg -v error -i first.mkv -frames:v 1 -vf crop=2:2,format=gray -f rawvideo first.gray || exit 2
ffmpeg -v error -i a.mkv -frames:v 75 -vf crop=2:2,format=gray -f rawvideo all.gray || exit 2

python3 - <<'END'
import re
import sys

text = open("film.mlt").read()
entry = re.search(r'<entry [^>]*in="([^"]*)" out="([^"]*)"', text).groups()
producer = re.search(r'<producer [^>]*in="([^"]*)" out="([^"]*)"', text).groups()
frames, first = open("all.gray", "rb").read()[::4], open("first.gray", "rb").read()[0]
nearest = min(range(len(frames)), key=lambda at: abs(frames[at] - first))
print("the first picture that the project shows is frame", nearest)
if (producer, entry) != (("30", "74"), ("0", "44")):
    sys.exit(f"changed: the producer says {producer}, the entry {entry}")
if abs(nearest - 30) > 1:
    sys.exit(f"changed: frame {nearest} is shown first")
END
