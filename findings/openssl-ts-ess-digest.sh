#!/bin/sh
# What: OpenSSL 3.0 (Debian 12), openssl ts
# Guess: with signer_digest = sha256 nothing in a time stamp rests on SHA-1.
# Does: the reference to the signer's certificate (ESS) is the old attribute, which is SHA-1 by definition, until
#   ess_cert_id_alg = sha256 stands in the configuration.
# Seen: id-smime-aa-signingCertificate; with the line id-smime-aa-signingCertificateV2.
# Source: RFC 5816: ESSCertIDv2 for other digests; openssl-ts(1), ess_cert_id_alg: the default is SHA-1.
# Instead: set ess_cert_id_alg = sha256, and look for the V2 attribute in what comes from others.
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

answer() {
  openssl ts -reply -config ts.cnf -queryfile a.tsq -signer tsa.pem -inkey tsa.key -out a.tsr 2>/dev/null
  openssl asn1parse -inform der -in a.tsr | sed -n 's/.*:\(id-smime-aa-signingCertificate[V2]*\)$/\1/p'
}
plain=$(answer)
sed -i 's/^ess_cert_id_chain.*/&\ness_cert_id_alg = sha256/' ts.cnf
named=$(answer)
echo "$plain, $named"
[ "$plain" = id-smime-aa-signingCertificate ] || { echo "changed: the default is $plain"; exit 1; }
[ "$named" = id-smime-aa-signingCertificateV2 ] || { echo "changed: with sha256 it is $named"; exit 1; }
