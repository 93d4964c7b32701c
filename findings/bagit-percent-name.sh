#!/bin/sh
# What: bagit 1.9.0 (PyPI)
# Guess: a bag that the library has just made of a folder is valid to the library.
# Does: a file whose name holds %0A (or %0D) as three plain characters is listed as it is and read back as a line
#   break: the new bag is incomplete. It also says BagIt-Version 0.97, not 1.0.
# Seen: 'data/a%0Ab.txt exists on filesystem but is not in the manifest'.
# Source: RFC 8493, 2.1.3: CR, LF and the percent sign itself are written as %0D, %0A, %25; 2.1.1: version 1.0.
# Instead: give payload files names without a percent sign; validate every bag once after making it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq bagit==1.9.0 || exit 2

venv/bin/python - <<'END'
import logging, os, sys
import bagit

logging.disable()
os.mkdir("bag")
with open("bag/a%0Ab.txt", "w") as file:
    file.write("a")
bag = bagit.make_bag("bag", checksums=["sha256"])
version = open("bag/bagit.txt").readline().strip()
try:
    bagit.Bag("bag").validate()
except bagit.BagValidationError as error:
    print(version, str(error).replace("\n", " ")[:60])
else:
    sys.exit("changed: the bag is valid now")
if version != "BagIt-Version: 0.97":
    sys.exit(f"changed: {version}")
END
