#!/bin/sh
# What: ffmpeg 5.1 (Debian 12) and 9.0.2 (imageio-ffmpeg 0.8.1, PyPI), Broadcast Wave; read with wavinfo 4.0.1 (PyPI)
# Guess: with -write_bext 1 a copy of a sound recorder's file keeps what stands in its bext chunk, or loses it whole.
# Does: half of it. On reading, description, originator and date get other names (comment, encoded_by, date), and the
#   writer of the chunk looks for the first ones: they are empty in it, without a warning; comment and date stand in the
#   INFO list beside it, where ffprobe finds them and a reader of the chunk does not. The count of samples since
#   midnight stays, even if the beginning was cut off: the cut claims to begin when the whole began.
# Seen: ('Interview', 'Recorder', '2024-06-04', 172800000) → ('', '', '', 172800000), also with -ss 1; INFO has
#   'Interview' and '2024-06-04'.
# Source: EBU Tech 3285 (Description, Originator, OriginationDate, TimeReference: of the first sample); 'ffmpeg -h
#   muxer=wav': write_bext.
# Instead: give them anew (-metadata description=… originator=… origination_date=… time_reference=…), and read the chunk
#   of the copy.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v ffmpeg >/dev/null || { echo 'needs ffmpeg (Debian package ffmpeg)'; exit 2; }
ffmpeg -version | head -n 1
python3 -m venv venv && venv/bin/pip install -qq imageio-ffmpeg==0.8.1 wavinfo==4.0.1 || exit 2
other=$(venv/bin/python -W ignore -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$other" -version | head -n 1

ffmpeg -loglevel error -f lavfi -i sine=frequency=440:sample_rate=48000:duration=2 -write_bext 1 \
  -metadata description=Interview -metadata originator=Recorder -metadata origination_date=2024-06-04 \
  -metadata origination_time=01:00:00 -metadata time_reference=172800000 recorded.wav
ffmpeg -loglevel error -i recorded.wav -c copy -write_bext 1 copied.wav
ffmpeg -loglevel error -ss 1 -i recorded.wav -c copy -write_bext 1 cut.wav
"$other" -loglevel error -i recorded.wav -c copy -write_bext 1 other.wav

venv/bin/python - <<'END'
import sys
from wavinfo import WavInfoReader

found = {}
for name in ("recorded", "copied", "cut", "other"):
    wave = WavInfoReader(f"{name}.wav")
    chunk, listed = wave.bext, wave.info and (wave.info.comment, wave.info.created_date)
    found[name] = (chunk.description, chunk.originator, chunk.originator_date, chunk.time_reference)
    print(name, found[name], listed)
    if name != "recorded" and listed != ("Interview", "2024-06-04"):
        sys.exit(f"changed: {name} has {listed} in its INFO list")
if found["recorded"] != ("Interview", "Recorder", "2024-06-04", 172800000):
    sys.exit(f"changed: the first file has {found['recorded']}")
for name in ("copied", "cut", "other"):
    if found[name] != ("", "", "", 172800000):
        sys.exit(f"changed: {name} has {found[name]}")
END
