#!/bin/sh
# What: parse-link-header 2.0.0 (npm), requests 2.34.2 with its parse_header_links, LinkHeader 0.4.3 (PyPI), TimeMaps of
#   web archives (Memento, application/link-format); http-link-header 1.1.4 (npm) to compare
# Guess: a TimeMap has the syntax of the header Link, so a reader of that header gives its captures, one a link, whether
#   they stand on one line or, as the RFC prints them, on a line each.
# Does: none of the three. parse-link-header keeps one link for each rel, so of all captures the last is left, and for
#   anything longer than 2,000 characters (some fifteen captures) it gives null. requests parts links only where comma
#   and bracket stand on one line: the whole TimeMap is one link, with the address of the page and the date of the last
#   capture. LinkHeader raises at the new line. On one line the last two read all; http-link-header reads both.
# Seen: 4 captures: parse-link-header 1, requests 1 link (the page itself, 'last memento'), LinkHeader ParseException;
#   30 captures: null
# Source: RFC 7089, 5 (TimeMaps, with line breaks); RFC 8288, 3 (links are a list; a rel may come again); RFC 9264, 4.1
#   (white space may have line breaks); the README of parse-link-header (PARSE_LINK_HEADER_MAXLEN).
# Instead: http-link-header, or put spaces for line breaks before LinkHeader reads it; compare the number of captures
#   with the number of 'datetime='.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq requests==2.34.2 LinkHeader==0.4.3 || exit 2
npm install --prefix . --silent --no-audit --no-fund parse-link-header@2.0.0 http-link-header@1.1.4 >/dev/null || exit 2

cat > write.py <<'END'
def timemap(count):
    links = ['<https://example.org/a>; rel="original"']
    for day in range(1, count + 1):
        rel = "first memento" if day == 1 else "last memento" if day == count else "memento"
        links.append(f'<https://archive.example/202406{day:02}000000/https://example.org/a>; rel="{rel}"; '
                     f'datetime="Tue, {day:02} Jun 2024 00:00:00 GMT"')
    return ",\n".join(links)


for count in (4, 30):
    with open(f"{count}.link", "w") as file:
        file.write(timemap(count))
END
python3 write.py
cat > run.mjs <<'END'
import fs from "fs";
import parse from "parse-link-header";
import other from "http-link-header";
const [few, many] = ["4.link", "30.link"].map((name) => fs.readFileSync(name, "utf8"));
const addresses = new Set(Object.values(parse(few)).map((link) => link.url).filter((url) => url.includes("archive.example")));
const memento = parse(few).memento.url.slice(24, 32);
const counts = [few, many].map((text) => other.parse(text).rel("memento").length);
console.log("parse-link-header:", addresses.size, "addresses, memento", memento, "of 30:", parse(many), "http-link-header:", counts);
if (counts[0] !== 4 || counts[1] !== 30) {
  console.log("changed: http-link-header no longer reads all");
  process.exit(1);
}
if (addresses.size !== 2 || memento !== "20240604" || parse(many) !== null) {
  console.log("changed: parse-link-header");
  process.exit(1);
}
END
node run.mjs
venv/bin/python - <<'END'
import sys
import link_header, requests

with open("4.link") as file:
    lines = file.read()
line = lines.replace("\n", " ")
found = requests.utils.parse_header_links(lines)
flat = (len(requests.utils.parse_header_links(line)), len(link_header.parse(line).links))
try:
    other = len(link_header.parse(lines).links)
except link_header.ParseException:
    other = "ParseException"
print("requests:", found, "LinkHeader:", other, "on one line:", flat)
if flat != (5, 5):
    sys.exit(f"changed: on one line {flat}")
if len(found) != 1 or found[0]["url"] != "https://example.org/a" or found[0]["rel"] != "last memento" or other != "ParseException":
    sys.exit(f"changed: {found}, {other}")
END
