#!/bin/sh
# What: ImageHash 4.3.2 with Pillow 13.0.0 (PyPI), scans in grey with 16 bits a pixel (TIFF, PNG), as archives make
#   them; numpy 2.2.6
# Guess: a scan and its copy with 8 bits look alike, so their hashes are near; those of different pages are not.
# Does: to be hashed a picture is made 8-bit grey, and of 16 bits all that is above 255 becomes white: paper and ink
#   alike, a page whose darkest point is not black is one white plane. Each has the same hash, by all methods: any two
#   pages are duplicates of each other, at distance 0, and their own copies with 8 bits are not.
# Seen: phash of three unlike pages: 8000000000000000 each; dhash, average_hash, whash 0000000000000000; at 8 bits
#   91c935e45c446cef and others, more than 16 apart
# Source: README of ImageHash ('perceptual hashing: look the same'); Pillow, 'Concepts: Modes' (I;16, limited support),
#   Image.convert.
# Instead: look at the mode before hashing; of I;16 make 8 bits by hand: Image.fromarray((numpy.asarray(page) >>
#   8).astype('uint8')).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq ImageHash==4.3.2 pillow==13.0.0 numpy==2.2.6 || exit 2

venv/bin/python - <<'EOF'
import sys
import imagehash
import numpy
from PIL import Image

methods = {name: getattr(imagehash, name) for name in ("phash", "dhash", "average_hash", "whash")}
numbers = numpy.random.default_rng(1)
deep, shallow = [], []
for number in range(3):
    # Patches of grey from 2,000 to 65,535: ink on paper is never quite black.
    page = numpy.kron(2000 + numbers.random((16, 16)) * 63535, numpy.ones((20, 20))).astype("uint16")
    Image.fromarray(page).save(f"{number}.tif")
    with Image.open(f"{number}.tif") as scan:
        mode = scan.mode
        deep.append({name: str(method(scan)) for name, method in methods.items()})
    shallow.append(imagehash.phash(Image.fromarray((page >> 8).astype("uint8"))))
print(mode, deep, [str(value) for value in shallow])
apart = min(shallow[0] - shallow[1], shallow[0] - shallow[2], shallow[1] - shallow[2])
if mode != "I;16" or apart <= 16:
    sys.exit(f"changed: mode {mode}, pages with 8 bits are {apart} apart")
if deep[0] != deep[1] or deep[1] != deep[2] or deep[0]["dhash"] != "0" * 16:
    sys.exit(f"changed: {deep}")
EOF
