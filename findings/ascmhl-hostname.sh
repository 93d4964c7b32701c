#!/bin/sh
# What: ascmhl 1.2 (PyPI), ASC MHL 2.0
# Guess: with no author, place or comment given, a manifest of hashes says nothing of who made it.
# Does: every generation names the computer (hostname), the time of making with its zone, and each file's time of
#   change; no option leaves the name out.
# Seen: <hostname>…</hostname> is the name of this computer.
# Source: ASC MHL 2.0 schema (CreatorInfoType): hostname is required, author, location and comment are not.
# Instead: never hand on a manifest from a source's computer as it is; make the public one anew on a computer with a
#   plain name.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq ascmhl==1.2 || exit 2

venv/bin/python - <<'END'
import glob, os, platform, re, subprocess, sys

os.mkdir("card")
with open("card/a.txt", "w") as file:
    file.write("a")
subprocess.run(["venv/bin/ascmhl", "create", "-h", "md5", "card"], check=True)
text = open(glob.glob("card/ascmhl/0001*.mhl")[0]).read()
named = re.search(r"<hostname>(.*)</hostname>", text)
options = subprocess.run(["venv/bin/ascmhl", "create", "--help"], capture_output=True, text=True).stdout
print("names this computer:", bool(named) and named[1] == platform.node(), "option:", "hostname" in options)
if not named or named[1] != platform.node():
    sys.exit("changed: the manifest does not name this computer any more")
if "hostname" in options:
    sys.exit("changed: there is an option for the hostname now")
END
