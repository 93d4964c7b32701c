#!/bin/sh
# What: pillow-heif 1.8.1 (PyPI), Pillow 13.0.0
# Guess: a JPEG with orientation 6 becomes a HEIC that is shown upright, however it is saved.
# Does: Image.save() turns it well; from_pillow().save() turns it twice, so it lies on its side and claims to be
#   upright; save(exif=Image.Exif()) writes the number into Exif but not the 'irot' that readers go by, so it lies on
#   its side; exif= as bytes is right.
# Seen: 64 × 48 with orientation 6 (upright: 48 × 64): 48 × 64; 64 × 48 with the blue half right instead of on top; 64
#   × 48; 48 × 64.
# Source: Exif 2.32, 'Orientation' (6: row 0 is the right-hand side); ISO/IEC 23008-12: 'irot' is applied by the
#   reader.
# Instead: turn the pixels yourself (ImageOps.exif_transpose), save without an orientation, look at the corners of the
#   result.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq pillow-heif==1.8.1 pillow==13.0.0 || exit 2

venv/bin/python - <<'END'
import sys
import pillow_heif
from PIL import Image

pillow_heif.register_heif_opener()
picture = Image.new("RGB", (64, 48), "red")
picture.paste((0, 0, 255), (0, 0, 32, 48))  # the left half is blue: upright it is the upper half
exif = Image.Exif()
exif[0x0112] = 6
picture.save("a.jpg", exif=exif, quality=95)


def shown(name):
    found = Image.open(name).convert("RGB")
    corners = [(2, 2), (found.width - 3, 2), (2, found.height - 3), (found.width - 3, found.height - 3)]
    return found.size, "".join("B" if found.getpixel(corner)[2] > 128 else "R" for corner in corners)


Image.open("a.jpg").save("saved.heic")
pillow_heif.from_pillow(Image.open("a.jpg")).save("from_pillow.heic")
picture.save("object.heic", exif=exif)
picture.save("bytes.heic", exif=exif.tobytes())
expected = {
    "saved.heic": ((48, 64), "BBRR"),
    "from_pillow.heic": ((64, 48), "RBRB"),
    "object.heic": ((64, 48), "BRBR"),
    "bytes.heic": ((48, 64), "BBRR"),
}
for name, want in expected.items():
    print(name, shown(name))
    if shown(name) != want:
        sys.exit(f"changed: {name} is shown as {shown(name)}")
END
