#!/bin/sh
# What: OpenSSL 3.0 (Debian 12), openssl ts -verify
# Guess: -untrusted takes the name of a file, as -in and -CAfile beside it do; quoted, it may have a space.
# Does: the name is taken apart at spaces and commas, for it may be several; the parts are no files, so the
#   certificates are not loaded, and a good stamp does not verify on a computer whose folders are called 'My
#   Documents'. A message on the standard error tells it.
# Seen: -untrusted 'a folder/beside.pem': not verified; -untrusted beside.pem in that folder: Verification: OK.
# Source: openssl-ts(1): '-untrusted file: a set of additional untrusted certificates … in the given files'; -CAfile
#   takes one.
# Instead: change into the folder first, and name the file by a word of your own.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
openssl version || { echo "needs Debian's openssl"; exit 2; }

make_key() { openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -subj "/CN=$1" -out "$1.csr" 2>/dev/null; }
printf 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n' > authority.ext
printf 'extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n' > stamper.ext
make_key root && openssl x509 -req -in root.csr -signkey root.key -days 30 -extfile authority.ext -out root.pem 2>/dev/null
make_key middle && openssl x509 -req -in middle.csr -CA root.pem -CAkey root.key -CAcreateserial -days 30 -extfile authority.ext -out middle.pem 2>/dev/null
make_key stamper && openssl x509 -req -in stamper.csr -CA middle.pem -CAkey middle.key -CAcreateserial -days 30 -extfile stamper.ext -out stamper.pem 2>/dev/null
echo 01 > serial
cat > ts.cnf <<'END'
[tsa]
default_tsa = one
[one]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = sha256
END
echo words > text
openssl ts -query -data text -sha256 -no_nonce -out query 2>/dev/null
openssl ts -reply -config ts.cnf -section one -queryfile query -signer stamper.pem -inkey stamper.key -out stamp.tsr 2>/dev/null
mkdir "a folder"
cat stamper.pem middle.pem > "a folder/beside.pem"
cp "a folder/beside.pem" beside.pem
cp root.pem "a folder/root.pem"

openssl ts -verify -data text -in stamp.tsr -CAfile "a folder/root.pem" -untrusted beside.pem 2>&1 | grep 'Verification: OK' \
  || { echo "changed: it does not verify without a space either"; exit 1; }
openssl ts -verify -data text -in stamp.tsr -CAfile root.pem -untrusted "a folder/beside.pem" > out 2>&1 && verified=yes || verified=no
head -n 4 out
test "$verified" = no || { echo "changed: a name with a space is taken as one"; exit 1; }
