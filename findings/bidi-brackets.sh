#!/bin/sh
# What: python-bidi 0.6.12 (PyPI), text from right to left put into the order in which it is drawn
# Guess: get_display() gives what a program without an idea of direction can draw, brackets and quotation marks
#   included, as it did for years.
# Does: since 0.5 the function at the top of the package puts the signs in order but does not mirror them: each
#   bracket and each « stands with its back to what it holds. The old one is still there, as bidi.algorithm, and
#   mirrors them. Letters and numbers are alike in both, so a test of plain words shows nothing.
# Seen: (2024) after an Uyghur word is drawn as )2024( ; bidi.algorithm: (2024).
# Source: UAX 9, L4 (a mirrored character in a run from right to left is shown by its mirrored glyph);
#   MeirKriheli/python-bidi, issue 25, closed by keeping the old function under its own name; the README says of the
#   new one only that something is missing, and sends one to that issue.
# Instead: from bidi.algorithm import get_display, or let HarfBuzz and FriBidi set the text (Pillow's RAQM,
#   WeasyPrint).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq python-bidi==0.6.12 || exit 2

venv/bin/python - <<'END'
import sys
import bidi, bidi.algorithm

word = "\u0626\u06c7"
drawn = {}
for name, function in (("bidi", bidi.get_display), ("bidi.algorithm", bidi.algorithm.get_display)):
    drawn[name] = [function(text, base_dir="R") for text in (word, f"{word} (2024)", f"\u00ab{word}\u00bb {word}")]
    print(name, ascii(drawn[name]))
new, old = drawn["bidi"], drawn["bidi.algorithm"]
if new[0] != old[0] or new[0] != word[::-1]:
    sys.exit("changed: the plain word is not in the same order")
if not old[1].startswith("(2024)"):
    sys.exit(f"changed: the old function gives {old[1]!r}")
if not new[1].startswith(")2024("):
    sys.exit(f"changed: the brackets are {new[1]!r}")
if new[2] == old[2]:
    sys.exit("changed: quotation marks are alike in both")
END
