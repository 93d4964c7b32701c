#!/bin/sh
# What: pysubs2 1.8.1 (PyPI) reads WebVTT as YouTube gives out its own captions (yt-dlp --write-auto-subs)
# Guess: a valid file of WebVTT gives its cues with their words; what a library cannot read it says.
# Does: such captions have a line of one space in most cues, and times within the words. Only an empty line ends a cue in
#   WebVTT, so that the words below the space belong to it. pysubs2 ends the cue there: it gives no words, and a second
#   cue, without words too, is made of the time within the line. No error, no warning.
# Seen: [(160, ''), (560, '')], where webvtt-py 0.6.0 has 'hello and welcome' at 160
# Source: WebVTT, 6.1, "collect a WebVTT block": a cue ends where a line is the empty string
# Instead: webvtt-py; or take the lines of one space out of the cues before.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq pysubs2==1.8.1 webvtt-py==0.6.0 || exit 2

cat > run.py <<'END'
import sys
import pysubs2, webvtt

LINES = ["WEBVTT", "Kind: captions", "Language: en", "", "00:00:00.160 --> 00:00:02.470 align:start position:0%", " ",
         "hello<00:00:00.560><c> and</c><00:00:00.960><c> welcome</c>", ""]
with open("a.vtt", "w") as file:
    file.write("\n".join(LINES))
found = [(cue.start, cue.plaintext) for cue in pysubs2.load("a.vtt")]
[other] = webvtt.read("a.vtt")
print("pysubs2", found, "webvtt-py", [(other.start, other.text)])
if other.text.strip() != "hello and welcome":
    sys.exit(f"changed: webvtt-py gives {other.text!r}")
if any(words for _, words in found):
    sys.exit(f"changed: pysubs2 gives {found}")
END
venv/bin/python run.py
