#!/bin/sh
# What: trafilatura 2.3.1 (PyPI), the words of an article
# Guess: what goes is the frame of the page; the letters of its sentences stay, the ones without a width too, which
#   writing needs.
# Does: every character that Python calls not printable goes: the zero width non-joiner of Persian, the joiner, the
#   marks and isolates of direction. The letters on both sides then join, so that the word looks misspelt and is
#   another one to a search; a full stop or bracket that a mark held in its place moves to the other end.
# Seen: می‌خواهم (8 characters) → میخواهم (7); U+200F, U+2067 and U+2069 are gone as well.
# Source: Unicode Standard, 9.2 (Persian: the non-joiner within words) and 23.2; trafilatura's documentation of
#   extract() does not name it, remove_control_characters() in its utils does it.
# Instead: take the addresses, titles and dates from it, and the text of the article from the page's own elements; or
#   compare the characters before and after.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq trafilatura==2.3.1 lxml_html_clean==0.4.6 || exit 2

venv/bin/python - <<'END'
import sys
import trafilatura

sentence = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \u0628\u06af\u0648\u06cc\u0645 \u06a9\u0647 (2024)\u200f. "
isolated = "\u0626\u06c7 \u2067Tibet (2024)\u2069 \u06a9\u0647. "
page = f"<html><body><article><p>{sentence * 12}</p><p>{isolated * 12}</p></article></body></html>"
text = trafilatura.extract(page) or ""
lost = [f"U+{ord(mark):04X}" for mark in "\u200c\u200f\u2067\u2069" if mark not in text]
print(text[:40], lost)
if "\u0645\u06cc" not in text:
    sys.exit("changed: the paragraph is not in the text")
if lost != ["U+200C", "U+200F", "U+2067", "U+2069"]:
    sys.exit(f"changed: of the characters without a width these go: {lost}")
if "\u0645\u06cc\u062e\u0648\u0627\u0647\u0645" not in text:
    sys.exit("changed: something else stands in the place of the non-joiner")
END
