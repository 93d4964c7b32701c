#!/bin/sh
# What: pillow-heif 1.8.1 (PyPI), Pillow 13.0.0
# Guess: what is_supported() calls supported and open_heif() opens can be decoded.
# Does: AVIF is 'supported' and opened with its right size; asking for pixels raises RuntimeError, for the wheel has
#   no AV1 decoder.
# Seen: is_supported → True; .data → 'Support for this compression format has not been built in'.
# Source: the library's documentation of is_supported; libheif_info() shows an empty AVIF entry.
# Instead: open AVIF with Pillow itself (turn it upright yourself), HEIC with pillow-heif.
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

Image.new("RGB", (64, 48), "red").save("a.avif")
supported = pillow_heif.is_supported("a.avif")
picture = pillow_heif.open_heif("a.avif")
try:
    picture.data
except RuntimeError as error:
    raised = str(error)
else:
    raised = ""
print(supported, picture.size, raised[:60])
if not supported or "not been built in" not in raised:
    sys.exit(f"changed: supported {supported}, error {raised!r}")
if Image.open("a.avif").convert("RGB").getpixel((9, 9))[0] < 200:
    sys.exit("changed: Pillow does not decode it either")
END
