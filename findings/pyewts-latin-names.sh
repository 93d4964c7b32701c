#!/bin/sh
# What: pyewts 1.0.0 (PyPI), Tibetan to Wylie (EWTS) and back
# Guess: what stands in brackets in Wylie is no Tibetan and stays to the letter: so the library writes Latin words
#   itself, and reads them back.
# Does: before it reads, it mends what people often type wrongly, and does so within the brackets too: capital letters
#   that mean nothing in Wylie become small ones. Names and abbreviations in a Tibetan sentence come back changed,
#   some in part, and no warning is given. Tibetan itself, also with rare letters, comes back as it was.
# Seen: 'Zhang Wei ཨ་མ།' → '[Zhang Wei ]a ma/' → 'zhang Wei ཨ་མ།'; BBC → bbc; USA → UsA.
# Source: EWTS (THL, 'Extended Wylie Transliteration Scheme'): non-Tibetan text is put in square brackets; toUnicode()
#   of the library: sloppy=True.
# Instead: toUnicode(text, sloppy=False) for what a program wrote; compare both ways before a text is replaced.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq pyewts==1.0.0 || exit 2

venv/bin/python - <<'END'
import sys
import pyewts

converter = pyewts.pyewts()
for text, expected in (
    ("བཀྲ་ཤིས།", "བཀྲ་ཤིས།"),
    ("Zhang Wei ཨ་མ།", "zhang Wei ཨ་མ།"),
    ("BBC ནས།", "bbc ནས།"),
    ("USA ནས།", "UsA ནས།"),
):
    wylie = converter.toWylie(text)
    back, strict = converter.toUnicode(wylie), converter.toUnicode(wylie, sloppy=False)
    print(text, "|", wylie, "|", back, "|", strict)
    if back != expected or strict != text:
        sys.exit(f"changed: {text!r} comes back as {back!r}, without mending as {strict!r}")
END
