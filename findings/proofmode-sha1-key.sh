#!/bin/sh
# What: keys as ProofMode for Android makes them (its source of 2026-08); gpgv 2.2.40 (Debian 12), pysequoia 0.1.35 (PyPI)
# Guess: an OpenPGP signature that is valid to GnuPG is valid to Sequoia: both compute the same.
# Does: ProofMode binds its key to a name by SHA-1 (files it signs by SHA-256). Sequoia takes no such key since February
#   2023 and says 'no valid signatures found', as it does of a forged file; gpgv says 'Good signature'. So what a
#   telephone signed honestly looks forged to whoever checks it with sq, sqv or a library of Sequoia's.
# Seen: bound by SHA-1: gpgv 0, Sequoia: no valid signatures found; the same bound by SHA-512: both good
# Source: proofmode-android, crypto/pgp/PgpUtils.java, generateKeyRingGenerator (HashAlgorithmTags.SHA1); sequoia-openpgp,
#   policy::StandardPolicy ('SHA1 ... 2023-02-01').
# Instead: check such proofs with gpgv, which looks at the signature and not at how a key is bound to a name nobody relies
#   on; where only Sequoia is at hand, look with 'sq cert lint' whether the key is why.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
for program in gpg gpgv; do
  command -v $program > /dev/null || { echo "needs $program (Debian packages gnupg, gpgv)"; exit 2; }
done
gpgv --version | sed 1q
python3 -m venv venv && venv/bin/pip install -qq pysequoia==0.1.35 || exit 2

printf 'what was filmed\n' > clip.mp4
for digest in SHA1 SHA512; do
  mkdir -m 700 $digest
  own="gpg --homedir $folder/$digest --batch --quiet"
  $own --passphrase '' --cert-digest-algo $digest --quick-gen-key noone@proofmode.witness.org rsa2048 sign 2> log
  $own --armor --export > $digest.asc
  $own --export > $digest.gpg
  $own --digest-algo SHA256 --armor --output $digest.sig --detach-sign clip.mp4
  gpgconf --homedir "$folder/$digest" --kill all
  gpgv --homedir "$folder/$digest" --keyring "./$digest.gpg" $digest.sig clip.mp4 2> log && good=0 || good=$?
  said=$(venv/bin/python - $digest <<'END'
import sys
from pathlib import Path
from pysequoia import Cert, Sig, verify

name = sys.argv[1]
cert, signature = Cert.from_bytes(Path(f"{name}.asc").read_bytes()), Sig.from_bytes(Path(f"{name}.sig").read_bytes())
try:
    verify(bytes=Path("clip.mp4").read_bytes(), store=lambda ids: [cert], signature=signature)
    print("good")
except RuntimeError as error:
    print(str(error).splitlines()[0])
END
  )
  echo "bound by $digest: gpgv $good, Sequoia: $said"
  echo "$good $said" > $digest.said
done
grep -q '^0 .*no valid signatures' SHA1.said || { echo 'changed: a key that is bound by SHA-1'; exit 1; }
grep -q '^0 good' SHA512.said || { echo 'changed: a key that is bound by SHA-512'; exit 1; }
