#!/bin/sh
# What: IPTCInfo3 2.3.0 (PyPI), read with exiftool 12.57 (Debian 12)
# Guess: a caption in Chinese that a library of today writes into a JPEG is read by other programs.
# Does: the bytes are UTF-8, and the record that says so (1:90, coded character set) is not written; exiftool and
#   photo desks read Latin letters. The library itself reads its own caption back, as bytes.
# Seen: '拉萨' is shown as 'æ‹‰è¨'.
# Source: IPTC IIM 4.2, 1:90: without it the character set is ISO 646 or agreed upon; UTF-8 is ESC % G.
# Instead: write captions as XMP, which is UTF-8, or with exiftool -codedcharacterset=utf8 -IPTC:Caption-Abstract=….
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
exiftool -ver || { echo "needs Debian's libimage-exiftool-perl"; exit 2; }
python3 -m venv venv && venv/bin/pip install -qq IPTCInfo3==2.3.0 pillow==13.0.0 || exit 2

venv/bin/python - <<'END'
import logging, subprocess, sys
from iptcinfo3 import IPTCInfo
from PIL import Image

logging.disable()
Image.new("RGB", (64, 64)).save("blank.jpg")
info = IPTCInfo("blank.jpg", force=True)
info["caption/abstract"] = "拉萨"
info.save_as("captioned.jpg")


def read(*options):
    command = ["exiftool", *options, "-s3", "-IPTC:Caption-Abstract", "captioned.jpg"]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode().strip()


own, other, told = IPTCInfo("captioned.jpg")["caption/abstract"], read(), read("-charset", "iptc=utf8")
print(own, other, told)
if told != "拉萨":
    sys.exit("changed: the bytes are not UTF-8")
if other == "拉萨":
    sys.exit("changed: exiftool reads the caption without being told")
END
