#!/bin/sh
# What: torf 4.3.1 with libtorrent 2.1.1 (PyPI)
# Guess: a program that reads a torrent and says nothing can also check it against the files and save it again.
# Does: a hybrid (v1 and v2) is read; verify() looks for the pad files on the disk, write() refuses the v2 part as a
#   wrong key.
# Seen: ReadError '.pad/12768: No such file or directory'; MetainfoError 'Invalid key'.
# Source: BEP 47: pad files need not exist on the disk; BEP 52: 'file tree' beside 'files' is a hybrid.
# Instead: check hybrids with libtorrent; keep the bytes of the torrent file as they came.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq torf==4.3.1 libtorrent==2.1.1 || exit 2

venv/bin/python - <<'END'
import os, sys, warnings
import libtorrent, torf

warnings.simplefilter("ignore")
os.mkdir("data")
for name, size in (("a", 20000), ("b", 3000)):
    with open(f"data/{name}", "wb") as file:
        file.write(b"x" * size)
files = libtorrent.file_storage()
libtorrent.add_files(files, "data")
made = libtorrent.create_torrent(files, 16384)
libtorrent.set_piece_hashes(made, ".")
with open("a.torrent", "wb") as file:
    file.write(libtorrent.bencode(made.generate()))
torrent = torf.Torrent.read("a.torrent", validate=True)
for name, call, kind in (
    ("verify", lambda: torrent.verify("data"), torf.ReadError),
    ("write", lambda: torrent.write("b.torrent"), torf.MetainfoError),
):
    try:
        call()
    except kind as error:
        print(name, str(error)[:60])
    else:
        sys.exit(f"changed: {name} takes a hybrid now")
END
