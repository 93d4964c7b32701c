#!/bin/sh
# What: c2pie 0.1.1 (PyPI), signs pictures and PDFs (C2PA); read with c2pa-python 0.38.1 (PyPI); a key of its own made by
#   OpenSSL 3.0 (Debian 12)
# Guess: 'c2pie sign' without a manifest signs what the file is, with my key: its hash, and nothing about an author; what a
#   camera signed before stays in it as the parent.
# Does: it signs, with my key, that the author is the firm that made the program and the holder of the copyright 'c2pie',
#   2026. The earlier credential of a picture is taken out and not named: the chain back to the camera ends. A PDF is
#   'successfully signed' and invalid to c2pa-python, for what the hash leaves out is not where the manifest stands. A
#   picture without an earlier one is valid, so a look at the verdict alone shows nothing.
# Seen: author: Tourmaline Core; copyrightHolder: c2pie; manifests after signing twice: 1, no ingredients; PDF:
#   assertion.dataHash.mismatch
# Source: 'c2pie sign --help' ('If omitted, the default signature is used'); C2PA 2.2, 'Ingredients' (parentOf) and 'Hard
#   bindings'.
# Instead: -m with a manifest of your own; c2pa-python or c2patool where a file may have credentials; read every file back
#   with another program before it goes out.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v openssl >/dev/null || { echo 'needs openssl (Debian package openssl)'; exit 2; }
openssl version
python3 -m venv venv && venv/bin/pip install -qq c2pie==0.1.1 c2pa-python==0.38.1 pillow==13.0.0 pypdf==6.21.4 || exit 2

printf 'keyUsage=critical,digitalSignature\nextendedKeyUsage=emailProtection\nbasicConstraints=CA:FALSE\n' > signer.cnf
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj '/CN=Authority/O=Example' -days 30 2> log
openssl req -newkey rsa:2048 -nodes -keyout key.pem -out signer.csr -subj '/CN=Signer/O=Example' 2>> log
openssl x509 -req -in signer.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out signer.pem -days 20 -extfile signer.cnf 2>> log
export C2PIE_PRIVATE_KEY_FILE=key.pem C2PIE_CERTIFICATE_CHAIN_FILE=signer.pem
venv/bin/python -c "
from PIL import Image
from pypdf import PdfWriter
Image.new('RGB', (64, 48), 'red').save('a.jpg')
book = PdfWriter()
book.add_blank_page(200, 200)
book.write('a.pdf')"
sign() { venv/bin/c2pie sign --input_file "$1" --output "$2" >> log 2>&1 || { cat log; exit 1; }; }
sign a.jpg b.jpg
sign b.jpg c.jpg
sign a.pdf b.pdf

venv/bin/python - <<'END'
import json, sys
import c2pa


def read(name):
    report = json.loads(c2pa.Reader(name).json())
    manifest = report["manifests"][report["active_manifest"]]
    work = next(part["data"] for part in manifest["assertions"] if part["label"] == "stds.schema-org.CreativeWork")
    codes = {status["code"] for status in report.get("validation_status", [])} - {"signingCredential.untrusted"}
    return {"state": report["validation_state"], "author": work["author"][0]["name"], "holder": work["copyrightHolder"],
            "manifests": len(report["manifests"]), "ingredients": len(manifest.get("ingredients", [])), "codes": codes}


found = {name: read(name) for name in ("b.jpg", "c.jpg", "b.pdf")}
for name, said in found.items():
    print(name, said)
for name in ("b.jpg", "c.jpg"):
    said = found[name]
    if (said["state"], said["codes"], said["author"], said["holder"]) != ("Valid", set(), "Tourmaline Core", "c2pie"):
        sys.exit(f"changed: {name}: {said}")
if (found["c.jpg"]["manifests"], found["c.jpg"]["ingredients"]) != (1, 0):
    sys.exit(f"changed: signed twice: {found['c.jpg']}")
if found["b.pdf"]["state"] != "Invalid" or found["b.pdf"]["codes"] != {"assertion.dataHash.mismatch"}:
    sys.exit(f"changed: the PDF: {found['b.pdf']}")
END
