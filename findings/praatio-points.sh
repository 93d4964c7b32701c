#!/bin/sh
# What: praatio 6.2.2 (PyPI), TextGrids of Praat; textgrid 1.6.1 (PyPI) to compare
# Guess: a quotation mark in a label, which the file has twice, is one after reading, in tiers of intervals and of points
#   alike; what is read and saved again is what it was.
# Does: in intervals it is one, in points it stays two, and saving doubles it again: a remark at a point has two, four,
#   eight marks after each round of opening and saving. Intervals and their labels come back as they were, so a test with
#   words shows nothing.
# Seen: interval: say "no"; point: say ""no""; saved and read by textgrid: say ""no"", after the second round with four
# Source: Praat's manual, 'TextGrid file formats': a double quote within a text is written twice, for both kinds of tier.
# Instead: textgrid for files with points, or label.replace('""', '"') for each point that was read, before anything is
#   saved.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq praatio==6.2.2 textgrid==1.6.1 || exit 2

cat > 0.TextGrid <<'END'
File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0 
xmax = 2 
tiers? <exists> 
size = 2 
item []: 
    item [1]:
        class = "IntervalTier" 
        name = "words" 
        xmin = 0 
        xmax = 2 
        intervals: size = 1 
        intervals [1]:
            xmin = 0 
            xmax = 2 
            text = "say ""no""!" 
    item [2]:
        class = "TextTier" 
        name = "remarks" 
        xmin = 0 
        xmax = 2 
        points: size = 1 
        points [1]:
            number = 0.5 
            mark = "say ""no""!" 
END

venv/bin/python - <<'END'
import sys
import textgrid
from praatio import textgrid as praatio

true = 'say "no"!'
found = []
for number in range(3):
    grid = praatio.openTextgrid(f"{number}.TextGrid", includeEmptyIntervals=True)
    labels = [grid.getTier(name).entries[0].label for name in ("words", "remarks")]
    other = [tier[0].mark for tier in textgrid.TextGrid.fromFile(f"{number}.TextGrid")]
    found.append((labels, other))
    print("praatio:", labels, "textgrid:", other)
    grid.save(f"{number + 1}.TextGrid", "long_textgrid", includeBlankSpaces=True)
if found[0][1] != [true, true] or any(labels[0] != true or other[0] != true for labels, other in found):
    sys.exit("changed: textgrid, or the intervals")
marks = [(labels[1].count('"'), other[1].count('"')) for labels, other in found]
if marks != [(4, 2), (8, 4), (16, 8)]:
    sys.exit(f"changed: quotation marks of the point: {marks}")
END
