#!/bin/sh
# What: sentencex 1.0.32 (PyPI)
# Guess: Tibetan, whose sentences end in a shad (།) and a space, is split like other languages with their own marks.
# Does: segment('bo', …) gives the whole text as one sentence; Uyghur, with its Arabic question mark, is split well.
# Seen: three Tibetan sentences → 1 segment, three Uyghur ones → 3.
# Source: Unicode Standard, 13.4 (Tibetan): U+0F0D ends a phrase or sentence; U+0F0E a passage.
# Instead: cut Tibetan behind shad and space yourself, and let people join: a shad may also end a clause.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq sentencex==1.0.32 || exit 2

venv/bin/python - <<'END'
import sys
from sentencex import segment

tibetan = [str(part) for part in segment("bo", "བོད་སྐད་ཡིན། ང་རང་འདིར་སྡོད་ཀྱི་ཡོད། ཁྱེད་རང་གང་ན་ཡོད།")]
uyghur = [str(part) for part in segment("ug", "ئۇ كەلدى. سەن قەيەردە؟ مەن بۇ يەردە.")]
print(len(tibetan), len(uyghur))
if (len(tibetan), len(uyghur)) != (1, 3):
    sys.exit(f"changed: {len(tibetan)} Tibetan and {len(uyghur)} Uyghur segments")
END
