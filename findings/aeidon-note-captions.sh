#!/bin/sh
# What: aeidon 2.0.1 (PyPI), the library of the editor Gaupol: WebVTT read and made into SubRip
# Guess: a NOTE or a STYLE is what stands between captions; a caption whose words begin with one of them is a caption.
# Does: the word is looked for at the beginning of every line. A caption 'NOTE ON THE DOOR …', as films have it where
#   something is written in the picture, becomes a remark of the next caption, its time is lost, and the number of captions
#   is one less. Saved as SubRip, which has no remarks, the words are gone. 'Note' in small letters is read well.
#   '&amp;' is left as it is and then stands so in SubRip, and the voice (<v …>) is dropped.
# Seen: of three captions two; in the SubRip file 'First words' and 'He &amp; she left'
# Source: WebVTT, 4.1, 'WebVTT comment block': NOTE begins a block, and a block ends at the first empty line.
# Instead: webvtt-py, which reads it as a caption; count '-->' before and captions after.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq aeidon==2.0.1 webvtt-py==0.6.0 || exit 2

cat > a.vtt <<'END'
WEBVTT

00:00:01.000 --> 00:00:02.000
First words

00:00:03.000 --> 00:00:04.000
NOTE ON THE DOOR: closed

00:00:05.000 --> 00:00:06.000
<v Tenzin>He &amp; she left
END
venv/bin/python - <<'END' || exit $?
import sys

import aeidon
import webvtt

project = aeidon.Project()
project.open_main("a.vtt", "utf_8")
found = [(caption.start_time, caption.main_text, caption.webvtt.comment) for caption in project.subtitles]
print(found)
project.save_main(aeidon.files.new(aeidon.formats.SUBRIP, "a.srt", "utf_8"))
with open("a.srt", encoding="utf-8") as file:
    saved = file.read()
print(saved)
if len(webvtt.read("a.vtt")) != 3:
    sys.exit(f"changed: webvtt-py reads {len(webvtt.read('a.vtt'))} captions")
if len(found) != 2 or found[1][2] != "NOTE ON THE DOOR: closed":
    sys.exit(f"changed: {found}")
if "DOOR" in saved or "He &amp; she left" not in saved or "Tenzin" in saved:
    sys.exit("changed: what stands in the SubRip file")
END
