#!/bin/sh
# What: ICU 77.1 through pyicu-wheels 2.15.2 (PyPI), the transliterator Any-Latin
# Guess: 'Any-Latin; Latin-ASCII' makes Latin letters of every script, well or badly: good for names of files and
#   pages and for a search by sound.
# Does: there is none for Tibetan: it comes out as it went in, without an error, and a program that drops the rest has
#   empty names. Of Uyghur some vowels stay Arabic in the middle of the word (ۇ, ۈ), others are those of another
#   language (ە is 'h', و is 'w', ى is 'y'). Chinese is pinyin.
# Seen: བོད་ལྗོངས → བོད་ལྗོངས; ئۈرۈمچى (Ürümchi) → yۈrۈmchy; 拉萨 → la sa.
# Source: ICU User Guide, 'General Transforms'; Apple's name for it, StringTransform.toLatin: 'from any script to
#   Latin script'; CLDR, common/transforms, has no Tibetan, and for Uyghur only sounds (ug-ug_FONIPA).
# Instead: pyewts (Wylie) for Tibetan, umsc for Uyghur; whatever comes out, look whether it is ASCII and not empty.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq pyicu-wheels==2.15.2 || exit 2

venv/bin/python - <<'END'
import sys
import icu

latin = icu.Transliterator.createInstance("Any-Latin; Latin-ASCII").transliterate
tibetan, uyghur, chinese = "བོད་ལྗོངས", "ئۈرۈمچى", "拉萨"
print(icu.ICU_VERSION, latin(tibetan), latin(uyghur), latin(chinese))
if latin(chinese) != "la sa":
    sys.exit(f"changed: Chinese gives {latin(chinese)!r}")
if latin(tibetan) != tibetan:
    sys.exit(f"changed: Tibetan gives {latin(tibetan)!r}")
if "\u06c8" not in latin(uyghur) or "mch" not in latin(uyghur):
    sys.exit(f"changed: Uyghur gives {latin(uyghur)!r}")
END
