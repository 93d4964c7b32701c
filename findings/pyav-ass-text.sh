#!/bin/sh
# What: PyAV 18.1.0 (PyPI), ffmpeg 5.1 (Debian 12) to make the clip
# Guess: the text of a subtitle is in AssSubtitle.text, or else in .dialogue.
# Does: text is empty; dialogue drops what stands in braces, words as well as commands; only .ass has the line whole,
#   behind eight commas.
# Seen: text b'', dialogue b'Hello,  you', ass b'0,0,Default,…,,Hello, {world} you'.
# Source: PyAV documentation, AssSubtitle: text, dialogue and ass are given without this difference.
# Instead: split .ass at the eighth comma, and take the times from the packet.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v ffmpeg >/dev/null || { echo 'needs ffmpeg (Debian package ffmpeg)'; exit 2; }
ffmpeg -version | head -n 1
cat > a.ass <<'END'
[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,20

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:00.50,0:00:01.00,Default,Ann,0,0,0,,Hello, {world} you
END
ffmpeg -loglevel error -f lavfi -i testsrc=size=64x48:rate=5:duration=2 -i a.ass -c:v libx264 -c:s ass a.mkv
python3 -m venv venv && venv/bin/pip install -qq av==18.1.0 || exit 2

venv/bin/python - <<'END'
import sys
import av

with av.open("a.mkv") as file:
    found = [part for packet in file.demux(subtitles=0) for part in packet.decode()]
part = found[0]
print(part.text, part.dialogue, part.ass)
if part.text != b"" or part.dialogue != b"Hello,  you" or part.ass.split(b",", 8)[8] != b"Hello, {world} you":
    sys.exit(f"changed: text {part.text}, dialogue {part.dialogue}, ass {part.ass}")
END
