#!/bin/sh
# What: ascmhl 1.2 (PyPI), from its wheel
# Guess: what a tool for hash lists installs is its own package; a folder 'tests' of ours is the only one of that name.
# Does: it installs a top-level package 'tests' beside its own. A project whose own folder 'tests' has no __init__.py (a
#   namespace package, as pytest's importlib mode likes it) gets ascmhl's instead, in every process that imports it.
# Seen: import tests → site-packages/tests/__init__.py, although ./tests stands first on the path.
# Source: Python's import system (namespace packages): a regular package anywhere on the path wins over a portion of a
#   namespace package that stands before it. The wheel's top_level.txt names 'tests'.
# Instead: give your own folder of tests an __init__.py, if its processes import from it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq ascmhl==1.2 || exit 2

mkdir -p project/tests
echo 'OURS = True' > project/tests/support.py
cd project
../venv/bin/python - <<'END'
import sys

sys.path.insert(0, ".")
import tests

where = getattr(tests, "__file__", None) or ""
print("import tests:", "site-packages" in where)
if "site-packages" not in where:
    sys.exit("changed: no package 'tests' is installed any more")
try:
    import tests.support
except ModuleNotFoundError:
    print("our own tests.support is not found")
else:
    sys.exit("changed: our own folder wins")
END
touch tests/__init__.py
../venv/bin/python -c 'import sys; sys.path.insert(0, "."); import tests.support; print("with __init__.py it is found")'
