#!/bin/sh
# What: uv 0.13.9, pip; c2pa-python 0.38.1 and 0.38.2 as they lie on PyPI (October 2026)
# Guess: what 'uv pip compile --universal' pins can be installed on Linux, macOS and Windows; else it would say so.
# Does: of c2pa-python 0.38.2 there are wheels for macOS and nothing else, no source either. uv pins it, with the digests of
#   these two files, and ends with 0; pip on Linux then says 'No matching distribution found'. --universal joins what
#   packages ask for on all systems; whether a file is there for each of them it does not ask.
# Seen: uv pins 0.38.2; pip on Linux: No matching distribution found; with Linux named: 0.38.1 for it, 0.38.2 elsewhere
# Source: the files of c2pa-python 0.38.2 on PyPI; uv's documentation, Concepts, Resolution, 'Required environments'
# Instead: name the systems that must be served, tool.uv.required-environments in pyproject.toml, which 'uv pip compile'
#   reads too; and install from a new lock on each of them before it is relied on.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
[ "$(uname -s)" = Linux ] || { echo "needs Linux"; exit 2; }
python3 -m venv venv && venv/bin/pip install -qq uv==0.13.9 || exit 2

printf 'c2pa-python>=0.38.1,<=0.38.2\n' > wanted.in
venv/bin/uv pip compile --quiet --universal --python-version 3.11 --no-annotate --no-header wanted.in > lock.txt || exit 2
pinned=$(sed -n 's/^c2pa-python==//p' lock.txt)
echo "uv pins $pinned"
said=$(venv/bin/pip download --quiet --no-deps --only-binary :all: "c2pa-python==0.38.2" 2>&1) && : || :
echo "pip, 0.38.2: $(printf '%s\n' "$said" | tail -n 1)"
venv/bin/pip download --quiet --no-deps --only-binary :all: "c2pa-python==0.38.1" > log 2>&1 || exit 2
echo "pip, 0.38.1: $(ls *.whl)"
cat > pyproject.toml <<'END'
[project]
name = "wanting"
version = "1"
requires-python = ">=3.11"
dependencies = ["c2pa-python>=0.38.1,<=0.38.2"]
[tool.uv]
required-environments = ["sys_platform == 'linux'"]
END
venv/bin/uv pip compile --quiet --universal --no-annotate --no-header pyproject.toml > named.txt || exit 2
echo "with Linux named: $(grep '^c2pa' named.txt | tr '\n' '|')"
[ "$pinned" = 0.38.2 ] || { echo 'changed: uv pins another release'; exit 1; }
case $said in
  *'No matching distribution found'*) ;;
  *) echo 'changed: 0.38.2 can be had on Linux'; exit 1 ;;
esac
grep -q '^c2pa-python==0.38.1 ;' named.txt || { echo 'changed: with Linux named'; exit 1; }
