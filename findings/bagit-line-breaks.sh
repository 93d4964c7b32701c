#!/bin/sh
# What: bagit 1.9.0 (PyPI); bagit-utils 1.2.5 (PyPI) reads what it wrote
# Guess: a description of several lines stands in bag-info.txt as BagIt folds it, on lines that begin with a space, or on
#   one line with spaces between; read again it has the same words.
# Does: line breaks are taken out and nothing is put in their place: the last word of each line and the first of the next
#   are one word, and paragraphs run into each other. The bag is valid, and the description has no second copy. What
#   another program folded is read with the white space that stood there, so a test with such a file shows nothing.
# Seen: 'Not for\npublication' → 'External-Description: Not forpublication'
# Source: RFC 8493, 2.2.2 (a value may be continued on the next line, if that begins with white space).
# Instead: ' '.join(text.split()) for every value before it is given to bagit; keep long descriptions in a file of their
#   own in the bag.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq bagit==1.9.0 bagit-utils==1.2.5 || exit 2

venv/bin/python - <<'END'
import logging, os, sys
from pathlib import Path
import bagit
from bagit_utils import Bag

logging.disable()
os.mkdir("bag")
with open("bag/a.txt", "w") as file:
    file.write("a")
bagit.make_bag("bag", {"External-Description": "Letter of a mother. Not for\npublication.\n\nSecond page:"}, checksums=["sha256"])
made = bagit.Bag("bag").info["External-Description"]
with open("bag/bag-info.txt", "a") as file:
    file.write("Internal-Sender-Description: Not for\n\tpublication.\n")
bag = bagit.Bag("bag")
read = bag.info["Internal-Sender-Description"]
bag.save()
bagit.Bag("bag").validate()
saved = Bag(Path("bag")).baginfo
print([made, read, saved])
if made != "Letter of a mother. Not forpublication.Second page:" or saved["External-Description"] != [made]:
    sys.exit(f"changed: {made!r}")
if read != "Not for\tpublication." or saved["Internal-Sender-Description"] != [read]:
    sys.exit(f"changed: folded: {read!r}, saved {saved['Internal-Sender-Description']}")
END
