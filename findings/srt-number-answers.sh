#!/bin/sh
# What: srt-to-vtt 1.4.0 and caption2text 0.1.2 (PyPI), SubRip made into WebVTT and into a plain transcript
# Guess: what is left out is the number that stands over each caption; a caption that is itself a number stays.
# Does: every line of digits alone goes, wherever it stands, and digits of any script count: 'In which year?' is left
#   without its '1989', 'How many?' without its '12', in Tibetan digits too. The WebVTT has a caption of nothing in its
#   place, and the transcript no trace at all. Numbers in words, or with anything beside them, stay, so that most
#   interviews come through whole. Nothing is reported.
# Seen: of four captions (a question, 1989, ༡༢, an answer in words) two have words left, in both.
# Source: the help and README of both ('convert'); in SubRip a counter stands above the line of times, and nowhere else.
# Instead: take a line of digits for a counter only if the next line has '-->'; count captions and their lines before and
#   after.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq srt-to-vtt==1.4.0 caption2text==0.1.2 || exit 2

cat > a.srt <<'END'
1
00:00:01,000 --> 00:00:02,000
In which year?

2
00:00:03,000 --> 00:00:04,000
1989

3
00:00:05,000 --> 00:00:06,000
༡༢

4
00:00:07,000 --> 00:00:08,000
Twelve, in June 1989.
END
venv/bin/python - <<'END' || exit $?
import sys

from caption2text import srt_to_transcript
from srt_to_vtt import srt_to_vtt

srt_to_vtt("a.srt", "a.vtt")
with open("a.vtt") as file:
    captions = file.read()
transcript = srt_to_transcript("a.srt")
print(captions, transcript, sep="---\n")
left = ["In which year?", "Twelve, in June 1989."]
words = [line for line in captions.splitlines() if line and "-->" not in line and line != "WEBVTT"]
if captions.count("-->") != 4 or words != left:
    sys.exit(f"changed: srt-to-vtt: {words}")
if transcript.splitlines() != left:
    sys.exit(f"changed: caption2text: {transcript!r}")
END
