#!/bin/sh
# What: opendal 0.47.12 (PyPI)
# Guess: one interface to many places: listing the root gives the same entries for the same content.
# Does: on 'fs' the root itself is among the entries ('/'), in 'memory' it is not.
# Seen: fs: ['/', 'd/']; memory: ['d/'].
# Source: OpenDAL documentation, 'list': behaviour is to be alike over services.
# Instead: drop the entry whose path is the one asked for, and test against a real folder too.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq opendal==0.47.12 || exit 2

venv/bin/python - <<'END'
import os, sys
import opendal

os.makedirs("place/d")
with open("place/d/x", "w") as file:
    file.write("x")
disk = opendal.Operator("fs", root=os.path.abspath("place"))
memory = opendal.Operator("memory")
memory.write("d/x", b"x")
got = [sorted(entry.path for entry in operator.list("")) for operator in (disk, memory)]
print(got)
if got != [["/", "d/"], ["d/"]]:
    sys.exit(f"changed: {got}")
END
