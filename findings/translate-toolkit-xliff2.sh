#!/bin/sh
# What: translate-toolkit 3.20.4 (PyPI)
# Guess: factory.getobject opens every format that the toolkit has a class for, XLIFF 2 among them.
# Does: the factory takes the XLIFF 1.2 class by the name's ending and raises for a 2.0 file; xliff2.Xliff2File reads
#   it, but its source and target are without the inline codes.
# Seen: ValueError: This file appears to be XLIFF 2.x; 'Two <pc>x</pc><ph/>.' → 'Two x.'.
# Source: toolkit documentation, 'XLIFF 2.0'; OASIS XLIFF 2.0, 4.2.3 (inline elements are content).
# Instead: choose the class by the root's version; take rich_source when codes matter.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq translate-toolkit==3.20.4 || exit 2

venv/bin/python - <<'END'
import sys
from translate.storage import factory, xliff2

text = (
    '<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="en" trgLang="zh"><file id="f">'
    '<unit id="u"><segment id="s1"><source>Two <pc id="1">x</pc><ph id="2"/>.</source></segment></unit></file></xliff>'
)
with open("a.xlf", "w") as file:
    file.write(text)
try:
    factory.getobject("a.xlf")
except ValueError as error:
    print(error)
else:
    sys.exit("changed: the factory reads XLIFF 2 now")
sources = [str(unit.source) for unit in xliff2.Xliff2File.parsestring(text.encode()).units]
print(sources)
if sources != ["Two x."]:
    sys.exit(f"changed: sources are {sources}")
END
