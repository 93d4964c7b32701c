#!/bin/sh
# What: pysubs2 1.8.1 (PyPI)
# Guess: SubRip in, SubRip out: the text of a caption stays.
# Does: the text goes through the notation of SubStation Alpha: what stands in braces is gone, and a backslash before
#   N is a line break.
# Seen: 'set {a, b} and C:\News' → 'set  and C:', 'ews'.
# Source: SubRip has no standard, and its players show braces; the README names SRT as supported and SubStation Alpha
#   as the base.
# Instead: read and write SubRip yourself (index, times, lines), or compare the text before and after.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq pysubs2==1.8.1 || exit 2

venv/bin/python - <<'END'
import sys
import pysubs2

source = "1\n00:00:01,000 --> 00:00:02,000\nset {a, b} and C:\\News\n"
written = pysubs2.SSAFile.from_string(source).to_string("srt")
print(repr(written))
if "set  and C:\news" not in written:
    sys.exit(f"changed: {written!r}")
END
