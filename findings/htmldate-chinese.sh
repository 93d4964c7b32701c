#!/bin/sh
# What: htmldate 1.11.0 (PyPI)
# Guess: the date of a Chinese page, which is written in one way only, is found like an English one, or None is given.
# Does: 2024年12月14日 in a paragraph gives 2024-01-01, as does Uyghur: the year is taken and the rest filled up. A page
#   of 1989, with the date in its metadata, gives None.
# Seen: '发布时间：2024年12月14日' → 2024-01-01; 'Published 14 December 2024' → 2024-12-14.
# Source: documentation of find_date (min_date) and the setting MIN_DATE, 1 January 1995; partial dates are not said
#   to be filled up.
# Instead: take dates from metadata and from strict patterns of your own; call a date of 1 January suspect.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq htmldate==1.11.0 lxml-html-clean || exit 2

venv/bin/python - <<'END'
import sys
import htmldate

page = "<html><body><p>{}</p></body></html>"
for text, expected in (
    ("发布时间：2024年12月14日", "2024-01-01"),
    ("2024-يىلى 12-ئاينىڭ 14-كۈنى", "2024-01-01"),
    ("Published 14 December 2024", "2024-12-14"),
):
    got = htmldate.find_date(page.format(text))
    print(text, got)
    if got != expected:
        sys.exit(f"changed: {text} gives {got}")
old = '<html><head><meta property="article:published_time" content="1989-06-04T00:00:00+08:00"></head></html>'
if htmldate.find_date(old) is not None:
    sys.exit(f"changed: a page of 1989 gives {htmldate.find_date(old)}")
END
