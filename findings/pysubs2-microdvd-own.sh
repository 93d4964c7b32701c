#!/bin/sh
# What: pysubs2 1.8.1 (PyPI), subtitles in MicroDVD (.sub), whose times are frames; ffmpeg 5.1 (Debian 12) to compare
# Guess: it reads what it wrote. Frames mean nothing without their rate, so it writes the rate into a first line.
# Does: it writes '{0}{0}25' and looks for '{1}{1}25' when it reads: its own files are refused, 'Framerate was not
#   specified'. Both forms are in use. ffmpeg reads both; a file with neither it takes for 23.976 frames a second, without a
#   word, and subtitles of a European film end four minutes late after an hour and a half.
# Seen: UnknownFPSError for its own file, 1.000 to 3.520 s for the same with {1}{1}; ffmpeg: 1.000 and 1.000, and 1.043
#   for the one without a rate.
# Source: pysubs2's documentation of MicroDVDFormat: write_fps_declaration writes a first subtitle {1}{1}, and
#   strict_fps_inference (the default since 1.8) takes that form alone.
# Instead: write the first line as {1}{1}25, or give fps= when a file is loaded; never let a program guess it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v ffmpeg >/dev/null || { echo 'needs ffmpeg (Debian package ffmpeg)'; exit 2; }
ffmpeg -version | head -n 1
python3 -m venv venv && venv/bin/pip install -qq pysubs2==1.8.1 || exit 2

cat >run.py <<'END'
import re, subprocess, sys
import pysubs2

subs = pysubs2.SSAFile()
subs.append(pysubs2.SSAEvent(1000, 3500, "They are gone."))
own = subs.to_string("microdvd", fps=25)
files = {"own": own, "ones": own.replace("{0}{0}", "{1}{1}"), "none": own.partition("\n")[2]}
read, heard = {}, {}
for name, text in files.items():
    try:
        read[name] = [(each.start, each.end) for each in pysubs2.SSAFile.from_string(text)]
    except pysubs2.exceptions.UnknownFPSError as error:
        read[name] = type(error).__name__
    open("a.sub", "w").write(text)
    command = ["ffmpeg", "-v", "error", "-f", "microdvd", "-i", "a.sub", "-f", "srt", "-"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    heard[name] = re.search(r"(\S+) -->", said)[1]
print(own.splitlines()[0], read, heard)
if read != {"own": "UnknownFPSError", "ones": [(1000, 3520)], "none": "UnknownFPSError"}:
    sys.exit(f"changed: pysubs2 reads {read}")
if heard != {"own": "00:00:01,000", "ones": "00:00:01,000", "none": "00:00:01,043"}:
    sys.exit(f"changed: ffmpeg reads {heard}")
END
venv/bin/python run.py
