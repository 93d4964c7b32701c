#!/bin/sh
# What: ffprobe 5.1 (Debian 12) and PyAV 18.1.0 (PyPI), recordings of older telephones (AMR)
# Guess: an AMR file is so many frames of 20 ms, so its length is told right, or not at all.
# Does: the file tells no length; it is reckoned from its size and the rate at which it begins. Where nobody speaks a
#   telephone writes frames of 1 or 6 bytes for those of 32: a conversation with pauses is told too short if it begins with
#   speech, and several times too long if it begins with silence. No word that it is a guess. Decoded, or its packets
#   counted, it has all its time.
# Seen: 9 seconds: 7.5 with speech first, 22.5 with silence first
# Source: RFC 4867, 5.3 (each frame is 20 ms; frame types 8, comfort noise, and 15, no data); ffprobe's documentation does
#   not say how a duration was found.
# Instead: count packets: ffprobe -count_packets, or -c copy -f null - and the last time; 20 ms each.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v ffprobe >/dev/null || { echo 'needs ffprobe (Debian package ffmpeg)'; exit 2; }
ffprobe -version | head -n 1
python3 -m venv venv && venv/bin/pip install -qq av==18.1.0 || exit 2

cat > run.py <<'END'
import subprocess, sys
import av

speech, noise, nothing = bytes([0x3C]) + bytes(31), bytes([0x44]) + bytes(5), bytes([0x7C])
talk, pause = speech * 50, (noise + nothing * 7) * 50  # 1 second, 8 seconds
found = {}
for name, data in (("speech", talk + pause), ("silence", pause + talk)):
    with open(f"{name}.amr", "wb") as file:
        file.write(b"#!AMR\n" + data)
    words = ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", f"{name}.amr"]
    told = float(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    with av.open(f"{name}.amr") as container:
        found[name] = told, container.duration / 1e6, sum(packet.size > 0 for packet in container.demux()) * 0.02
print(found)
if [found["speech"], found["silence"]] != [(7.5, 7.5, 9.0), (22.5, 22.5, 9.0)]:
    sys.exit(f"changed: {found}")
END
venv/bin/python run.py
