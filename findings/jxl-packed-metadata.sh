#!/bin/sh
# What: JPEG XL made of a JPEG without loss by pillow-jxl-plugin 1.3.8 (PyPI, libjxl); looked at with exiftool 12.57 (Debian
#   12) and exifreader 4.46.0 (npm)
# Guess: where a telephone's picture was taken stands in the JPEG XL as it stood in the JPEG, in Exif that exiftool shows
#   and takes away.
# Does: it is there, packed by Brotli (box 'brob'). Debian's exiftool has no unpacker for it and says nothing at all: no
#   place, no creator, no warning, and 'exiftool -all=' leaves the file unchanged, with exit code 0. exifreader finds
#   nothing either. A picture that looks clean to both has the place for whoever unpacks it: Pillow, and the JPEG that is
#   made of it again. The same picture saved from its pixels has plain Exif, which exiftool shows, so a test with one of
#   those shows nothing.
# Seen: packed: exiftool: none, exifreader: none, '1 image files unchanged', Pillow: 29.65; from pixels: exiftool: 29.65
# Source: ISO/IEC 18181-2, 'brob' (Brotli-compressed box), which encoders choose for JPEGs; ExifTool's list of modules
#   (IO::Uncompress::Brotli; newer versions warn).
# Instead: take the place out of the JPEG before it is packed; look for 'brob' in the boxes and call such a file unknown.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v exiftool >/dev/null || { echo 'needs exiftool (Debian package libimage-exiftool-perl)'; exit 2; }
if perl -MIO::Uncompress::Brotli -e 1 2> /dev/null; then
  echo 'the unpacker of exiftool (IO::Uncompress::Brotli) is installed here'
  exit 2
fi
exiftool -ver
python3 -m venv venv && venv/bin/pip install -qq pillow-jxl-plugin==1.3.8 Pillow==13.0.0 || exit 2
npm install --prefix . --silent --no-audit --no-fund exifreader@4.46.0 >/dev/null || exit 2

venv/bin/python -c "from PIL import Image; Image.new('RGB', (64, 48), 'red').save('a.jpg')"
exiftool -q -overwrite_original -GPSLatitude=29.65 -GPSLatitudeRef=N -GPSLongitude=91.13 -GPSLongitudeRef=E a.jpg
venv/bin/python -W ignore -c "
import pillow_jxl
from PIL import Image
Image.open('a.jpg').save('packed.jxl')
Image.open('a.jpg').save('pixels.jxl', lossless_jpeg=False)"
cp packed.jxl cleaned.jxl
exiftool -all= cleaned.jxl > cleaning 2>&1 || { cat cleaning; echo 'changed: exiftool ends with an error'; exit 1; }
cat cleaning
cat > run.mjs <<'END'
import fs from "fs";
import ExifReader from "exifreader";
const found = {};
for (const name of ["a.jpg", "packed.jxl"]) {
  const tags = await ExifReader.load(fs.readFileSync(name), { async: true, expanded: true });
  found[name] = tags.gps?.Latitude ?? null;
}
console.log("exifreader", JSON.stringify(found));
if (found["a.jpg"] !== 29.65 || found["packed.jxl"] !== null) {
  console.log("changed: exifreader");
  process.exit(1);
}
END
node run.mjs

venv/bin/python -W ignore - <<'END'
import subprocess, sys
import pillow_jxl
from PIL import Image


def pillow(name):
    place = Image.open(name).getexif().get_ifd(0x8825).get(2)
    return place and round(float(place[0] + place[1] / 60 + place[2] / 3600), 2)


def exiftool(name):
    run = subprocess.run(["exiftool", "-n", "-ee", "-a", "-GPSLatitude", "-Warning", name], capture_output=True, text=True)
    return "29.65" in run.stdout, "rotli" in run.stdout + run.stderr


found = {name: (pillow(name), *exiftool(name)) for name in ("a.jpg", "pixels.jxl", "packed.jxl", "cleaned.jxl")}
print("Pillow, exiftool finds it, exiftool warns:", found)
if found["a.jpg"] != (29.65, True, False) or found["pixels.jxl"] != (29.65, True, False):
    sys.exit(f"changed: {found}")
if found["packed.jxl"] != (29.65, False, False) or found["cleaned.jxl"] != (29.65, False, False):
    sys.exit(f"changed: {found}")
END
