#!/bin/sh
# What: imagesize 2.0.1 (PyPI), the size of a picture from its first bytes; HEIC and AVIF, which it knows since version 2,
#   written by pillow-heif 1.8.1 and Pillow 13.0.0
# Guess: a picture that a telephone took upright has its shown size (64 × 128) or its stored one (128 × 64), as JPEG has.
# Does: as soon as a file says how it is to be turned ('irot', which telephones write into most pictures), the size is
#   (-1, -1), in HEIC and AVIF, without an error (get_info() raises one). Pictures that were not turned are read well, so
#   a test with a drawn one shows nothing. Sphinx and others lay out pages by this number.
# Seen: HEIC (-1, -1), AVIF (-1, -1); the same JPEG (64, 128); not turned: (128, 64), in every way of asking
# Source: ISO/IEC 23008-12, 6.5.10 (ImageRotationProperty: no version and flags, two bits of angle); imagesize's
#   documentation: get returns (width, height), with the rotation applied.
# Instead: take -1 for 'unknown', and ask pillow-heif (HEIC, upright) or Pillow (AVIF).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq imagesize==2.0.1 pillow-heif==1.8.1 Pillow==13.0.0 || exit 2

venv/bin/python - <<'END'
import sys
import imagesize, pillow_heif
from PIL import Image

pillow_heif.register_heif_opener()
lying = Image.new("RGB", (128, 64), "blue")
turned = Image.Exif()
turned[0x0112] = 6
lying.save("turned.jpg", exif=turned)
Image.open("turned.jpg").save("turned.heic")
Image.open("turned.jpg").save("turned.avif", exif=turned)
lying.save("plain.heic")
found = {name: imagesize.get(name) for name in ("turned.jpg", "turned.heic", "turned.avif", "plain.heic")}
stored = imagesize.get("turned.heic", exif_rotation=False)
print(found, "exif_rotation=False:", stored, "pillow-heif:", Image.open("turned.heic").size)
if Image.open("turned.heic").size != (64, 128) or found["turned.jpg"] != (64, 128) or found["plain.heic"] != (128, 64):
    sys.exit(f"changed: {found}")
if found["turned.heic"] != (-1, -1) or found["turned.avif"] != (-1, -1) or stored != (-1, -1):
    sys.exit(f"changed: {found}, {stored}")
END
