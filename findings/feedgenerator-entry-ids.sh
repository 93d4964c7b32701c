#!/bin/sh
# What: feedgenerator 2.2.1 (PyPI; Django's, also that of Pelican), Atom
# Guess: an entry keeps its id as long as its page keeps its address: RFC 4287 wants it never to change.
# Does: where no unique_id is given the id is made of the page's address and the day on which the post was published. Who
#   corrects that day, also by a time zone (00:30 in Urumqi is the day before in London), gives out a new entry: readers
#   show it anew, and whoever keeps the feed has the post twice, the older one gone from the feed.
# Seen: tag:a.example,2024-05-12:/5 and, a day later, tag:a.example,2024-05-13:/5, of the same page
# Source: RFC 4287, 4.2.6 ('MUST NOT change when an entry is relocated, migrated, syndicated, republished …')
# Instead: give unique_id yourself; whoever reads such feeds holds entries together by the page's address, too.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq feedgenerator==2.2.1 || exit 2
cat > run.py <<'END'
import re
from datetime import datetime, timedelta, timezone

import feedgenerator


def entry_id(published: datetime, **more: str) -> str:
    feed = feedgenerator.Atom1Feed("林", "https://a.example/", "")
    feed.add_item("五年", "https://a.example/5", "", pubdate=published, **more)
    return re.findall("<id>(.*?)</id>", feed.writeString("utf-8"))[-1]


written = datetime(2024, 5, 13, 0, 30, tzinfo=timezone(timedelta(hours=6)))
print(entry_id(written))
print(entry_id(written.astimezone(timezone.utc)), "(the same instant)")
print(entry_id(written, unique_id="https://a.example/5"))
END
venv/bin/python run.py > seen || exit 2
cat seen
[ "$(sed -n 1p seen)" = 'tag:a.example,2024-05-13:/5' ] || { echo 'changed: the id is made of something else'; exit 1; }
grep -q '^tag:a.example,2024-05-12:/5 ' seen || { echo 'changed: the same instant has the same id'; exit 1; }
