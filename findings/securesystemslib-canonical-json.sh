#!/bin/sh
# What: securesystemslib 1.6.0 (PyPI), as in-toto and older TUF metadata use it
# Guess: 'canonical JSON' is JSON: what was signed can be parsed again.
# Does: only the quotation mark and the backslash are escaped; a line break in a value stands as it is, and no JSON
#   parser takes the signed bytes.
# Seen: {'a': 'one\ntwo'} → a string that json.loads refuses.
# Source: OLPC canonical JSON grammar; RFC 8259, 7: control characters must be escaped; RFC 8785 differs too.
# Instead: say by name which canonical form is meant; check such signatures over the bytes that the library makes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq securesystemslib==1.6.0 || exit 2

venv/bin/python - <<'END'
import json, sys
from securesystemslib.formats import encode_canonical

written = encode_canonical({"a": "one\ntwo"})
print(repr(written))
try:
    json.loads(written)
except json.JSONDecodeError as error:
    print(error)
else:
    sys.exit(f"changed: {written!r} is JSON now")
END
