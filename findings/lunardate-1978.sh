#!/bin/sh
# What: lunardate 0.3.0 (PyPI), dates of the Chinese calendar (birthdays, feasts, days of mourning); zhdate 0.1,
#   LunarCalendar 0.0.9 and ephem 4.2.1 (PyPI) to compare
# Guess: for the years of people who live, all libraries give one date: the tables are published.
# Does: for thirty days of 1978 and thirty of 1954 it is a day off from the others. The new moon of September 1978 was
#   nine minutes after midnight in Beijing, so the eighth month began on the 3rd; its table has the 2nd, and so the
#   Mid-Autumn Festival a day too early. All other days from 1949 to 2055 agree, so samples show nothing.
# Seen: 1978, eighth month, 15th: lunardate 16 September, the others 17 September; new moon 2 September 16:09 UTC
# Source: GB/T 33661-2017, Calculation and promulgation of the Chinese calendar: months begin on the day of the new moon
#   in the time of 120° east.
# Instead: zhdate or LunarCalendar up to 2055; keep the lunar date as it stands in the document.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq lunardate==0.3.0 zhdate==0.1 LunarCalendar==0.0.9 ephem==4.2.1 || exit 2

venv/bin/python - <<'END'
import datetime, sys
import ephem
from lunarcalendar import Converter, Solar
from lunardate import LunarDate
from zhdate import ZhDate

found, day = {}, datetime.date(1949, 1, 29)
while day < datetime.date(2056, 1, 1):
    one = LunarDate.from_solar_date(day.year, day.month, day.day)
    two = ZhDate.from_datetime(datetime.datetime(day.year, day.month, day.day))
    three = Converter.Solar2Lunar(Solar(day.year, day.month, day.day))
    others = {(two.lunar_month, two.lunar_day), (three.month, three.day)}
    if others != {(one.month, one.day)}:
        found.setdefault(day.year, []).append((day, (one.month, one.day), others))
    day += datetime.timedelta(1)
moon = ephem.next_new_moon("1978/8/20").datetime()
print({year: (len(days), days[0]) for year, days in found.items()}, "new moon", moon)
if {year: len(days) for year, days in found.items()} != {1954: 30, 1978: 30}:
    sys.exit(f"changed: { {year: len(days) for year, days in found.items()} }")
if any(len(others) != 1 for days in found.values() for _, _, others in days):
    sys.exit("changed: the other two differ")
if (moon + datetime.timedelta(hours=8)).date() != datetime.date(1978, 9, 3):
    sys.exit(f"changed: new moon {moon}")
END
