#!/bin/sh
# What: ExifRead 3.5.1 and piexif 1.1.3 (PyPI), the comment of a picture (UserComment), written by exiftool 12.57
#   (Debian 12)
# Guess: a comment that says of itself that it is Unicode is read as such, in any script, in the byte order of the file.
# Does: ExifRead takes each byte for a letter and drops the zeros, so that English is right and everything else is other
#   letters. piexif.helper takes the more significant byte first whatever the file has: in a picture that has the less
#   significant first, as those of most cameras, Chinese and Tibetan come out as Korean and other letters. Neither
#   raises anything. In a file of the other order piexif reads well.
# Seen: '拉萨' in a file II: ExifRead 'Éb( ', piexif '쥢⢄'; in a file MM piexif '拉萨'
# Source: Exif 2.32, 4.6.5, UserComment: eight bytes name the code, Unicode among them; no byte order of its own.
#   exiftool and exiv2 take the file's.
# Instead: exiftool, or the bytes behind the first eight with the file's byte order; compare with what was written.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v exiftool >/dev/null || { echo "needs Debian's libimage-exiftool-perl"; exit 2; }
exiftool -ver
python3 -m venv venv && venv/bin/pip install -qq ExifRead==3.5.1 piexif==1.1.3 pillow==13.0.0 || exit 2
venv/bin/python -c 'from PIL import Image; Image.new("RGB", (32, 32)).save("II.jpg")'
cp II.jpg MM.jpg
cp II.jpg english.jpg
for order in II MM; do
  exiftool -q -overwrite_original -ExifByteOrder=$order -charset utf8 -UserComment=拉萨 $order.jpg
done
exiftool -q -overwrite_original -ExifByteOrder=II -charset utf8 -UserComment=Lhasa-ä english.jpg

venv/bin/python - <<'END'
import subprocess, sys
import exifread, piexif, piexif.helper

found = {}
for name in ("II", "MM", "english"):
    with open(f"{name}.jpg", "rb") as file:
        one = str(exifread.process_file(file)["EXIF UserComment"])
    two = piexif.helper.UserComment.load(piexif.load(f"{name}.jpg")["Exif"][piexif.ExifIFD.UserComment])
    said = subprocess.run(["exiftool", "-s3", "-UserComment", f"{name}.jpg"], capture_output=True, text=True).stdout.strip()
    found[name] = (one, two, said)
print(found)
if found["II"][2] != "拉萨" or found["MM"][1:] != ("拉萨", "拉萨"):
    sys.exit(f"changed: exiftool or piexif: {found}")
if "拉" in found["II"][0] or "拉" in found["MM"][0] or found["II"][1] != "쥢⢄":
    sys.exit(f"changed: {found}")
if not found["english"][0].startswith("Lhasa-"):
    sys.exit(f"changed: Latin letters: {found['english']}")
END
