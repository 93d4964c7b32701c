#!/bin/sh
# What: ffmpeg 5.1 (Debian 12) and 9.0.2 (imageio-ffmpeg 0.8.1, PyPI), captions of broadcasters (SCC) to SubRip;
#   pycaption 2.3.14 and ttconv 1.2.3 (PyPI) to compare
# Guess: a semicolon in a time code means drop frame, a colon none; at 29.97 the second falls behind the clock by 3.6
#   seconds an hour, and what reads the format reckons that in, as the other two do.
# Does: colon and semicolon are one to it, and both are read as clock time. Files with drop frame are right; in one
#   without, captions come early, by 3.6 seconds after an hour. Short clips and files that begin at 0 look right.
# Seen: 01:00:00:00 is 3600.0 s to ffmpeg, 3603.97 to pycaption and ttconv (with the twelve frames in which the words
#   are sent); 01:00:00;00 is 3600.0 and 3600.37
# Source: CEA-608 in SCC: frames are numbered at 30 and shown at 30000/1001; SMPTE ST 12-1: colon and semicolon; ffmpeg
#   has no option for it (ffmpeg -h demuxer=scc).
# Instead: pycaption or ttconv, or -itsscale 1.001 for files with colons; compare the last caption with the film.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v ffmpeg >/dev/null || { echo 'needs ffmpeg (Debian package ffmpeg)'; exit 2; }
ffmpeg -version | head -n 1
python3 -m venv venv && venv/bin/pip install -qq pycaption==2.3.14 ttconv==1.2.3 imageio-ffmpeg==0.8.1 || exit 2

cat > run.py <<'END'
import re, subprocess, sys
import imageio_ffmpeg
import pycaption


def begin(text):
    hours, minutes, seconds, parts = map(int, re.search(r"(\d+):(\d+):(\d+),(\d+) -->", text).groups())
    return hours * 3600 + minutes * 60 + seconds + parts / 1000


def convert(*command):
    subprocess.run(command, check=True, capture_output=True)
    with open(command[-1]) as file:
        return begin(file.read())


found = {}
for mark in ":;":
    with open("a.scc", "w") as file:
        file.write(f"Scenarist_SCC V1.0\n\n01:00:00{mark}00\t94ae 94ae 9420 9420 9470 9470 c8e5 ecec ef80 942c 942c 942f 942f\n\n"
                   f"01:00:03{mark}00\t942c 942c\n")
    with open("a.scc") as file:
        other = pycaption.SCCReader().read(file.read()).get_captions("en-US")[0].start / 1e6
    found[mark] = [
        convert("ffmpeg", "-y", "-i", "a.scc", "a.srt"),
        convert(imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-i", "a.scc", "b.srt"),
        other,
        convert("venv/bin/tt", "convert", "-i", "a.scc", "-o", "c.srt"),
        convert("ffmpeg", "-y", "-itsscale", "1.001", "-i", "a.scc", "d.srt"),
    ]
print(imageio_ffmpeg.get_ffmpeg_version(), found)
if [round(found[":"][i] - found[";"][i], 1) for i in (2, 3)] != [3.6, 3.6]:
    sys.exit(f"changed: pycaption or ttconv {found}")
if found[":"][:2] != [3600, 3600] or found[";"][:2] != [3600, 3600]:
    sys.exit(f"changed: ffmpeg {found}")
if round(found[":"][4], 1) != 3603.6:
    sys.exit(f"changed: itsscale {found}")
END
venv/bin/python run.py
