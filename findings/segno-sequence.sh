#!/bin/sh
# What: segno 1.6.6 (PyPI), read with zxing-cpp 3.1.1
# Guess: make_sequence splits a long text into QR codes (structured append) each of which can be scanned.
# Does: with text of one and three bytes a character mixed, parts come out that a scanner cannot read, and nothing is
#   raised; one code of the same text reads well.
# Seen: 'abc天安门' × 50 in four parts: 1 and 3 read, 2 and 4 do not.
# Source: ISO/IEC 18004, 8: each symbol of a structured append is a complete symbol with its own mode and count.
# Instead: cut the bytes yourself, number the parts in the text, one segno.make(bytes, mode='byte') each, scan back.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq segno==1.6.6 zxing-cpp==3.1.1 pillow==13.0.0 || exit 2

venv/bin/python - <<'END'
import io, sys
import segno, zxingcpp
from PIL import Image


def scan(code):
    picture = io.BytesIO()
    code.save(picture, kind="png", scale=5)
    return [found.text for found in zxingcpp.read_barcodes(Image.open(picture)) if found.bytes]


text = "abc天安门" * 50
parts = [bool(scan(code)) for code in segno.make_sequence(text, symbol_count=4, mode="byte", encoding="utf-8")]
whole = scan(segno.make(text.encode(), mode="byte"))
print("parts that read:", parts, "whole:", whole == [text])
if whole != [text]:
    sys.exit("changed: the text in one code does not read either")
if all(parts):
    sys.exit("changed: every part of the sequence reads now")
END
