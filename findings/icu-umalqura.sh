#!/bin/sh
# What: ICU 77.1 through pyicu-wheels 2.15.2 (PyPI), the calendar islamic-umalqura, which the browsers' Intl has too;
#   hijridate 2.6.0 (PyPI), 'based on the Umm al-Qura calendar'
# Guess: a calendar of printed tables has one date for each day; what differs from place to place is the sighting of the
#   moon, which neither computes.
# Does: for days up to April 1999 they differ oftener than not, by a day: of the 1980s three days in four. From then to
#   2029 all agree, so that a test with dates of today shows nothing; later they part again. The one
#   of hijridate is, it says, what was printed; ICU has another for those years. A document of 1990 that is dated by one
#   and looked up by the other is of another day, or its date does not exist.
# Seen: 1980 to 1989: 2724 of 3653 days differ; 2000 to 2028: none; 9 April 1958 is 19 and 20 Ramadan 1377
# Source: CLDR, calendar types: islamic-umalqura, 'Islamic calendar, Umm al-Qura'; hijridate's documentation,
#   Background: printed tables compared month by month.
# Instead: keep the date as it is written; show its day with the words 'or a day before or after', unless the document
#   names the day of the week.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq pyicu-wheels==2.15.2 hijridate==2.6.0 || exit 2

venv/bin/python - <<'END'
import datetime, sys
import icu
from hijridate import Gregorian

calendar = icu.Calendar.createInstance(icu.TimeZone.getGMT(), icu.Locale("en@calendar=islamic-umalqura"))
field = icu.UCalendarDateFields


def both(day):
    noon = datetime.datetime(day.year, day.month, day.day, 12, tzinfo=datetime.timezone.utc)
    calendar.setTime(noon.timestamp())
    other = Gregorian(day.year, day.month, day.day).to_hijri()
    return (
        (calendar.get(field.YEAR), calendar.get(field.MONTH) + 1, calendar.get(field.DATE)),
        (other.year, other.month, other.day),
    )


def differing(first, last):
    days = (datetime.date(first, 1, 1) + datetime.timedelta(n) for n in range((last - first + 1) * 366))
    pairs = [both(day) for day in days if day.year <= last]
    return sum(one != other for one, other in pairs), len(pairs)


found = {span: differing(*span) for span in ((1980, 1989), (2000, 2028), (2030, 2039))}
print(icu.ICU_VERSION, found, both(datetime.date(1958, 4, 9)))
if found[2000, 2028][0]:
    sys.exit(f"changed: 2000 to 2028 differ on {found[2000, 2028]}")
if not all(found[span][0] > found[span][1] / 4 for span in ((1980, 1989), (2030, 2039))):
    sys.exit(f"changed: {found}")
END
