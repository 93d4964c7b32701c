#!/bin/sh
# What: libtorrent 2.1.1 (PyPI), torrents of a site with 100,000 files; many clients are built on it
# Guess: a torrent is as large as its files are many; what limits there are, are of bytes,
#   and the hybrid form (versions 1 and 2 in one) is the safe choice, for every client reads it.
# Does: the items of the bencoding are counted, three million at most: words, numbers, lists, ends, of the pad files too. A
#   hybrid has a file twice and a pad file behind it, so it is refused from some 96,500 files on ('bencoded item count limit
#   exceeded'), whatever its size; the same files in version 1 or in version 2 alone are read, to 200,000 and more. Making
#   the torrent tells nothing.
# Seen: 90,000 files: hybrid is read; 100,000: refused; 200,000: version 1 read, version 2 read, hybrid refused
# Source: libtorrent's reference, struct load_torrent_limits, max_decode_tokens (3,000,000); BEP 52, 'Upgrade Path'.
# Instead: pack many small files into few (a ZIM, a WACZ, a tar for each thousand posts), or give version 2 alone out beside
#   version 1 alone; where the reader is ours, torrent_info(data, {"max_decode_tokens": …}). Count before it is given out.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq libtorrent==2.1.1 || exit 2

venv/bin/python - <<'END'
import hashlib, sys
import libtorrent as lt

PIECE, SIZE = 1 << 20, 900


def torrent(count, *versions):
    info = {b"name": b"site", b"piece length": PIECE}
    names = [(b"%03d" % (number // 1000), b"%06d.html" % number) for number in range(count)]
    if 2 in versions:
        tree = {}
        for above, name in names:
            root = hashlib.sha256(name).digest()
            tree.setdefault(above, {})[name] = {b"": {b"length": SIZE, b"pieces root": root}}
        info |= {b"file tree": tree, b"meta version": 2}
    if 1 in versions:
        files = []
        for number, path in enumerate(names, 1):
            files.append({b"length": SIZE, b"path": list(path)})
            if 2 in versions and number < count:
                pad = PIECE - SIZE
                files.append({b"attr": b"p", b"length": pad, b"path": [b".pad", b"%d" % pad]})
        pieces = -(-sum(one[b"length"] for one in files) // PIECE)
        info |= {b"files": files, b"pieces": bytes(20) * pieces}
    return lt.bencode({b"info": info} | ({b"piece layers": {}} if 2 in versions else {}))


def read(count, *versions, **limits):
    data = torrent(count, *versions)
    try:
        lt.torrent_info(data, limits) if limits else lt.torrent_info(data)
    except RuntimeError as error:
        found = str(error)
    else:
        found = "read"
    print(count, versions, len(data), "bytes:", found)
    return found


for found in (read(90_000, 1, 2), read(200_000, 1), read(200_000, 2), read(100_000, 1, 2, max_decode_tokens=10_000_000)):
    if found != "read":
        sys.exit(f"changed: {found}")
for count in (100_000, 200_000):
    if "item count limit" not in read(count, 1, 2):
        sys.exit(f"changed: a hybrid of {count} files")
END
