#!/bin/sh
# What: dateparser 1.5.0 (PyPI), times as Chinese pages and apps write them
# Guess: to name the language makes the reading surer; what a library that knows Chinese cannot read, it gives back as
#   None.
# Does: '06-04 14:02', which stands over most posts of the running year, is the 4th of June without a language, and
#   with languages=['zh'] the 10th of April 2006 (year, month; the day is today's): the order of Chinese dates is taken
#   for a rule about two numbers as well. Without a language '去年6月4日' ('the 4th of June last year') is the day of
#   today in that month, and '本月4日' ('the 4th of this month') is four days ago.
# Seen: 2024-06-04 14:02, 2006-04-10 14:02, 2023-06-10, 2024-06-06; asked on the 10th of June 2024
# Source: dateparser's documentation, parse: languages 'will skip language detection'; settings: DATE_ORDER and
#   PREFER_LOCALE_DATE_ORDER, REQUIRE_PARTS.
# Instead: read such times with strict patterns of your own against the time of capture, and keep the text beside them;
#   settings={'PREFER_LOCALE_DATE_ORDER': False} mends the first.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq dateparser==1.5.0 || exit 2

venv/bin/python - <<'END'
import datetime, sys
import dateparser

now = {"RELATIVE_BASE": datetime.datetime(2024, 6, 10, 12, 0)}
found = [
    str(dateparser.parse("06-04 14:02", settings=now)),
    str(dateparser.parse("06-04 14:02", languages=["zh"], settings=now)),
    str(dateparser.parse("去年6月4日", settings=now)),
    str(dateparser.parse("本月4日", settings=now)),
    str(dateparser.parse("06-04 14:02", languages=["zh"], settings={**now, "PREFER_LOCALE_DATE_ORDER": False})),
]
print(found)
if found[0] != "2024-06-04 14:02:00" or found[4] != found[0]:
    sys.exit(f"changed: without a language {found[0]}, without the order of the language {found[4]}")
if found[1:4] != ["2006-04-10 14:02:00", "2023-06-10 12:00:00", "2024-06-06 12:00:00"]:
    sys.exit(f"changed: {found[1:4]}")
END
