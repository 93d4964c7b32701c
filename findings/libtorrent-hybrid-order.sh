#!/bin/sh
# What: libtorrent 2.1.1 (PyPI), hybrid torrents (v1 and v2)
# Guess: a hybrid that create_torrent made is one that torrent_info reads; canonical_files sorts as version 2 asks.
# Does: files are sorted by their whole paths, in which "." stands before "/": a.html before a/b.html. The file tree of
#   version 2 is sorted by names of folders: a before a.html. The reader compares both lists and refuses. The order in
#   which files are given, and the flags canonical_files and canonical_files_no_tail_padding, change nothing.
# Seen: "the v1 and v2 file metadata does not match"; with a.html renamed to z.html it is read.
# Source: BEP 52, "Upgrade Path": both lists have the same files in the same order; BEP 3: keys of dictionaries are sorted
#   as raw strings.
# Instead: write the info dictionary yourself, files ordered by the tuple of their path's parts; or rename.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq libtorrent==2.1.1 || exit 2

venv/bin/python - <<'END'
import sys
from pathlib import Path
import libtorrent as lt


def read_again(folder, names, flags):
    for name in names:
        path = Path(folder, "site", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode() * 9)
    entries = [lt.create_file_entry(f"site/{name}", 9 * len(name)) for name in names]
    made = lt.create_torrent(entries, 1 << 14, flags)
    lt.set_piece_hashes(made, folder)
    try:
        lt.torrent_info(lt.bencode(made.generate()))
    except RuntimeError as error:
        return str(error)
    return "read"


create = lt.create_torrent
for flags in (0, create.canonical_files, create.canonical_files | create.canonical_files_no_tail_padding):
    for names in (["a.html", "a/b.html"], ["a/b.html", "a.html"]):
        said = read_again("one", names, flags)
        print(flags, names, said)
        if "does not match" not in said:
            sys.exit(f"changed: {names} with flags {flags}: {said}")
said = read_again("other", ["a/b.html", "z.html"], 0)
print(said)
if said != "read":
    sys.exit(f"changed: a folder without such names: {said}")
END
