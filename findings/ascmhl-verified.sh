#!/bin/sh
# What: ascmhl 1.2 (PyPI), ASC MHL 2.0
# Guess: 'verified' in a generation means that a value was compared with one recorded before.
# Does: a kind of hash that no earlier generation has is written as 'verified' too, in the generation that records it
#   for the first time (the old kind is compared beside it).
# Seen: create -h md5, create -h sha1: <sha1 action="verified"> in generation 2.
# Source: ASC MHL 2.0 schema (ActionAttributeType): original, verified, failed, for each hash value and not for the
#   file.
# Instead: keep first-seen and compared apart in our own report; count as compared only kinds that an earlier
#   generation has.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq ascmhl==1.2 || exit 2

venv/bin/python - <<'END'
import glob, os, re, subprocess, sys

os.mkdir("card")
with open("card/a.txt", "w") as file:
    file.write("a")
for kind in ("md5", "sha1"):
    subprocess.run(["venv/bin/ascmhl", "create", "-h", kind, "card"], check=True)
second = open(sorted(glob.glob("card/ascmhl/0002*.mhl"))[0]).read()
action = re.search(r'<sha1 action="(\w+)"', second)[1]
print("sha1", action)
if action != "verified":
    sys.exit(f"changed: the new kind is {action!r}")
END
