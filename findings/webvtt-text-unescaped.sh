#!/bin/sh
# What: pysubs2 1.8.1, webvtt-py 0.6.0, ttconv 1.2.3 (PyPI), ffmpeg 5.1 (Debian 12)
# Guess: who writes WebVTT writes '&lt;' for the character that opens a tag (and '&amp;' for the other).
# Does: all four write '5 < 6' as it is, and a browser may take what follows for a tag. ttconv and ffmpeg even undo
#   the escapes of a well-formed source.
# Seen: '5 < 6' in the output of pysubs2 and webvtt-py from plain text, of ffmpeg from WebVTT with '&lt;', of ttconv
#   from TTML.
# Source: W3C WebVTT, 4.2.2 'WebVTT cue text span': neither '&' nor '<'; 6.4 cue text tokenizer.
# Instead: escape '&' and '<' before the text reaches the writer, refuse '-->', and read the result back strictly.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v ffmpeg >/dev/null || { echo 'needs ffmpeg (Debian package ffmpeg)'; exit 2; }
ffmpeg -version | head -n 1
python3 -m venv venv && venv/bin/pip install -qq pysubs2==1.8.1 webvtt-py==0.6.0 ttconv==1.2.3 || exit 2

venv/bin/python - <<'END'
import subprocess, sys
import pysubs2, webvtt

written = {}
srt = "1\n00:00:01,000 --> 00:00:02,000\n5 < 6 and 7\n"
written["pysubs2"] = pysubs2.SSAFile.from_string(srt).to_string("vtt")

captions = webvtt.WebVTT()
captions.captions.append(webvtt.Caption("00:00:01.000", "00:00:02.000", "5 < 6 and 7"))
written["webvtt-py"] = captions.content

with open("a.ttml", "w") as file:
    file.write('<tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en"><body><div>'
               '<p begin="1s" end="2s">5 &lt; 6 and 7</p></div></body></tt>')
subprocess.run(["venv/bin/tt", "convert", "-i", "a.ttml", "-o", "ttconv.vtt"], check=True, capture_output=True)
written["ttconv"] = open("ttconv.vtt").read()

with open("a.vtt", "w") as file:
    file.write("WEBVTT\n\n00:01.000 --> 00:02.000\n5 &lt; 6 and 7\n")
subprocess.run(["ffmpeg", "-loglevel", "error", "-i", "a.vtt", "ffmpeg.vtt"], check=True)
written["ffmpeg"] = open("ffmpeg.vtt").read()

for name, text in written.items():
    print(name, [line for line in text.splitlines() if "5" in line])
    if "5 < 6 and 7" not in text:
        sys.exit(f"changed: {name} writes {text!r}")
END
