#!/bin/sh
# What: praat-textgrids 1.4.0 (PyPI), TextGrids of Praat; to compare textgrid 1.6.1 and praatio 6.2.2 (PyPI)
# Guess: a label is what stands between its first quotation mark and its last; a quotation mark within it, which the
#   file has twice, is one again.
# Does: a label ends at the first equals sign that has a space on both sides, and all quotation marks at its ends are
#   taken away; those within stay doubled. So notes such as 'ka = column' lose what they say, and what somebody quotes
#   loses its end. Nothing is raised, times and number of labels are right, and the file that is written back has the
#   rest.
# Seen: 'ka = column' is read as 'ka', 'she said "no" twice' with two marks on either side of no, '"no"' as 'no';
#   textgrid and praatio read all three whole.
# Source: Praat's manual, 'TextGrid file formats': texts stand between double quotes, a double quote within is written
#   twice; nothing in a text ends it but a quote.
# Instead: textgrid or praatio; compare the labels of both before a file is written back.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq praat-textgrids==1.4.0 textgrid==1.6.1 praatio==6.2.2 || exit 2

cat > a.TextGrid <<'END'
File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0 
xmax = 3 
tiers? <exists> 
size = 1 
item []: 
    item [1]:
        class = "IntervalTier" 
        name = "words" 
        xmin = 0 
        xmax = 3 
        intervals: size = 3 
        intervals [1]:
            xmin = 0 
            xmax = 1 
            text = "ka = column" 
        intervals [2]:
            xmin = 1 
            xmax = 2 
            text = "she said ""no"" twice" 
        intervals [3]:
            xmin = 2 
            xmax = 3 
            text = """no""" 
END

venv/bin/python - <<'END'
import sys
import textgrid, textgrids
from praatio import textgrid as praatio

whole = ["ka = column", 'she said "no" twice', '"no"']
grid = textgrids.TextGrid("a.TextGrid")
found = [str(part.text) for part in grid["words"]]
grid.write("b.TextGrid")
again = [part.mark for part in textgrid.TextGrid.fromFile("b.TextGrid")[0]]
one = [part.mark for part in textgrid.TextGrid.fromFile("a.TextGrid")[0]]
other = [entry.label for entry in praatio.openTextgrid("a.TextGrid", True).getTier("words").entries]
print("praat-textgrids:", found)
print("written back, read by textgrid:", again)
print("textgrid and praatio:", one, other)
if one != whole or other != whole:
    sys.exit(f"changed: the others read {one} and {other}")
if found != ["ka", 'she said ""no"" twice', "no"] or again[0] != "ka":
    sys.exit(f"changed: {found}, written back {again}")
END
