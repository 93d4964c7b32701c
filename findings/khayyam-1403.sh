#!/bin/sh
# What: khayyam 3.0.17 and khayyam-jalali 3.0.20 (PyPI), dates of the calendar of Iran and Afghanistan; to compare jdatetime
#   6.1.1, persiantools 5.8.0 (PyPI) and the Intl of Node (ICU)
# Guess: for the years of people who live, all libraries give one date: leap years follow a rule that is a thousand years old.
# Does: there are two rules, that of the sky and a cycle of 2,820 years that is easier to compute. They differ in one year of
#   our lives: 1403 was a leap year, and to the cycle 1404 is. So every day from 20 March 2025 to 20 March 2026 is a day
#   off; the 30th of Esfand 1403 is refused as no day.
#   From 1925 to that March all days agree, and after it again: a test with dates of any other year shows nothing.
# Seen: 2025-03-20: 1404-01-01, and 1403-12-30 to the others; 366 days in a row differ, of those looked at from 1925 to 2034 no others
# Source: khayyam's algorithms_pure.py, is_jalali_leap_year (2820); its README names no rule. Unicode's calendar 'persian', as
#   Intl has it, has the 30th of Esfand 1403. The cycle is that of A. Birashk (1993).
# Instead: jdatetime or persiantools; keep the date as it is written beside the one computed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v node >/dev/null || { echo 'needs node'; exit 2; }
python3 -m venv venv && venv/bin/pip install -qq khayyam==3.0.17 jdatetime==6.1.1 persiantools==6.2.0 || exit 2
venv/bin/pip install -qq --no-deps --target other khayyam-jalali==3.0.20 || exit 2
node -e '
const form = new Intl.DateTimeFormat("en-u-ca-persian", {timeZone: "UTC", year: "numeric", month: "numeric", day: "numeric"});
console.log("Intl:", form.format(new Date(Date.UTC(2025, 2, 20))))' > intl.txt
cat intl.txt
grep -q '12/30/1403' intl.txt || { echo 'changed: Intl has another day'; exit 1; }

cat > run.py <<'END'
import datetime, sys, warnings

warnings.simplefilter("ignore")
import jdatetime, khayyam
from persiantools.jdatetime import JalaliDate

# The year begins between 19 and 22 March: there two rules differ, or nowhere in a year.
days = {datetime.date(year, 3, day) for year in range(1925, 2035) for day in range(15, 26)}
days |= {datetime.date(2025, 1, 1) + datetime.timedelta(number) for number in range(730)}
differ = []
for day in sorted(days):
    found = {
        (one.year, one.month, one.day)
        for one in (jdatetime.date.fromgregorian(date=day), JalaliDate(day))
    }
    if len(found) != 1:
        sys.exit(f"changed: jdatetime and persiantools differ: {day} {found}")
    one = khayyam.JalaliDate(day)
    if (one.year, one.month, one.day) not in found:
        differ.append(day)
first = datetime.date(2025, 3, 20)
print(khayyam.__version__, len(differ), differ[:1], differ[-1:], khayyam.JalaliDate(first), jdatetime.date.fromgregorian(date=first))
try:
    refused = None
    print(khayyam.JalaliDate(1403, 12, 30))
except ValueError as error:
    refused = str(error)
print("30 Esfand 1403:", refused)
if differ != [first + datetime.timedelta(number) for number in range(366)] or not refused:
    sys.exit(f"changed: {differ[:3]}, {refused}")
END
venv/bin/python run.py
PYTHONPATH=other venv/bin/python run.py
