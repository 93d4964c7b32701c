#!/bin/sh
# What: PyAV 18.1.0, pillow-heif 1.8.1 (PyPI)
# Guess: a HEIC opened as a video of one frame has the size of the picture.
# Does: PyAV gives the coded size, rounded up to the encoder's blocks, with the padding in the pixels: the crop that
#   the file asks for is not made.
# Seen: a picture of 64 × 48 comes as 64 × 64; pillow-heif gives 64 × 48.
# Source: ISO/IEC 23008-12, 6.5 and ISO/IEC 14496-12, 'clap': the clean aperture is part of how the item is shown.
# Instead: read HEIC with pillow-heif; PyAV only for AVIF and video.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq av==18.1.0 pillow-heif==1.8.1 pillow==13.0.0 || exit 2

venv/bin/python - <<'END'
import sys
import av, pillow_heif
from PIL import Image

pillow_heif.from_pillow(Image.new("RGB", (64, 48), "red")).save("a.heic")
with av.open("a.heic") as file:
    frame = next(file.decode(video=0))
size = pillow_heif.open_heif("a.heic").size
print((frame.width, frame.height), size)
if (frame.width, frame.height) != (64, 64) or size != (64, 48):
    sys.exit(f"changed: PyAV {frame.width} × {frame.height}, pillow-heif {size}")
END
