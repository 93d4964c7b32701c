#!/bin/sh
# What: nepali-datetime 1.0.8.5 (PyPI), dates of the calendar of Nepal (Bikram Sambat); nepali 1.2.0 (PyPI),
#   nepali-date-converter 3.4.0, nepali-date-library 1.1.16 (npm) to compare
# Guess: for the years of people who live, all libraries give one date: the lengths of the months are printed each year.
# Does: from the first of Jestha 2062 to the end of the month, 14 May to 14 June 2005, it is a day behind the
#   three others, which agree; every other day from 1944 to June 2027 is one in all. Who tests with a birthday of
#   another year, or with today, sees nothing. For days to come, from June 2027 on, no two tables are alike: what is
#   printed then, year by year, may be another.
# Seen: 14 May 2005: 31 Baisakh 2062 here, 1 Jestha 2062 to the others; 32 days; in 2027 to 2032 hundreds of days differ
# Source: nepali-datetime's summary: 'Datetime module that operates on top of Bikram Sambat Date & Nepal Time'; the lengths of
#   months follow no rule and stand in a table in each of the four.
# Instead: keep the date as it is written on the paper, with the day of the week if it names one; show the other beside it.
set -eu
for program in node npm; do command -v $program > /dev/null || exit 2; done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq nepali-datetime==1.0.8.5 nepali==1.2.0 || exit 2
npm install --prefix . --silent --no-fund --no-audit nepali-date-converter@3.4.0 nepali-date-library@1.1.16 > /dev/null || exit 2

cat > days.py <<'END'
import datetime
import nepali_datetime
from nepali.datetime import nepalidate

day = datetime.date(1944, 5, 1)
while day < datetime.date(2033, 1, 1):
    one, other = nepali_datetime.date.from_datetime_date(day), nepalidate.from_date(day)
    print(day, *(f"{each.year}-{each.month}-{each.day}" for each in (one, other)))
    day += datetime.timedelta(1)
END
cat > compare.cjs <<'END'
const converter = require("nepali-date-converter").default ?? require("nepali-date-converter")
const { ADtoBS } = require("nepali-date-library")

const lines = require("node:fs").readFileSync(0, "utf8").trim().split("\n")
const differing = {}
const pairs = new Set()
for (const line of lines) {
  const [day, ...dates] = line.split(" ")
  const [year, month, date] = day.split("-").map(Number)
  const nepali = converter.fromAD(new Date(year, month - 1, date))
  dates.push(`${nepali.getYear()}-${nepali.getMonth() + 1}-${nepali.getDate()}`)
  dates.push(ADtoBS(day).split("-").map(Number).join("-"))
  if (new Set(dates).size === 1) continue
  const others = new Set(dates.slice(1))
  const kind = day < "2027-06-01" ? (others.size === 1 ? `alone in ${year}` : `several in ${year}`) : "later"
  if (kind === "later") for (const i of [0, 1, 2, 3]) for (const j of [0, 1, 2, 3]) if (i < j && dates[i] !== dates[j]) pairs.add(`${i}${j}`)
  ;(differing[kind] ??= []).push(`${day} ${dates}`)
}
console.log(lines.length, Object.entries(differing).map(([kind, days]) => [kind, days.length, days[0], days.at(-1)]))
const alone = differing["alone in 2005"] ?? []
if (Object.keys(differing).join() !== "alone in 2005,later" || pairs.size !== 6 || alone.length !== 32 || !alone[0].startsWith("2005-05-14 2062-1-31,2062-2-1")) {
  console.log("changed: the days that differ")
  process.exit(1)
}
END
venv/bin/python days.py | node compare.cjs
