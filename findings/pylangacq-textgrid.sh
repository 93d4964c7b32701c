#!/bin/sh
# What: pylangacq 0.23.0 with rustling 0.9.0 (PyPI), transcripts of CHAT (.cha) made into TextGrids; read by Praat itself, in
#   praat-parselmouth 0.4.7 (PyPI)
# Guess: between two utterances of a speaker the tier has an empty interval, as Praat makes it, so that every time belongs to
#   one; each tier is as long as the recording.
# Does: silences are left out, and a tier ends with its last word. Praat takes the file without a word, and gives for a time
#   in a gap the interval behind it: at 2.5 s, when the witness is silent and the investigator as well, it says that the
#   investigator is speaking, three seconds too early. What is said at a time within an utterance is right, so a test with
#   those shows nothing. (In a file of Praat's a gap has an interval with an empty label.)
# Seen: 2 intervals (1.0 to 2.1, 5.4 to 6.0); at 2.5 s interval 2, 'when ?', which begins at 5.4; tier ends at 6 of 9 s
# Source: Praat's manual, 'TextGrid': an interval tier is a connected sequence of labelled intervals, with boundaries in
#   between.
# Instead: praatio (fills gaps when it saves, with includeBlankSpaces=True) or intervals of your own between them; ask at a
#   time of silence after writing.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq pylangacq==0.23.0 rustling==0.9.0 praat-parselmouth==0.4.7 praatio==6.2.2 || exit 2

venv/bin/python - <<'END'
import sys
import parselmouth, pylangacq
from parselmouth.praat import call
from praatio import textgrid as praatio

with open("talk.cha", "w", encoding="utf-8") as file:
    file.write("""@UTF8
@Begin
@Languages:\teng
@Participants:\tWIT Witness, INT Investigator
@ID:\teng|x|WIT|||||Witness|||
@ID:\teng|x|INT|||||Investigator|||
@Media:\ttalk, audio
*INT:\twhat happened then ? \x151000_2100\x15
*WIT:\tthey took him . \x153000_5400\x15
*INT:\twhen ? \x155400_6000\x15
*WIT:\tat night . \x157000_9000\x15
@End
""")
with open("talk.TextGrid", "w", encoding="utf-8") as file:
    file.write(pylangacq.read_chat("talk.cha").to_textgrid_strs()[0])
praatio.openTextgrid("talk.TextGrid", includeEmptyIntervals=True).save("filled.TextGrid", "long_textgrid", includeBlankSpaces=True)


def said(name, time):
    grid = parselmouth.read(name)
    number = call(grid, "Get interval at time", 1, time)
    return call(grid, "Get label of interval", 1, number) if number else None


grid = parselmouth.read("talk.TextGrid")
parts = [(call(grid, "Get start time of interval", 1, number), call(grid, "Get end time of interval", 1, number))
         for number in range(1, call(grid, "Get number of intervals", 1) + 1)]
found = {time: said("talk.TextGrid", time) for time in (1.5, 2.5, 5.5, 8.0)}
filled = {time: said("filled.TextGrid", time) for time in (1.5, 2.5, 5.5, 8.0)}
print(parts, found, "filled by praatio:", filled)
if found[1.5] != "what happened then ?" or found[5.5] != "when ?":
    sys.exit(f"changed: within an utterance: {found}")
if filled != {1.5: "what happened then ?", 2.5: "", 5.5: "when ?", 8.0: ""}:
    sys.exit(f"changed: filled by praatio: {filled}")
if parts != [(1.0, 2.1), (5.4, 6.0)] or found[2.5] != "when ?" or found[8.0] is not None:
    sys.exit(f"changed: {parts}, {found}")
END
