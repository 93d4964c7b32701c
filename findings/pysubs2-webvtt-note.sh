#!/bin/sh
# What: pysubs2 1.8.1 (PyPI)
# Guess: a NOTE in WebVTT is a comment, and a reader drops it or keeps it apart.
# Does: a NOTE behind a cue becomes part of the cue's text and is shown on saving, as are the words a translator wrote
#   for herself.
# Seen: caption 1: 'Hello', empty line, 'NOTE private: ask the translator'.
# Source: W3C WebVTT, 4.1 and 6.1: a comment block starts with NOTE and ends at an empty line; a cue's text ends at
#   one too.
# Instead: read WebVTT with webvtt-py, which keeps comments apart, or strictly yourself.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq pysubs2==1.8.1 || exit 2

venv/bin/python - <<'END'
import sys
import pysubs2

source = (
    "WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n\nNOTE private: ask the translator\n\n"
    "00:03.000 --> 00:04.000\nBye\n"
)
captions = pysubs2.SSAFile.from_string(source)
written = captions.to_string("vtt")
print([line.text for line in captions])
if "NOTE private" not in captions[0].text or "Hello\nNOTE private" not in written:
    sys.exit(f"changed: first caption is {captions[0].text!r}")
END
