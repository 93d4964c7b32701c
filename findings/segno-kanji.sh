#!/bin/sh
# What: segno 1.6.6 (PyPI), read with zxing-cpp 3.1.1
# Guess: a QR code of a Chinese place name or person is written as UTF-8 bytes and scans as what was put in.
# Does: some words whose UTF-8 or Shift JIS bytes fall into the kanji ranges are packed in kanji mode; 拉萨 (Lhasa)
#   scans as two other characters, ça as one.
# Seen: 拉萨 → 諡芽勢, ça → 軋; 天安门 stays in byte mode and scans right.
# Source: ISO/IEC 18004, 7.4.6: kanji mode is for double-byte characters of Shift JIS (JIS X 0208); 萨 is not one of
#   them.
# Instead: give bytes with mode='byte', and scan back every code before it is printed.
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
    code.save(picture, kind="png", scale=6)
    return [found.text for found in zxingcpp.read_barcodes(Image.open(picture))]


for text in ("拉萨", "ça"):
    code = segno.make(text, micro=False)
    got = scan(code)
    print(text, code.mode, got)
    if code.mode != "kanji" or got == [text]:
        sys.exit(f"changed: {text} is now {code.mode} and scans as {got}")
    safe = scan(segno.make(text.encode(), mode="byte", micro=False))
    if safe != [text]:
        sys.exit(f"changed: {text} given as bytes scans as {safe}")
END
