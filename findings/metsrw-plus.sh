#!/bin/sh
# What: metsrw 0.7.0 (PyPI, the library of Archivematica), METS
# Guess: the address of a file in a METS file (xlink:href) is read and written as addresses are: a space is %20, and a
#   plus sign is a plus sign.
# Does: it is read and written as what a form on a page sends. A file 'voice+notes.txt' in the METS file of another
#   program is 'voice notes.txt' after reading, which is not in the package; and a space is written as '+', so the
#   next reader looks for a file with a plus sign. It reads its own files well, and so does a test.
# Seen: read: voice+notes.txt → voice notes.txt; written: 'voice notes.txt' → voice+notes.txt.
# Source: METS schema (xlink:href is an anyURI); RFC 3986, 2.1 and 3.3 ('+' stands for itself in a path);
#   'application/x-www-form-urlencoded' alone has '+' for a space.
# Instead: write names of letters, digits, dots and dashes; read xlink:href from the XML yourself, and look whether
#   each file is there.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq metsrw==0.7.0 || exit 2

venv/bin/python - <<'END'
import re, sys
import metsrw


def package(path):
    folder = metsrw.FSEntry(path="objects", type="Directory", children=[metsrw.FSEntry(path=path, file_uuid="a1")])
    document = metsrw.METSDocument()
    document.append_file(folder)
    return document


package("objects/voice notes.txt").write("own.xml")
own = open("own.xml", encoding="utf-8").read()
(written,) = re.findall('href="([^"]*)"', own)
with open("other.xml", "w", encoding="utf-8") as file:
    file.write(own.replace(written, "objects/voice+notes.txt").replace("voice notes.txt", "voice+notes.txt"))
read = [entry.path for entry in metsrw.METSDocument.fromfile("other.xml").all_files() if entry.type != "Directory"]
print("written:", written, "read:", read)
if written != "objects/voice+notes.txt":
    sys.exit(f"changed: a space is written as {written}")
if read != ["objects/voice notes.txt"]:
    sys.exit(f"changed: a plus sign is read as {read}")
END
