#!/bin/sh
# What: oxar 0.1.1 (PyPI), archives (zip, tar, 7z) by a library written in Rust
# Guess: create() packs a folder as zip and tar do: with its own name in front, the times of its files, and its links, or
#   a word in the report about what was left out.
# Does: no file keeps its time: in a zip all are of 1980, in a tar of 1970, and so they are after extract(). The folder's
#   own name is gone, so two packed folders run into each other when they are unpacked. Symbolic links are left out; the
#   report counts what was packed and says nothing of them. Names and contents come back as they were.
# Seen: 2024-06-04 → 1980-01-01 (zip), 1970-01-01 (tar); sub/a.txt for card/sub/a.txt; link missing, entries=3
# Source: the README of oxar (create(dest, sources)); APPNOTE 4.4.6 (the time of a file in a zip); POSIX pax, mtime.
# Instead: zipfile or tarfile of Python, where the times of files are evidence; compare the list of names and times after
#   packing.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq oxar==0.1.1 || exit 2

venv/bin/python - <<'END'
import os, sys
from datetime import datetime, timezone
import oxar

os.makedirs("card/sub")
for name in ("card/a.txt", "card/sub/a.txt"):
    with open(name, "w") as file:
        file.write("words")
    os.utime(name, (1717459200, 1717459200))
os.symlink("a.txt", "card/link.txt")
found = {}
for kind in ("zip", "tar"):
    report = oxar.create(f"card.{kind}", ["card"], format=kind)
    oxar.extract(f"card.{kind}", kind)
    names = sorted(os.path.relpath(os.path.join(root, name), kind) for root, _, files in os.walk(kind) for name in files)
    day = datetime.fromtimestamp(os.stat(f"{kind}/a.txt").st_mtime, timezone.utc).date().isoformat()
    found[kind] = (day, names)
    print(report, found[kind])
if found["zip"] != ("1980-01-01", ["a.txt", "sub/a.txt"]) or found["tar"] != ("1970-01-01", ["a.txt", "sub/a.txt"]):
    sys.exit(f"changed: {found}")
END
