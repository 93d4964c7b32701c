#!/bin/sh
# What: Transmission 3.00 (Debian 12), hybrid torrents (versions 1 and 2 in one)
# Guess: a client that knows version 1 alone reads a hybrid: what is of version 2 are keys that it passes over.
# Does: it refuses the whole torrent: its reader of bencode takes no dictionary key that is empty, and in a file tree each
#   file has one. The same torrent without its file tree is read; one of version 1 with an empty key anywhere is not.
# Seen: "Error parsing .torrent file"; in the daemon: "invalid or corrupt torrent file".
# Source: BEP 52, 'Upgrade Path', which promises that clients of version 1 take a hybrid, and 'file tree', whose files have
#   the empty key; Transmission 4.0 reads it.
# Instead: where people have what a distribution gave them years ago (routers, NAS, Debian), give version 1 alone out; prove
#   what is in the file by other means than the torrent.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v transmission-show > /dev/null || { echo 'needs transmission-show (Debian 12 package transmission-cli)'; exit 2; }
transmission-show --version 2>&1 | head -n 1

python3 - <<'END'
import hashlib, subprocess, sys

data = b"an edition" * 100
root = hashlib.sha256(data).digest()


def bencode(value):
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, bytes):
        return b"%d:%b" % (len(value), value)
    return b"d" + b"".join(bencode(key) + bencode(value[key]) for key in sorted(value)) + b"e"


def read(name, **more):
    info = {b"length": len(data), b"name": b"edition.zim", b"piece length": 1 << 14, b"pieces": hashlib.sha1(data).digest()}
    with open("x.torrent", "wb") as file:
        file.write(bencode({b"info": info | {key.replace("_", " ").encode(): value for key, value in more.items()}}))
    found = subprocess.run(["transmission-show", "x.torrent"], capture_output=True, text=True, check=False)
    print(f"{name}: {'read' if found.returncode == 0 else (found.stdout + found.stderr).strip()}")
    return found.returncode == 0


tree = {b"edition.zim": {b"": {b"length": len(data), b"pieces root": root}}}
if not read("version 1"):
    sys.exit("changed: it does not read version 1")
if not read("hybrid without a file tree", meta_version=2):
    sys.exit("changed: another key of version 2 is refused as well")
if read("hybrid", meta_version=2, file_tree=tree):
    sys.exit("changed: it reads a hybrid")
if read("version 1 with an empty key", other={b"": 1}):
    sys.exit("changed: it reads an empty key")
END
