#!/bin/sh
# What: ICU 77.1 through pyicu-wheels 2.15.2 (PyPI), collation of Uyghur (CLDR)
# Guess: a list of names sorted for 'ug', a locale with rules of its own, has the order of the Uyghur alphabet: … ن ھ ئو
#   ئۇ ئۆ ئۈ ۋ ئې ئى ي.
# Does: a vowel at the beginning of a word is written on a hamza (ئ), which the rules do not name; it stays where Arabic
#   has it, before all letters. So every name in o, u, ö, ü, ë and i stands at the front of the list, before b, where
#   nobody looks for it. Within a word the same vowels are ordered as the alphabet has them. Intl.Collator of Node 20.20
#   (ICU 78.2), tried beside it, did the same.
# Seen: ئو before ب in 'ئوت' and 'بالا', behind ھ in 'بو' and 'بھ'.
# Source: CLDR, common/collation/ug.xml: '&ھ<و<ۇ<ۆ<ۈ<ۋ<ې<ى<ي', without U+0626.
# Instead: take the hamza at the beginning of a word away in the key of the order (not in the name), as below, and show
#   the list to a reader of the language.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq pyicu-wheels==2.15.2 || exit 2

venv/bin/python - <<'END'
import sys
import icu

print("ICU", icu.ICU_VERSION)
collator = icu.Collator.createInstance(icu.Locale("ug"))
rules = collator.getRules()
names = "ئانا ئەرەب بالا نان ھاۋا ئوت ئۇن ئۆي ئۈزۈم ۋەتەن ئېغىز ئىش يەر".split()  # as in a dictionary
found = sorted(names, key=collator.getSortKey)
print(*found)
if not rules or "ئ" in rules:
    sys.exit(f"changed: the rules are {rules!r}")
if collator.compare("بو", "بھ") < 1:
    sys.exit("changed: within a word o stands before h")
if found == names or found[:9] != "ئانا ئەرەب ئوت ئۇن ئۆي ئۈزۈم ئېغىز ئىش بالا".split():
    sys.exit(f"changed: the order is {found}")
without = sorted(names, key=lambda name: collator.getSortKey(name.removeprefix("ئ")))
if without != names:
    sys.exit(f"changed: without the hamza the order is {without}")
END
