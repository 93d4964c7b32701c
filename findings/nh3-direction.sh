#!/bin/sh
# What: nh3 0.3.8 (PyPI)
# Guess: cleaning with the defaults keeps what is harmless and needed to read a post: dir as well as lang.
# Does: lang stays, dir goes: an Uyghur or Arabic paragraph with numbers and brackets is then shown in the wrong
#   order.
# Seen: <p dir="rtl" lang="ug"> → <p lang="ug">.
# Source: HTML Standard, 3.2.6.4: dir is a global attribute, and changes the order of what is shown.
# Instead: attributes={**nh3.ALLOWED_ATTRIBUTES, '*': {'lang', 'dir'}}.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq nh3==0.3.8 || exit 2

venv/bin/python - <<'END'
import sys
import nh3

text = '<p dir="rtl" lang="ug">x</p>'
plain = nh3.clean(text)
kept = nh3.clean(text, attributes={**nh3.ALLOWED_ATTRIBUTES, "*": {"lang", "dir"}})
print(plain, kept)
if "dir=" in plain or "lang=" not in plain:
    sys.exit(f"changed: the defaults give {plain}")
if "dir=" not in kept:
    sys.exit(f"changed: with dir allowed it gives {kept}")
END
