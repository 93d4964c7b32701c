#!/bin/sh
# What: libtorrent 2.1.1 (PyPI), hybrid torrents (v1 and v2)
# Guess: pad files stand between files, so that each begins on a piece; nothing follows the last file.
# Does: a pad file follows the last one too, so the v1 list has as many pads as files, and the total is a multiple of
#   the piece; a tool that makes the torrent without it gets another v1 info-hash for the same files.
# Seen: two files: four entries, the last '.pad/13384' with attr 'p'.
# Source: BEP 47 (padding so that the next file is aligned) and BEP 52, 'Upgrade path': the gap after the last file is
#   not named.
# Instead: look at the list before two programs are expected to give one info-hash; skip attr 'p' when files are
#   counted.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq libtorrent==2.1.1 || exit 2

venv/bin/python - <<'END'
import os, sys, warnings
import libtorrent

warnings.simplefilter("ignore")
os.mkdir("data")
for name, size in (("a", 20000), ("b", 3000)):
    with open(f"data/{name}", "wb") as file:
        file.write(b"x" * size)
files = libtorrent.file_storage()
libtorrent.add_files(files, "data")
torrent = libtorrent.create_torrent(files, 16384)
libtorrent.set_piece_hashes(torrent, ".")
listed = torrent.generate()[b"info"][b"files"]
print([(entry[b"path"][-1], entry.get(b"attr")) for entry in listed])
if len(listed) != 4 or listed[-1].get(b"attr") != b"p":
    sys.exit(f"changed: {len(listed)} entries, the last {listed[-1]}")
END
