#!/bin/sh
# What: pillow-jxl-plugin 1.3.8 with Pillow 13.0.0 (PyPI), JPEG XL; looked at with imagecodecs 2026.3.6 (PyPI, libjxl)
# Guess: a telephone's JPEG (orientation 6) that is saved as JPEG XL is shown upright: its Exif comes along, and the same
#   lines of code do it for a copy whose faces were blurred.
# Does: the untouched JPEG is packed without loss and shown upright. One whose pixels were changed has the number in its
#   Exif, where readers of JPEG XL must not look, and 'as it lies' in its head, which they go by: it is shown on its
#   side. Pillow with the same plugin and exif_transpose() turns it upright, so a test with what wrote it shows nothing.
# Seen: packed: shown 64 × 128 (width × height); blurred: shown 128 × 64, and Exif says 6 in both.
# Source: ISO/IEC 18181-2 (the orientation of the codestream alone counts; that of Exif is to be ignored); libjxl's
#   format overview, 'Exif'.
# Instead: turn the pixels first (ImageOps.exif_transpose), then save without Exif, and look at the corners of what
#   another decoder shows.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq pillow-jxl-plugin==1.3.8 Pillow==13.0.0 imagecodecs==2026.3.6 || exit 2

venv/bin/python -W ignore - <<'END'
import sys
import imagecodecs, pillow_jxl
from PIL import Image, ImageFilter, ImageOps

picture = Image.new("RGB", (128, 64), "blue")
turned = Image.Exif()
turned[0x0112] = 6
picture.save("a.jpg", exif=turned)
Image.open("a.jpg").save("packed.jxl")
Image.open("a.jpg").filter(ImageFilter.GaussianBlur(3)).save("blurred.jxl")
ImageOps.exif_transpose(Image.open("a.jpg")).save("upright.jxl")


def shown(name):
    with open(name, "rb") as file:
        height, width = imagecodecs.jpegxl_decode(file.read()).shape[:2]
    return width, height


found = {name: (shown(name), Image.open(name).getexif().get(0x0112)) for name in ("packed.jxl", "blurred.jxl", "upright.jxl")}
itself = ImageOps.exif_transpose(Image.open("blurred.jxl")).size
print(found, "by Pillow itself:", itself)
if found["packed.jxl"][0] != (64, 128) or found["upright.jxl"][0] != (64, 128) or itself != (64, 128):
    sys.exit(f"changed: {found}, {itself}")
if found["blurred.jxl"] != ((128, 64), 6):
    sys.exit(f"changed: the blurred picture is {found['blurred.jxl']}")
END
