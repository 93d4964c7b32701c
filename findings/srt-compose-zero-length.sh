#!/bin/sh
# What: srt 3.5.3 (PyPI), which most Python programs that write SubRip use
# Guess: compose() writes every cue that parse() read; an argument called "reindex" decides about numbers alone.
# Does: a cue that ends when it begins, or before, is left out, with its words, and those behind it are numbered as if
#   it had never been there. Nothing is raised or returned; one line goes to a logger at the level INFO, which nobody sees
#   unless logging is set up. With reindex=False it is written. Captions of live recognition and of hand-moved times
#   have such cues.
# Seen: parsed 3 cues, composed 2: the name is gone; with reindex=False 3.
# Source: its documentation of compose(), 'reindex: Whether to reindex subtitles based on start time'; that skipping is
#   part of it stands at sort_and_reindex(skip=True), which compose() calls.
# Instead: compose(cues, reindex=False), or look for start >= end first and have a person correct these times.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq srt==3.5.3 || exit 2

venv/bin/python - <<'END'
import sys
import srt

text = """1
00:00:01,000 --> 00:00:02,000
Read the names.

2
00:00:03,000 --> 00:00:03,000
Wang Xiaoming

3
00:00:05,000 --> 00:00:06,000
Louder.
"""
cues = list(srt.parse(text))
written = srt.compose(cues)
as_it_is = srt.compose(cues, reindex=False)
print("parsed", len(cues), "| composed", written.count("-->"), "| reindex=False", as_it_is.count("-->"))
print(repr(written))
if len(cues) != 3 or as_it_is.count("-->") != 3 or "Wang Xiaoming" not in as_it_is:
    sys.exit("changed: such a cue is not parsed, or not written with reindex=False either")
if "Wang Xiaoming" in written or written.count("-->") != 2:
    sys.exit(f"changed: compose() writes {written.count('-->')} cues")
END
