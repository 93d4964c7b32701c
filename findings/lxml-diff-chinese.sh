#!/bin/sh
# What: lxml 6.1.3, lxml.html.diff.htmldiff, and redlines 0.6.2 (PyPI): what was changed in a text
# Guess: a difference marks what was changed: a number of a list of victims that was edited, and nothing else.
# Does: both compare what stands between spaces. Chinese and Tibetan have none in a sentence, so that one changed sign
#   marks the whole paragraph as deleted and inserted: that 二十七 became 二十八 has to be found by eye, and a deletion of
#   much looks like one of little. lxml puts the new paragraph before the old one.
# Seen: lxml '<ins>…二十八名学生没有出来。</ins> <del>…二十七名学生没有出来。</del>', all of both; redlines the same in spans;
#   English: one word.
# Source: lxml documentation, 'HTML Diff' (ins and del around what was changed); redlines, README (word by word)
# Instead: compare letter by letter (difflib on the texts, grapheme by grapheme), or word by word after a segmenter.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq lxml==6.1.3 lxml_html_clean==0.4.6 redlines==0.6.2 typing_extensions \
  || exit 2
cat > run.py <<'END'
import re

from lxml.html.diff import htmldiff
from redlines import Redlines

PAIRS = {
    "zh": ("学校倒塌，有二十七名学生没有出来。", "学校倒塌，有二十八名学生没有出来。"),
    "bo": ("ཚེས་བཅུའི་ཉིན་མི་མང་པོ་ཚོགས་བྱུང་།", "ཚེས་བཅོའི་ཉིན་མི་མང་པོ་ཚོགས་བྱུང་།"),
    "en": ("The school fell, and 27 pupils did not come out.", "The school fell, and 28 pupils did not come out."),
}
for language, (before, after) in PAIRS.items():
    marked = htmldiff(before, after)
    lxml = [re.findall(rf"<{tag}>(.*?)</{tag}>", marked) for tag in ("ins", "del")]
    red = re.findall(r"<span[^>]*>(.*?)</span>", Redlines(before, after).output_markdown)
    print(language, "lxml whole:", [after] in lxml and [before] in lxml, "redlines whole:", red == [before, after])
    print("  ", marked)
END
venv/bin/python run.py > seen || exit 2
cat seen
for each in zh bo; do
  grep -q "^$each lxml whole: True redlines whole: True" seen || { echo "changed: $each is compared in parts"; exit 1; }
done
grep -q '^en lxml whole: False redlines whole: False' seen || { echo 'changed: English is marked whole, too'; exit 1; }
