#!/bin/sh
# What: jcs 0.2.1, rfc8785 0.1.4 (PyPI)
# Guess: two libraries for RFC 8785 give the same bytes for a number or refuse it.
# Does: jcs writes an integer beyond 2^53 as the nearest double, that is another number, silently; rfc8785 refuses it,
#   and 2^53 itself too. Identifiers of posts are that long.
# Seen: 9007199254740993 → jcs 9007199254740992, rfc8785 IntegerDomainError.
# Source: RFC 8785, 3.2.2.3 and appendix B; RFC 7493, 2.2: integers outside ±(2^53 - 1) are not to be counted on.
# Instead: keep identifiers as text; refuse such integers before they are signed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq jcs==0.2.1 rfc8785==0.1.4 || exit 2

venv/bin/python - <<'END'
import sys
import jcs, rfc8785

number = 2**53 + 1
written = jcs.canonicalize({"id": number})
print(written)
if written != b'{"id":9007199254740992}':
    sys.exit(f"changed: jcs writes {written}")
for number in (2**53 + 1, 2**53):
    try:
        rfc8785.dumps({"id": number})
    except rfc8785.IntegerDomainError as error:
        print(error)
    else:
        sys.exit(f"changed: rfc8785 takes {number}")
END
