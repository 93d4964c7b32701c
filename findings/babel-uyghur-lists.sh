#!/bin/sh
# What: Babel 2.19.0 (PyPI), CLDR data
# Guess: a locale that Babel knows (Uyghur has month names and languages) also has its own way of writing a list.
# Does: lists in Uyghur are written in English, Oxford comma and 'and' included, without a warning; Tibetan joins with
#   commas only.
# Seen: ug: 'A, B, and C'; the date is in Uyghur.
# Source: CLDR (UTS 35, 'List Patterns'): what a locale lacks comes from the root, which has no 'and' ('A, B, C').
# Instead: keep the list patterns of small languages with the translated words of the site, and show them to a reader
#   of the language.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq Babel==2.19.0 || exit 2

venv/bin/python - <<'END'
import datetime, sys
from babel.dates import format_date
from babel.lists import format_list

joined = format_list(["A", "B", "C"], locale="ug")
date = format_date(datetime.date(1989, 6, 4), "long", locale="ug")
print(joined, date)
if joined != "A, B, and C":
    sys.exit(f"changed: Uyghur list is {joined!r}")
if "ئىيۇن" not in date:
    sys.exit(f"changed: Uyghur date is {date!r}")
END
