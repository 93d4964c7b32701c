#!/bin/sh
# What: c2pa-python 0.38.1 (PyPI)
# Guess: signing a blurred picture with the original named as its parent records the parent's hash, not the parent.
# Does: a thumbnail of the original goes into the manifest of the published file, without being asked for, and is up
#   to 1024 pixels wide (a picture of 640 × 480 is even made larger): the face that was blurred can be seen by anyone
#   who opens the manifest.
# Seen: parent half red, published picture white: the thumbnail in the published file is 1024 × 768 and red.
# Source: C2PA 2.x, 'Ingredient' and 'Thumbnail': thumbnails are optional; SDK settings, builder.thumbnail.enabled
#   (default true).
# Instead: switch it off with Settings through Context, as below, and look for thumbnails in what was signed before it
#   goes out.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v openssl >/dev/null || { echo 'needs openssl (Debian package openssl)'; exit 2; }
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
python3 -m venv venv && venv/bin/pip install -qq c2pa-python==0.38.1 pillow==13.0.0 || exit 2

venv/bin/python - <<'END'
import io, json, sys
import c2pa
from PIL import Image

original = Image.new("RGB", (640, 480), "white")
original.paste((255, 0, 0), (0, 0, 320, 480))
original.save("original.jpg")
Image.new("RGB", (640, 480), "white").save("blurred.jpg")
who = c2pa.C2paSignerInfo(
    alg=c2pa.C2paSigningAlg.ES256, sign_cert=open("chain.pem", "rb").read(),
    private_key=open("desk.key", "rb").read(), ta_url=None)
manifest = {"claim_generator_info": [{"name": "desk", "version": "1"}], "assertions": []}


def published(*context):
    builder = c2pa.Builder(manifest, *context)
    builder.set_intent(c2pa.C2paBuilderIntent.EDIT)
    with open("original.jpg", "rb") as file:
        builder.add_ingredient(json.dumps({"title": "a", "relationship": "parentOf"}), "image/jpeg", file)
    target = io.BytesIO()
    with open("blurred.jpg", "rb") as file:
        builder.sign(c2pa.Signer.from_info(who), "image/jpeg", file, target)
    target.seek(0)
    reader = c2pa.Reader("image/jpeg", target)
    found = json.loads(reader.json())
    thumbnail = found["manifests"][found["active_manifest"]]["ingredients"][0].get("thumbnail")
    if thumbnail is None:
        return None
    picture = io.BytesIO()
    reader.resource_to_stream(thumbnail["identifier"], picture)
    return Image.open(picture).convert("RGB")


seen = published()
off = published(c2pa.Context(c2pa.Settings.from_dict({"builder": {"thumbnail": {"enabled": False}}})))
print(seen and (seen.size, seen.getpixel((10, 10))), off)
if seen is None or seen.size != (1024, 768) or seen.getpixel((10, 10))[1] > 50:
    sys.exit("changed: the original is not shown in the manifest as it was")
if off is not None:
    sys.exit("changed: the setting no longer switches it off")
END
