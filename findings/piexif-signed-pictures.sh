#!/bin/sh
# What: piexif 1.1.3 (PyPI), insert() on a JPEG signed by c2pa-python 0.38.1 (PyPI); read with exiftool 12.57 (Debian 12)
# Guess: insert() puts the new Exif in the place of the old: so a picture of which only author and time were kept has no
#   place. It does so in pictures as cameras and Pillow write them.
# Does: the old Exif is replaced where it comes first, or right behind JFIF. In a signed picture the manifest stands between:
#   the new Exif is put in front, and the old stays, place included. piexif reads the first only and says that there is no
#   place; exiftool shows both. remove() finds it and takes it away.
# Seen: plain picture: no GPSLatitude; signed one: two Exif segments, 29 deg 39' N, and piexif.load()['GPS'] is {}.
# Source: piexif's documentation, 'insert'; C2PA 2.x, 'Embedding manifests into JPEG' (APP11); Exif 3.0, 4.5.4 and 4.7.2.1,
#   APP1 is written right behind SOI.
# Instead: remove() first, then insert(); look with exiftool -a -G1 at what goes out.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v openssl >/dev/null || { echo 'needs openssl (Debian package openssl)'; exit 2; }
command -v exiftool >/dev/null || { echo 'needs exiftool (Debian package libimage-exiftool-perl)'; exit 2; }
openssl version

cat > openssl.cnf <<'END'
[req]
distinguished_name = name
[name]
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[desk]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = emailProtection
authorityKeyIdentifier = keyid
END
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ca.key
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out desk.key
openssl req -new -x509 -key ca.key -subj /CN=Root/O=Desk -days 30 -config openssl.cnf -extensions ca -out ca.pem
openssl req -new -key desk.key -subj /CN=Desk/O=Desk -config openssl.cnf -out desk.csr
openssl x509 -req -in desk.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 20 -extfile openssl.cnf \
  -extensions desk -out desk.pem 2>/dev/null
cat desk.pem ca.pem > chain.pem
python3 -m venv venv && venv/bin/pip install -qq piexif==1.1.3 c2pa-python==0.38.1 pillow==13.0.0 || exit 2

venv/bin/python - <<'END'
import subprocess, sys
import c2pa, piexif
from PIL import Image

place = {
    piexif.GPSIFD.GPSLatitudeRef: "N", piexif.GPSIFD.GPSLatitude: ((29, 1), (39, 1), (0, 1)),
    piexif.GPSIFD.GPSLongitudeRef: "E", piexif.GPSIFD.GPSLongitude: ((91, 1), (7, 1), (0, 1)),
}
Image.new("RGB", (64, 64), "white").save("plain.jpg", exif=piexif.dump({"GPS": place}))
who = c2pa.C2paSignerInfo(
    alg=c2pa.C2paSigningAlg.ES256, sign_cert=open("chain.pem", "rb").read(),
    private_key=open("desk.key", "rb").read(), ta_url=None)
builder = c2pa.Builder({"claim_generator_info": [{"name": "desk", "version": "1"}], "assertions": []})
builder.set_intent(c2pa.C2paBuilderIntent.EDIT)
with open("plain.jpg", "rb") as source, open("signed.jpg", "w+b") as target:
    builder.sign(c2pa.Signer.from_info(who), "image/jpeg", source, target)
kept = piexif.dump({"0th": {piexif.ImageIFD.Artist: b"desk"}})


def shown(name):
    command = ["exiftool", "-s3", "-GPSLatitude", name]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip()


found = {}
for name in ("plain.jpg", "signed.jpg"):
    piexif.insert(kept, name, "inserted.jpg")
    piexif.remove(name, "removed.jpg")
    exifs = open("inserted.jpg", "rb").read().count(b"Exif\0\0")
    found[name] = shown(name), exifs, shown("inserted.jpg"), piexif.load("inserted.jpg")["GPS"], shown("removed.jpg")
print(found)
there = found["plain.jpg"][0]
if not there or found["signed.jpg"][0] != there:
    sys.exit(f"changed: the place before: {found}")
if found["plain.jpg"][1:] != (1, "", {}, ""):
    sys.exit(f"changed: the plain picture: {found['plain.jpg']}")
if found["signed.jpg"][1:] != (2, there, {}, ""):
    sys.exit(f"changed: the signed picture: {found['signed.jpg']}")
END
