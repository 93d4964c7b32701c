#!/bin/sh
# What: PGPy 0.6.0 (PyPI), words signed in the clear (OpenPGP); GnuPG 2.2 (Debian 12) to compare
# Guess: a library signs a statement in Tibetan so that GnuPG verifies it, and reads what it wrote itself.
# Does: spaces at the end of a line are signed, though the format leaves them out: a Tibetan sentence ends in a shad and
#   a space, and where a line does too, GnuPG says that the signature is bad. Without such a line GnuPG says good. And
#   the library reads no such message in another script than Latin, not even its own: an error of encoding from text, a
#   packet that is none from the file. English statements work both ways.
# Seen: GnuPG: GOODSIG without, BADSIG with a space at the end of a line; PGPy's from_file: PGPError
# Source: RFC 4880, 7.1 (and 9580, 7.2): 'any trailing whitespace … at the end of any line is removed' for the
#   signature; PGPy's documentation, PGPMessage.new: cleartext.
# Instead: detached signatures over the bytes of a file; or take the spaces off the ends of lines, and verify with GnuPG
#   before it goes out.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v gpg >/dev/null || { echo "needs Debian's gnupg"; exit 2; }
gpg --version | head -n 1
python3 -m venv venv && venv/bin/pip install -qq PGPy==0.6.0 || exit 2
mkdir -m 700 keys

GNUPGHOME="$folder/keys" venv/bin/python -W ignore - <<'END'
import subprocess, sys
import pgpy
from pgpy.constants import EllipticCurveOID, HashAlgorithm, KeyFlags, PubKeyAlgorithm

key = pgpy.PGPKey.new(PubKeyAlgorithm.EdDSA, EllipticCurveOID.Ed25519)
key.add_uid(pgpy.PGPUID.new("A desk"), usage={KeyFlags.Sign}, hashes=[HashAlgorithm.SHA256])
subprocess.run(["gpg", "-q", "--batch", "--import"], input=str(key.pubkey).encode(), check=True)
found = {}
for name, text in (("english", "One.\nTwo."), ("tibetan", "བཀྲ་ཤིས།\nབདེ་ལེགས།"), ("space", "བཀྲ་ཤིས། \nབདེ་ལེགས། ")):
    message = pgpy.PGPMessage.new(text, cleartext=True)
    message |= key.sign(message)
    with open(name, "w") as file:
        file.write(str(message))
    said = subprocess.run(["gpg", "--batch", "--status-fd", "1", "--verify", name], capture_output=True, text=True).stdout
    try:
        again = bool(key.pubkey.verify(pgpy.PGPMessage.from_file(name)))
    except pgpy.errors.PGPError as error:
        again = type(error).__name__
    found[name] = [word for word in ("GOODSIG", "BADSIG") if word in said] + [again]
print(found)
if found["english"] != ["GOODSIG", True]:
    sys.exit(f"changed: in English {found['english']}")
if found["tibetan"] != ["GOODSIG", "PGPError"] or found["space"] != ["BADSIG", "PGPError"]:
    sys.exit(f"changed: {found}")
END
gpgconf --homedir "$folder/keys" --kill all || true
