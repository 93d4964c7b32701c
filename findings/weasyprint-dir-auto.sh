#!/bin/sh
# What: WeasyPrint 70.0 (PyPI)
# Guess: dir='auto' sets a paragraph in Uyghur or Arabic from right to left, as in a browser.
# Does: auto is ignored: the paragraph is left to right, full stops and brackets stand at the wrong end; dir='rtl'
#   works.
# Seen: computed direction: auto → ltr, rtl → rtl.
# Source: HTML Standard, 3.2.6.4: auto goes by the first strong character.
# Instead: find the direction of each paragraph yourself and write rtl or ltr into print pages.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq weasyprint==70.0 || exit 2

venv/bin/python - <<'END'
import sys
from weasyprint import HTML


def direction(box):
    if getattr(box, "element_tag", "") == "p":
        return box.style["direction"]
    for child in getattr(box, "children", []):
        found = direction(child)
        if found:
            return found
    return None


got = {}
for value in ("auto", "rtl"):
    page = HTML(string=f'<body><p dir="{value}">ئۇيغۇر (1989).</p></body>').render().pages[0]
    got[value] = direction(page._page_box)
print(got)
if got != {"auto": "ltr", "rtl": "rtl"}:
    sys.exit(f"changed: {got}")
END
