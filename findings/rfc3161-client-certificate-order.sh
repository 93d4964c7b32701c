#!/bin/sh
# What: rfc3161-client 1.0.9 (PyPI), tokens of OpenSSL 3.0 (Debian 12)
# Guess: a token that OpenSSL writes and verifies, with the chain in it, can be read by the other library.
# Does: OpenSSL writes the certificates in the order given; the reader wants the set in DER's order, and raises if the
#   root is shorter than the signer's certificate.
# Seen: ValueError: ASN.1 parse error … InvalidSetOrdering … SignedData::certificates.
# Source: X.690, 11.6 (order of a SET OF in DER); RFC 5652, 5.1: only signed and authenticated attributes have to be
#   DER.
# Instead: sort the set in a copy before it is read, keep the token's bytes as they came, or ask without certificates.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v openssl >/dev/null || { echo 'needs openssl (Debian package openssl)'; exit 2; }
openssl version

cat > ts.cnf <<'END'
[tsa]
default_tsa = desk
[desk]
serial = ./serial
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
clock_precision_digits = 3
ess_cert_id_chain = no

[ext]
extendedKeyUsage = critical,timeStamping
END
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=A -days 30 2>/dev/null
openssl req -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.csr -subj '/CN=Time stamps of a desk with a long name' \
  2>/dev/null
openssl x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 20 -extfile ts.cnf -extensions ext \
  -out tsa.pem 2>/dev/null
echo words > a.txt
echo 01 > serial
openssl ts -query -data a.txt -sha256 -cert -out a.tsq 2>/dev/null

openssl ts -reply -config ts.cnf -queryfile a.tsq -signer tsa.pem -inkey tsa.key -chain ca.pem -out a.tsr 2>/dev/null
openssl ts -verify -in a.tsr -data a.txt -CAfile ca.pem 2>&1 | grep OK
python3 -m venv venv && venv/bin/pip install -qq rfc3161-client==1.0.9 || exit 2

venv/bin/python - <<'END'
import sys
import rfc3161_client

try:
    rfc3161_client.decode_timestamp_response(open("a.tsr", "rb").read())
except ValueError as error:
    print(str(error)[:70])
    if "InvalidSetOrdering" not in str(error):
        sys.exit(f"changed: {error}")
else:
    sys.exit("changed: the token is read now")
END
