#!/bin/sh
# What: shamir-mnemonic 0.3.0 (PyPI), SLIP-0039
# Guess: shares carry a checksum and a digest, so a mistyped passphrase is refused.
# Does: every passphrase gives a secret of the right length; nothing is raised.
# Seen: two of three shares with 'right' give the secret, with 'wrong' sixteen other bytes.
# Source: SLIP-0039, 'Passphrase' (plausible deniability); the digest covers the encrypted master secret, before the
#   passphrase.
# Instead: keep a check value (a public key, a salted hash) of the secret and compare after combining.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq shamir-mnemonic==0.3.0 || exit 2

venv/bin/python - <<'END'
import sys
import shamir_mnemonic

secret = b"sixteen bytes of"
shares = shamir_mnemonic.generate_mnemonics(1, [(2, 3)], secret, b"right")[0]
right = shamir_mnemonic.combine_mnemonics(shares[:2], b"right")
try:
    wrong = shamir_mnemonic.combine_mnemonics(shares[:2], b"wrong")
except Exception as error:
    sys.exit(f"changed: a wrong passphrase is refused now: {error!r}")
print(right == secret, len(wrong))
if right != secret or wrong == secret or len(wrong) != 16:
    sys.exit("changed: the secrets are not what they were")
END
