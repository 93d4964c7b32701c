#!/bin/sh
# What: thefuzz 0.22.1 with RapidFuzz 3.14.6 (PyPI), likeness of phrases, as for a translation memory
# Guess: 100 means that two phrases have the same words, letters' case and punctuation aside.
# Does: what is no letter or digit is taken out before phrases are compared, and vowel signs and subjoined letters
#   count as such: of Tibetan the bare consonants are left. 'The man died' and 'the fire went out' are 100 alike, and
#   a memory gives the one translation for the other as a perfect match. thefuzz does so by default (WRatio,
#   process.extract, token_sort_ratio), RapidFuzz with processor=utils.default_process. Hindi suffers the same.
# Seen: མི་ཤི་སོང, མེ་ཤི་སོང and མོ་ཤི་སོང ('the woman died'): 100; default_process gives 'མ ཤ ས ང'.
# Source: RapidFuzz, utils.default_process ('removing all non alphanumeric characters'); Unicode: vowel signs of
#   Tibetan are of category Mn.
# Instead: fuzz.ratio with no processor, on normalized text (the same three: 89), and never a perfect match that is
#   not equal letter for letter.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq thefuzz==0.22.1 rapidfuzz==3.14.6 || exit 2

venv/bin/python - <<'END'
import sys
import rapidfuzz.fuzz, rapidfuzz.utils
from thefuzz import fuzz, process

man, fire, woman = "མི་ཤི་སོང", "མེ་ཤི་སོང", "མོ་ཤི་སོང"
by_default = [score for _, score in process.extract(fire, [man, fire, woman])]
processed = rapidfuzz.fuzz.ratio(man, fire, processor=rapidfuzz.utils.default_process)
plain = round(rapidfuzz.fuzz.ratio(man, fire))
english = fuzz.WRatio("the man died", "the fire went out")
print(by_default, fuzz.token_sort_ratio(man, fire), processed, plain, english, rapidfuzz.utils.default_process(man))
if english == 100 or plain == 100:
    sys.exit("changed: English, or Tibetan as it stands, is 100 alike too")
if by_default != [100, 100, 100] or processed != 100:
    sys.exit(f"changed: thefuzz gives {by_default}, RapidFuzz {processed}")
END
