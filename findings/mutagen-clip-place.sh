#!/bin/sh
# What: mutagen 1.48.1 (PyPI), the metadata of clips; made by ffmpeg 5.1, looked at with exiftool 12.57 (Debian 12)
# Guess: what tags lists is what a clip says of itself, and delete() takes it away: afterwards no title and no place.
# Does: it knows the list that players of music use (ilst) and nothing beside it. The place at which a telephone or
#   ffmpeg says that a clip was taken stands elsewhere (udta: loci or ©xyz), as does the time of taking. It is not in
#   tags before, and after delete() it is still in the file, and tags is empty: a look with the same library says that
#   the clip is clean.
# Seen: tags before: title and program; after: none; exiftool after: the place, in an .mp4 and in a .mov
# Source: mutagen's documentation, MP4.delete: 'Remove the metadata from a file'; QuickTime File Format, user data:
#   ©xyz; 3GPP TS 26.244, 8.10: loci.
# Instead: encode or copy a clip with ffmpeg -map_metadata -1 (and bitexact), and look with exiftool -ee -a -G1, never
#   with the program that cleaned.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v exiftool >/dev/null || { echo "needs Debian's libimage-exiftool-perl"; exit 2; }
command -v ffmpeg >/dev/null || { echo 'needs ffmpeg (Debian package ffmpeg)'; exit 2; }
ffmpeg -version | head -n 1
python3 -m venv venv && venv/bin/pip install -qq mutagen==1.48.1 || exit 2
for name in a.mp4 a.mov; do
  ffmpeg -loglevel error -f lavfi -i testsrc=size=64x48:rate=5:duration=1 -c:v libx264 -metadata title=square \
    -metadata location=+29.6500+091.1300/ $name
done
ffmpeg -loglevel error -i a.mp4 -map_metadata -1 -c copy clean.mp4

venv/bin/python - <<'END'
import subprocess, sys
from mutagen.mp4 import MP4


def place(name):
    said = subprocess.run(["exiftool", "-a", "-s3", "-GPSLatitude", name], capture_output=True, text=True).stdout
    return bool(said.strip())


for name in ("a.mp4", "a.mov"):
    file = MP4(name)
    before = dict(file.tags or {})
    file.delete()
    after = MP4(name).tags
    print(name, before, "after:", after, "place:", place(name))
    if any("29.6" in str(value) for value in before.values()):
        sys.exit(f"changed: tags has the place: {before}")
    if after or not place(name):
        sys.exit(f"changed: {name} after: {after}, place: {place(name)}")
if place("clean.mp4"):
    sys.exit("changed: ffmpeg leaves the place")
END
