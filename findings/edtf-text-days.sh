#!/bin/sh
# What: edtf 5.0.2 (PyPI), text_to_edtf: dates as people write them, made into the notation of libraries and archives
#   (EDTF)
# Guess: a date that it understands comes out right, with what is unsure marked; what it does not understand is None.
# Does: two days of one month are read as something else: the second day becomes the year (14-16 March 2008 is in
#   2016), or the first is a day of no month and no year. 'Not before 1959' is 'up to 1959', and of 'the 14th or the
#   15th' the second is dropped. A Chinese date loses its year, and a month becomes a day. Single days, seasons,
#   decades and 'about' are read well in English, so a short test shows nothing; all of it is valid EDTF and sorts
#   well.
# Seen: March 14-16, 2008 → 2016-03-14; 10-11 March 1959 → 2010-03-11; 3 or 4 June 1989 → XXXX-XX-03; not before 1959
#   → /1959; 2008年3月14日 → XXXX-03-14; 2008年3月 → XXXX-XX-03
# Source: python-edtf's README, 'Natural language representation' (basic English, no other language; what then comes out
#   is not said); Extended Date/Time Format (Library of Congress): a set [2008-03-14,2008-03-15], an interval
#   2008-03-14/2008-03-16.
# Instead: let people write EDTF and check it with parse_edtf; or take text_to_edtf for a proposal that is shown
#   beside the words, and never where the words have two numbers below 32, 'not', 'or' or another script.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq edtf==5.0.2 || exit 2

venv/bin/python -W ignore - <<'END'
import sys
from edtf import parse_edtf, text_to_edtf

EXPECTED = {
    "4 June 1989": "1989-06-04",
    "about June 1989": "1989-06~",
    "summer of 1958": "1958-22",
    "March 14-16, 2008": "2016-03-14",
    "10-11 March 1959": "2010-03-11",
    "3 or 4 June 1989": "XXXX-XX-03",
    "14 March 2008 or 15 March 2008": "2008-03-14",
    "not before 1959": "/1959",
    "2008年3月14日": "XXXX-03-14",
    "2008年3月": "XXXX-XX-03",
}
wrong = []
for words, expected in EXPECTED.items():
    got = text_to_edtf(words)
    print(words, "→", got)
    if got != expected:
        wrong.append((words, got))
    elif expected != "/1959":
        parse_edtf(got)
if wrong:
    sys.exit(f"changed: {wrong}")
END
