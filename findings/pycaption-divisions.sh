#!/bin/sh
# What: pycaption 2.3.14 (PyPI), TTML (DFXP)
# Guess: all captions of a TTML file are read, whether they stand in one division or in several, as one for each reel,
#   scene or speaker.
# Does: of all divisions in one language only the last is kept: each takes the place of the one before. No error, no
#   warning, and what is written is a well-formed file with the rest. The begin of a body or division is not looked at
#   either: the captions are shown as if it began at 0.
# Seen: two divisions of two captions: the second's two are left; with begin='100s' they stand at 1 s instead of 101 s.
# Source: TTML2, 'body' (any number of div) and 'begin' (relative to the enclosing element).
# Instead: count the p elements before and the captions after, and refuse a file with begin on body or div; or put all p
#   into one div, with the times added up, before pycaption is asked.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq pycaption==2.3.14 || exit 2

venv/bin/python -W ignore - <<'END'
import sys
from pycaption import DFXPReader

FILM = """<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en"><body%s>
<div><p begin="00:00:02.000" end="00:00:03.000">one</p><p begin="00:00:04.000" end="00:00:05.000">two</p></div>
<div%s><p begin="00:00:01.000" end="00:00:04.000">three</p><p begin="00:00:06.000" end="00:00:09.000">four</p></div>
</body></tt>"""


def captions(film):
    return [(caption.get_text(), caption.start // 1_000_000) for caption in DFXPReader().read(film).get_captions("en")]


one = captions(FILM.replace("</div>\n<div%s>", "") % "")
late = ' begin="100s"'
found = [captions(FILM % times) for times in (("", ""), ("", late), (late, ""))]
print(one, found)
if [text for text, _ in one] != ["one", "two", "three", "four"]:
    sys.exit(f"changed: of one division {one}")
if found != [[("three", 1), ("four", 6)]] * 3:
    sys.exit(f"changed: {found}")
END
