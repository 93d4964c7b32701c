#!/bin/sh
# What: mat2 0.13.3 (Debian 12), the metadata remover, on a JPEG of a telephone held upright
# Guess: mat2, which writes the picture anew, turns the pixels before it takes the number away that says how to turn
#   them, or leaves that number: it names nobody.
# Does: the number goes and the pixels stay: every portrait of a telephone lies on its side afterwards, and so does what
#   is made of it. Nothing is said. Both ways of it do so, the thorough one and --lightweight.
# Seen: shown 32 × 64 before, 64 × 32 after; Orientation is gone.
# Source: Exif 2.32, 4.6.4 'Orientation'; mat2(1): no word of it.
# Instead: turn the pixels first (exiftran -a, or ImageOps.exif_transpose of Pillow), then clean, then look.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v mat2 >/dev/null || { echo 'needs mat2 (Debian package mat2)'; exit 2; }
mat2 --version
python3 -m venv venv && venv/bin/pip install -qq pillow==13.0.0 || exit 2

venv/bin/python - <<'END'
from PIL import Image

picture = Image.new("RGB", (64, 32), "red")
picture.paste("blue", (0, 0, 32, 32))
exif = picture.getexif()
exif[274] = 6
for name in ("thorough.jpg", "light.jpg"):
    picture.save(name, exif=exif, quality=95)
END
mat2 thorough.jpg
mat2 --lightweight light.jpg

venv/bin/python - <<'END'
import sys
from PIL import Image, ImageOps

before = ImageOps.exif_transpose(Image.open("thorough.jpg")).size
after = {}
for name in ("thorough", "light"):
    cleaned = Image.open(f"{name}.cleaned.jpg")
    after[name] = (ImageOps.exif_transpose(cleaned).size, cleaned.getexif().get(274))
print(before, after)
if before != (32, 64) or set(after.values()) != {((64, 32), None)}:
    sys.exit(f"changed: {before} before, {after} after")
END
