#!/bin/sh
# What: minisign 0.11 and signify-openbsd 31 (Debian 12), signed files and editions
# Guess: minisign's site says that signatures and public keys of both are compatible: so whoever has only OpenBSD's signify
#   verifies what minisign signed, with the same key, and the other way round.
# Does: keys are alike; of the signatures only the old kind, which minisign no longer writes unless asked (-l): since 0.10 it
#   signs a digest (the letters ED, not Ed), and signify says 'unsupported file', which sounds as if the key or the
#   signature were broken. The other way minisign refuses every signature of signify, for a second, trusted comment is
#   missing in it. A check made with an old minisign, or with -l, tells nothing about this.
# Seen: signify on a signature of minisign: 'unsupported file', exit 1; on one with -l: 'Signature Verified'; minisign on one of
#   signify: 'Trusted comment not present', exit 2
# Source: minisign's site, 'Compatibility with OpenBSD signify' and 'Signature format'; release notes of 0.10 (prehashing is
#   the default).
# Instead: sign twice, with minisign and with minisign -l, where people may have signify alone; name the program that verifies
#   beside each signature.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v minisign >/dev/null || { echo 'needs minisign (Debian package minisign)'; exit 2; }
command -v signify-openbsd >/dev/null || { echo 'needs signify-openbsd (Debian package signify-openbsd)'; exit 2; }
minisign -v

echo words > a.txt
minisign -G -W -p desk.pub -s desk.key > /dev/null
minisign -S -W -s desk.key -m a.txt -x new.minisig > /dev/null
minisign -S -W -l -s desk.key -m a.txt -x old.minisig > /dev/null
for kind in new old; do
  minisign -V -q -p desk.pub -m a.txt -x $kind.minisig || { echo "changed: minisign refuses its own, $kind"; exit 1; }
  signify-openbsd -V -p desk.pub -m a.txt -x $kind.minisig > $kind.txt 2>&1 && : || :
  echo "signify, $kind: $(cat $kind.txt)"
done
grep -q 'unsupported file' new.txt || { echo 'changed: signify reads a signature of minisign'; exit 1; }
grep -q 'Signature Verified' old.txt || { echo 'changed: signify refuses the old kind'; exit 1; }
signify-openbsd -G -n -c desk -p other.pub -s other.sec
signify-openbsd -S -s other.sec -m a.txt -x other.sig
signify-openbsd -V -q -p other.pub -m a.txt -x other.sig || { echo 'changed: signify refuses its own'; exit 1; }
if minisign -V -p other.pub -m a.txt -x other.sig > other.txt 2>&1; then echo 'changed: minisign reads it'; exit 1; fi
echo "minisign: $(cat other.txt)"
grep -q 'Trusted comment' other.txt || { echo 'changed: minisign refuses it for another reason'; exit 1; }
