#!/bin/sh
# What: pycaption 2.3.14 (PyPI)
# Guess: WebVTT in, WebVTT out: who speaks (<v Tenzin>) stays markup, which a page styles and a search can ask for.
# Does: the tag becomes words of the caption, 'Tenzin: …', shown to everybody; identifiers of cues are gone. From
#   SubRip, <b> becomes text: the viewer reads the tag. Both keep '<' escaped well.
# Seen: '<v Tenzin>5 &lt; 6' comes back as 'Tenzin: 5 &lt; 6'.
# Source: WebVTT, 3.5 'cue voice span': it annotates the text and is no part of it.
# Instead: read and write WebVTT with webvtt-py, or strictly yourself; take names from the tags before pycaption is
#   asked.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq pycaption==2.3.14 || exit 2

venv/bin/python - <<'END'
import sys
from pycaption import SRTReader, WebVTTReader, WebVTTWriter

given = "WEBVTT\n\nid1\n00:00:01.000 --> 00:00:03.000\n<v Tenzin>5 &lt; 6\n"
back = WebVTTWriter().write(WebVTTReader().read(given))
bold = WebVTTWriter().write(SRTReader().read("1\n00:00:01,000 --> 00:00:03,000\n<b>one</b>\n"))
print(back, bold)
if "5 &lt; 6" not in back:
    sys.exit("changed: '<' is not escaped any more")
if "Tenzin: 5" not in back or "id1" in back or "&lt;b" not in bold:
    sys.exit("changed: voice, identifier or bold words come through")
END
