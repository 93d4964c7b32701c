#!/bin/sh
# What: pysimdjson 7.0.2 (PyPI)
# Guess: a member that stands twice in an object is read alike by one parser, whichever way it is asked for; Python's own
#   json, and most others, take the last.
# Does: doc["name"] and at_pointer give the first, loads() and as_dict() the last, keys() names it twice. Mastodon wrote
#   "orderedItems" twice into exports of June and July 2024, first an empty list: one line of code finds no post, the
#   other all of them, and neither says a word.
# Seen: doc["orderedItems"] → 0; as_dict() → 2; json.loads → 2
# Source: RFC 8259, 4 (names SHOULD be unique, else behaviour is unpredictable); mastodon/mastodon#31091.
# Instead: read such a file as a stream and take every list of that name; at least count the keys.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq pysimdjson==7.0.2 || exit 2

venv/bin/python - <<'END'
import json
import sys

import simdjson

outbox = b'{"type": "OrderedCollection", "orderedItems": [], "orderedItems": [{"id": "a"}, {"id": "b"}]}'
parsed = simdjson.Parser().parse(outbox)
asked, pointed = len(parsed["orderedItems"]), len(parsed.at_pointer("/orderedItems"))
whole, own = len(parsed.as_dict()["orderedItems"]), len(json.loads(outbox)["orderedItems"])
names = list(parsed.keys()).count("orderedItems")
print(f'doc["orderedItems"] {asked}, at_pointer {pointed}, as_dict() {whole}, json.loads {own}, keys() {names} times')
if (asked, pointed, whole, own, names) != (0, 0, 2, 2, 2):
    sys.exit("changed: the ways agree, or another one is taken")
END
