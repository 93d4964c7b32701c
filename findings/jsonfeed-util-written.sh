#!/bin/sh
# What: jsonfeed-util 1.2.0 (PyPI), feeds in JSON (JSON Feed 1.1), read and written
# Guess: names are those of the standard, so what is given stands in the feed, and a feed that is read and written is the
#   same but for what the library does not know.
# Does: the language of a feed is read and accepted, and not written; that of an item is not known. The address that an
#   item speaks of (external_url) is written as the address of the item itself, so a translation or quotation names itself
#   as its source; without one it is null. The length of an attachment becomes a list of one, and where
#   none was given a list of null, which no reader takes for a number.
# Seen: "external_url": "https://example.org/zh/1" (given: "https://example.com/report"), "size_in_bytes": [1234]
# Source: JSON Feed 1.1: language, external_url ('the URL of a page elsewhere'), size_in_bytes (number); jsonfeed-util's
#   README: 'constructor arguments and class variables exactly match the field names defined in the JSON feed spec'.
# Instead: json.dumps of a dict with the names of the standard, and read it back; of other feeds the JSON itself.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq jsonfeed-util==1.2.0 || exit 2

venv/bin/python - <<'END'
import json, sys
import jsonfeed

given = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "证词",
    "language": "zh-Hans",
    "items": [
        {"id": "1", "url": "https://example.org/zh/1", "external_url": "https://example.com/report", "language": "bo",
         "content_text": "x", "attachments": [
            {"url": "https://example.org/1.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 1234, "duration_in_seconds": 60},
            {"url": "https://example.org/2.mp3", "mime_type": "audio/mpeg"}]},
        {"id": "2", "external_url": "https://example.com/other", "content_text": "y"},
    ],
}
read = jsonfeed.Feed.parse(given)
written = json.loads(read.to_json())
first, second = written["items"]
sizes = [one.get("size_in_bytes") for one in first["attachments"]]
print(read.language, json.dumps(written, ensure_ascii=False, indent=1))
found = {
    "language": read.language == "zh-Hans" and "language" not in written and "language" not in first,
    "external_url": first["external_url"] == "https://example.org/zh/1" and second.get("external_url", 0) is None,
    "size": sizes == [[1234], [None]],
}
if not all(found.values()):
    sys.exit(f"changed: {found}")
END
