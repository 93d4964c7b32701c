#!/bin/sh
# What: timezonefinder 9.0.0, tzfpy 2.1.1 (PyPI): the time zone of a place
# Guess: two libraries on the same data give one zone for a place on land, and it is the official time there.
# Does: for all of Xinjiang the data has two zones, one over the other, two hours apart. timezonefinder gives
#   Asia/Urumqi alone (UTC+6), get_tz of tzfpy Asia/Shanghai (UTC+8); its get_tzs has both. Offices and trains
#   there go by Beijing's time, and many people reckon by the other, so a time worked out with one of them, or a shadow
#   compared with it, may be two hours off, and the answer does not say that there was a choice.
# Seen: Kashgar, 39.47 N 75.99 E: Asia/Urumqi; Asia/Shanghai; ['Asia/Shanghai', 'Asia/Urumqi']. Lhasa: Asia/Shanghai
#   from both.
# Source: IANA time zone data, file 'asia', on Asia/Urumqi (both times are in use there); jannikmi/timezonefinder,
#   discussion 417 (the data overlaps there, and the order of its polygons decides).
# Instead: ask for all zones of a place (tzfpy, get_tzs; geo-tz, find), reckon with each, and show both to a person.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq timezonefinder==9.0.0 tzfpy==2.1.1 || exit 2

venv/bin/python - <<'END'
import sys
import tzfpy
from timezonefinder import TimezoneFinder

finder = TimezoneFinder()
places = {"Kashgar": (39.47, 75.99), "Urumqi": (43.8, 87.6), "Hotan": (37.1, 79.9), "Lhasa": (29.65, 91.11)}
seen = {}
for name, (latitude, longitude) in places.items():
    zones = sorted(tzfpy.get_tzs(longitude, latitude))
    seen[name] = (finder.timezone_at(lat=latitude, lng=longitude), tzfpy.get_tz(longitude, latitude), zones)
    print(name, *seen[name])
BEIJING, LOCAL = "Asia/Shanghai", "Asia/Urumqi"
if seen.pop("Lhasa") != (BEIJING, BEIJING, [BEIJING]):
    sys.exit("changed: Lhasa has other zones")
for name, zones in seen.items():
    if zones != (LOCAL, BEIJING, [BEIJING, LOCAL]):
        sys.exit(f"changed: {name} has {zones}")
END
