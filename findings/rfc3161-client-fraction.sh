#!/bin/sh
# What: rfc3161-client 1.0.9 (PyPI), tokens of OpenSSL 3.0 (Debian 12)
# Guess: gen_time is the time in the token.
# Does: the fraction of a second is cut off; which of two stamps of one second came first can no longer be told, and
#   the text differs from what other readers print.
# Seen: token '… .637 GMT', gen_time microsecond 0.
# Source: RFC 3161, 2.4.2: genTime may hold fractions of a second.
# Instead: keep the token's own time text (from the DER) beside it, and print that.
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

# A fraction that happens to be zero is written without digits: ask until there is one.
for try in 1 2 3 4 5; do
  openssl ts -reply -config ts.cnf -queryfile a.tsq -signer tsa.pem -inkey tsa.key -out a.tsr 2>/dev/null
  openssl ts -reply -in a.tsr -text 2>/dev/null | grep '^Time stamp:' > time
  if grep -q '[0-9]\.[0-9]' time; then break; fi
done
cat time
python3 -m venv venv && venv/bin/pip install -qq rfc3161-client==1.0.9 || exit 2

venv/bin/python - <<'END'
import sys
import rfc3161_client

time = rfc3161_client.decode_timestamp_response(open("a.tsr", "rb").read()).tst_info.gen_time
print(time.isoformat())
if time.microsecond != 0:
    sys.exit(f"changed: gen_time is {time.isoformat()}")
END
