#!/bin/sh
# What: podcast-transcript-convert 0.1.2 (PyPI), captions (WebVTT) made into the transcripts of podcasts (JSON: who, when, what)
# Guess: a caption in which two people speak, each in a voice of their own (<v …>), becomes two segments, or one that names
#   both or nobody.
# Does: it is one segment, and all of it was said by the first: the answer is put into the mouth of who asked. That is how
#   captions of conversations are usually set, a line each. The name is a field, which programs count and search by, and the
#   text shows no break between the two. Signs that WebVTT has to escape stay as they are in the file ('&amp;').
# Seen: {"body": "Did you see him? No, never.", "speaker": "Officer"}, of which the second sentence is Dolma's
# Source: WebVTT, 'WebVTT cue voice span' (a cue may have several); Podcast Namespace, transcripts, JSON ('speaker' of a segment).
# Instead: webvtt-py 0.6.0 or a parser of your own for captions with more than one <v; html.unescape on the text.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq podcast-transcript-convert==0.1.2 || exit 2

mkdir -p in/one out
cat > in/one/a.vtt <<'END'
WEBVTT

00:00:01.000 --> 00:00:03.000
<v Officer>Where were you?</v>

00:00:03.000 --> 00:00:05.000
<v Dolma>At home &amp; alone.</v>

00:00:05.000 --> 00:00:08.000
<v Officer>Did you see him?</v>
<v Dolma>No, never.</v>
END
venv/bin/transcript2json in out 2> log.txt || { tail -n 1 log.txt; exit 2; }
venv/bin/python - <<'END'
import json, sys

with open("out/one/a.json") as file:
    segments = json.load(file)["segments"]
for one in segments:
    print(one)
found = [(one.get("speaker"), one["body"]) for one in segments]
if found[:1] != [("Officer", "Where were you?")]:
    sys.exit(f"changed: a caption of one voice: {found}")
if found[1:] != [("Dolma", "At home &amp; alone."), ("Officer", "Did you see him? No, never.")]:
    sys.exit(f"changed: {found}")
END
