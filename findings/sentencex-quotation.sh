#!/bin/sh
# What: sentencex 1.0.32 (PyPI)
# Guess: a splitter that knows Chinese and Japanese keeps a quotation and the words around it in one sentence.
# Does: it cuts after the full stop and quotation mark in the middle of the sentence, so the subject and what is said,
#   and the rest, go to two segments.
# Seen: 他说：“我不走。”然后关上门。 → two segments; 「行かない。」と彼は言った。 → two segments.
# Source: the library's README: when in doubt it does not split, for a sentence cut in its middle is worse than two in
#   one.
# Instead: split Chinese yourself: no cut behind a closing mark unless a sentence starts; let the translator join
#   segments.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq sentencex==1.0.32 || exit 2

venv/bin/python - <<'END'
import sys
from sentencex import segment

for language, text in (("zh", "他说：“我不走。”然后关上门。"), ("ja", "「行かない。」と彼は言った。")):
    parts = [str(part) for part in segment(language, text)]
    print(parts)
    if len(parts) != 2:
        sys.exit(f"changed: {language} gives {parts}")
END
