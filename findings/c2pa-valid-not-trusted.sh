#!/bin/sh
# What: c2pa-python 0.38.1 (PyPI)
# Guess: validation_state 'Valid' means that all is well, the signer included.
# Does: 'Valid' says that the file fits a signature of anyone; a signer of a root nobody knows is 'Valid' with a
#   failure in the list beside it. A known one is 'Trusted'.
# Seen: state Valid, failure signingCredential.untrusted.
# Source: C2PA 2.x, 'Validation states': well-formed, valid, trusted.
# Instead: print the state by name with the signer, and never a green mark for 'Valid'.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
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

Image.new("RGB", (64, 64), "red").save("a.jpg")
who = c2pa.C2paSignerInfo(
    alg=c2pa.C2paSigningAlg.ES256, sign_cert=open("chain.pem", "rb").read(),
    private_key=open("desk.key", "rb").read(), ta_url=None)
builder = c2pa.Builder({"claim_generator_info": [{"name": "desk", "version": "1"}], "assertions": []})
builder.set_intent(c2pa.C2paBuilderIntent.CREATE, c2pa.C2paDigitalSourceType.DIGITAL_CAPTURE)
target = io.BytesIO()
with open("a.jpg", "rb") as file:
    builder.sign(c2pa.Signer.from_info(who), "image/jpeg", file, target)
target.seek(0)
found = json.loads(c2pa.Reader("image/jpeg", target).json())
failures = [entry["code"] for entry in found["validation_results"]["activeManifest"]["failure"]]
print(found["validation_state"], failures)
if found["validation_state"] != "Valid" or failures != ["signingCredential.untrusted"]:
    sys.exit(f"changed: {found['validation_state']} with {failures}")
END
