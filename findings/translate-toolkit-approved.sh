#!/bin/sh
# What: translate-toolkit 3.20.4 (PyPI), XLIFF 1.2
# Guess: a unit whose target has state='final' or 'signed-off' is finished, one that needs translation is not.
# Does: the state is not looked at: only approved='yes' makes a unit translated; final text is fuzzy, and an approved
#   one that 'needs-translation' is done. A filter of finished units loses the finished ones.
# Seen: state=final → fuzzy; state=needs-translation approved=yes → translated.
# Source: OASIS XLIFF 1.2, 3 (attributes state and approved): both say how far a target has come.
# Instead: read the attribute state yourself, and write both.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq translate-toolkit==3.20.4 || exit 2

venv/bin/python - <<'END'
import sys
from translate.storage import xliff

text = (
    '<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2"><file original="f" source-language="en"'
    ' target-language="zh" datatype="plaintext"><body>'
    '<trans-unit id="1"><source>a</source><target state="final">b</target></trans-unit>'
    '<trans-unit id="2" approved="yes"><source>c</source><target state="needs-translation">d</target></trans-unit>'
    "</body></file></xliff>"
)
got = [(unit.istranslated(), unit.isfuzzy()) for unit in xliff.xlifffile.parsestring(text.encode()).units]
print(got)
if got != [(False, True), (True, False)]:
    sys.exit(f"changed: translated and fuzzy are {got}")
END
