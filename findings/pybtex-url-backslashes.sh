#!/bin/sh
# What: pybtex 0.26.1 (PyPI)
# Guess: reading a BibTeX file, writing it and reading it again leaves an address as it was.
# Does: the writer puts a backslash before _ and %, the reader keeps it, and each round adds another: the address of a
#   source no longer opens.
# Seen: https://example.org/a_b%20c → a\_b\%20c → a\\_b\\%20c.
# Source: biblatex manual, 2.2.1: url is a verbatim field.
# Instead: keep sources in CSL JSON or YAML; write BibTeX yourself, once, at the end.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq pybtex==0.26.1 || exit 2

venv/bin/python - <<'END'
import sys
from pybtex.database import parse_string

first = "https://example.org/a_b%20c"
entries = parse_string("@online{a, title={x}, url={" + first + "}}", "bibtex")
again = parse_string(entries.to_string("bibtex"), "bibtex")
got = again.entries["a"].fields["url"]
print(got)
if entries.entries["a"].fields["url"] != first or got != r"https://example.org/a\_b\%20c":
    sys.exit(f"changed: the address is {got}")
END
