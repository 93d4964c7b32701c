#!/bin/sh
# What: arabic-reshaper 3.1.0 (PyPI), which joins Arabic letters for what cannot (Pillow without Raqm, ReportLab,
#   labels on pictures and films)
# Guess: it knows the whole alphabet of Uyghur: ڭ, ې, ۆ, ۈ, ۋ and ھ are joined well.
# Does: ە (U+06D5), one of the commonest vowels, is no letter to it: the letter before it is not joined, and stands in
#   its lone form in the middle of the word. Very many Uyghur words fall apart. The two other settings that it
#   offers, 'ArabicV2' and 'Kurdish', join it as U+E000, a character of private use, for which a font shows a box.
# Seen: مەن ('I'): MEEM ISOLATED FORM, AE, NOON ISOLATED FORM; with ArabicV2 U+FEE3, U+E000.
# Source: Unicode, ArabicShaping.txt: U+06D5 is joined to the letter before it (R); mpcabd/python-arabic-reshaper,
#   pull request 84 (closed, as 'ArabicV2' has the letter; the answer there names U+E000).
# Instead: let HarfBuzz set the text (Pillow's layout_engine=RAQM, WeasyPrint); or reshape with 'ArabicV2' and put
#   U+FEEA (the final form of heh, which is drawn alike) for each U+E000 afterwards.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq arabic-reshaper==3.1.0 || exit 2

venv/bin/python - <<'END'
import sys
from arabic_reshaper import ArabicReshaper

MEEM_ALONE, MEEM_BEGINNING = "\ufee1", "\ufee3"
word = "\u0645\u06d5\u0646"
languages = ("Arabic", "ArabicV2", "Kurdish")
seen = {language: ArabicReshaper({"language": language}).reshape(word) for language in languages}
print({language: [f"U+{ord(letter):04X}" for letter in text] for language, text in seen.items()})
others = ArabicReshaper({"language": "Arabic"}).reshape("\u0645\u06d0\u0646")
if others[0] != MEEM_BEGINNING:
    sys.exit("changed: the other vowel (U+06D0) is not joined either")
if seen["Arabic"][:2] != MEEM_ALONE + "\u06d5":
    sys.exit(f"changed: by default the word is {seen['Arabic']!r}")
if any("\ue000" not in seen[language] for language in ("ArabicV2", "Kurdish")):
    sys.exit(f"changed: the other settings give {seen}")
END
