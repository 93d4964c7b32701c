#!/bin/sh
# What: cn2an 0.5.24 (PyPI), numbers in Chinese words made into digits
# Guess: a library for Chinese numbers either knows that 三五个 is 'a few' (three to five) and 两三个 'two or three', as
#   every reader does, or leaves such words alone, as it leaves 三四十 (thirty or forty).
# Does: two digits one after the other are read as a number of two places: 'three to five people' is 35, 'one or two' is
#   12. A few wounded become dozens, with no sign that the text was vague. The same in 'normal' and 'smart' of cn2an();
#   only 'strict' refuses. Digits in names are changed as well: Sichuan (四川) is '4川'.
# Seen: 三五个人 → 35个人, 两三个孩子 → 23个孩子, 一两人 → 12人; 三四十人 → 三四十人
# Source: its README: transform turns the numbers of a sentence, with 'smart' for mixed ones; a grammar of Chinese,
#   approximate numbers (概数): neighbouring digits side by side.
# Instead: never put digits into testimony; to search or count, cn2an(text, 'strict') on words that were found by a
#   pattern of your own, and leave neighbouring digits as they are.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq cn2an==0.5.24 || exit 2

venv/bin/python - <<'END'
import sys
import cn2an

stated = {"三五个人": "35个人", "两三个孩子": "23个孩子", "一两人": "12人", "三四十人": "三四十人", "四川五百人": "4川500人",
          "一万二千人": "12000人"}
found = {text: cn2an.transform(text, "cn2an") for text in stated}
print(found, cn2an.cn2an("三五", "normal"))
try:
    strict = cn2an.cn2an("三五", "strict")
except ValueError as error:
    strict = None
if found != stated or cn2an.cn2an("三五", "normal") != 35 or strict is not None:
    sys.exit(f"changed: {found}, strict: {strict}")
END
