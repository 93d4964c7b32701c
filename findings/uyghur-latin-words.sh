#!/bin/sh
# What: uyghur 0.1.2 (PyPI), Uyghur in Arabic letters written in Latin ones (uey2uly)
# Guess: words that are in Latin letters already (names of firms, of broadcasters, of people) stay as they are.
# Does: each of them gets two characters that nobody sees, one before (U+200B) and one behind (U+FEFF), so that the way back
#   can tell them apart; they stay in the text. Such a name is found by no search, is another one to a comparison, and goes
#   so into addresses, file names and keys. Uyghur words have none, so a look at the page and a test with Uyghur alone
#   show nothing.
# Seen: 'ئۇيغۇر Radio Free Asia' → 'uyghur \u200bRadio\ufeff \u200bFree\ufeff \u200bAsia\ufeff'
# Source: the package's README (the Arabic letters into Latin ones, no word of the two characters); Unicode 16, 23.2 (U+FEFF
#   and U+200B are not shown).
# Instead: take both out of what is stored or searched, and keep the text in Arabic letters as the one that counts.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq uyghur==0.1.2 || exit 2

venv/bin/python - <<'END' || exit $?
import sys

from uyghur.conversion import uey2uly

mixed, plain = uey2uly("ئۇيغۇر Radio Free Asia"), uey2uly("ئۇيغۇر دېڭىز")
print(ascii(mixed), ascii(plain))
if plain != "uyghur dëngiz":
    sys.exit(f"changed: Uyghur alone: {plain!a}")
if mixed != "uyghur \u200bRadio\ufeff \u200bFree\ufeff \u200bAsia\ufeff":
    sys.exit(f"changed: {mixed!a}")
END
