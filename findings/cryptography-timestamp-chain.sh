#!/bin/sh
# What: cryptography 50.0.2 (PyPI), x509.verification
# Guess: with an extension policy that permits all for the signer and the ordinary one for authorities, the chain of a
#   time stamping authority verifies; what the signer's key is for, one looks at oneself.
# Does: an authority between signer and root whose certificate names the usage "time stamping", as those of most public
#   time stamping authorities do, is refused: a client verifier wants "client authentication" there, or no usage at all.
#   Without that extension the same chain holds, so a test with a plain authority shows nothing.
# Seen: plain: holds; with timeStamping: candidates exhausted: Neither EKU nor anyEKU could be found
# Source: RFC 3161, 2.3 (the usage of the signer alone); cryptography's documentation, X.509 verification: policies are
#   those of the web; ExtensionPolicy.webpki_defaults_ca().
# Instead: permit_all().require_present(BasicConstraints, AGNOSTIC, None) for authorities, which still wants cA and path
#   lengths, and then look at extendedKeyUsage of the signer and keyUsage of the others yourself: that policy does not.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv v && v/bin/pip install --quiet cryptography==50.0.2 || { echo 'needs cryptography'; exit 2; }
cat > chain.py <<'END'
import datetime
import sys
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import verification as v
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

now = datetime.datetime(2026, 11, 29)
keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]

def certificate(name, key, issuer, signer, ca, usage):
    named = lambda text: x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(keys[signer].public_key())
    sign = x509.KeyUsage(True, False, False, False, False, ca, ca, False, False)
    builder = x509.CertificateBuilder(named(issuer), named(name), keys[key].public_key(), x509.random_serial_number(),
                                      now - datetime.timedelta(9), now + datetime.timedelta(9))
    builder = builder.add_extension(x509.BasicConstraints(ca, None), True).add_extension(identifier, False)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(keys[key].public_key()), False)
    builder = builder.add_extension(sign, True)
    if usage:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), not ca)
    return builder.sign(keys[signer], hashes.SHA256())

root = certificate("root", 0, "root", 0, True, False)
signer = certificate("signer", 2, "middle", 1, False, True)
found = []
for usage, authority in ((False, None), (True, None), (True, "own")):
    middle = certificate("middle", 1, "root", 0, True, usage)
    policy = v.ExtensionPolicy.webpki_defaults_ca()
    if authority:
        policy = v.ExtensionPolicy.permit_all().require_present(x509.BasicConstraints, v.Criticality.AGNOSTIC, None)
    builder = v.PolicyBuilder().store(v.Store([root])).time(now)
    verifier = builder.extension_policies(ca_policy=policy, ee_policy=v.ExtensionPolicy.permit_all())
    try:
        verifier.build_client_verifier().verify(signer, [middle])
        found.append("holds")
    except v.VerificationError as error:
        found.append(str(error))
print("plain:", found[0], "| with timeStamping:", found[1], "| with the policy below:", found[2])
if found[0] != "holds" or found[2] != "holds" or "EKU" not in found[1]:
    print("changed:", found)
    sys.exit(1)
END
v/bin/python chain.py
