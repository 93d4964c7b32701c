#!/bin/sh
# What: aria2 1.36.0 (Debian 12), hybrid torrents or any with pad files (BEP 47), from a web seed (BEP 19)
# Guess: a client that does not know pad files takes them for small files and still gets the whole torrent; a web seed
#   that has every file of a folder is enough.
# Does: aria2 asks the web seed for ".pad/N" as for any file; the server has none, the seed is given up, and the
#   download of a folder that is there whole fails.
# Seen: a request for /site/.pad/16379, answered 404; exit code 3. Without pad files the same torrent ends with 0.
# Source: BEP 47 tells what clients that know the attribute 'p' leave out; aria2's manual does not name it among its
#   BEPs.
# Instead: say that clients of BEP 47 are needed (libtorrent, Transmission 4), or serve zeros under .pad/N.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v aria2c > /dev/null || { echo 'needs aria2c (Debian 12 package aria2)'; exit 2; }
aria2c --version | head -n 1

python3 - <<'END'
import functools, hashlib, http.server, subprocess, sys, threading
from pathlib import Path

PIECE = 1 << 14
files = {"a.txt": b"first", "b.txt": b"second" * 9}
for name, data in files.items():
    Path("served/site").mkdir(parents=True, exist_ok=True)
    Path("served/site", name).write_bytes(data)
asked = []


class Server(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        asked.append(self.path)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Server, directory="served"))
threading.Thread(target=server.serve_forever, daemon=True).start()


def bencode(value):
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, bytes):
        return b"%d:%b" % (len(value), value)
    if isinstance(value, list):
        return b"l" + b"".join(map(bencode, value)) + b"e"
    return b"d" + b"".join(bencode(key) + bencode(value[key]) for key in sorted(value)) + b"e"


def download(padded):
    pad = PIECE - 5 if padded else 0
    stream = b"first" + bytes(pad) + files["b.txt"]
    pieces = [hashlib.sha1(stream[at : at + PIECE]).digest() for at in range(0, len(stream), PIECE)]
    listed = [{b"length": 5, b"path": [b"a.txt"]}]
    if padded:
        listed.append({b"attr": b"p", b"length": pad, b"path": [b".pad", b"%d" % pad]})
    listed.append({b"length": len(files["b.txt"]), b"path": [b"b.txt"]})
    info = {b"files": listed, b"name": b"site", b"piece length": PIECE, b"pieces": b"".join(pieces)}
    seed = b"http://127.0.0.1:%d/" % server.server_address[1]
    Path("x.torrent").write_bytes(bencode({b"info": info, b"url-list": [seed]}))
    asked.clear()
    return subprocess.run(
        ["aria2c", "--enable-dht=false", "--bt-enable-lpd=false", "--seed-time=0",
         f"--dir=got-{padded}", "--bt-stop-timeout=8", "--quiet", "--allow-overwrite", "x.torrent"],
        timeout=90, check=False,
    ).returncode


plain = download(False)
print("without pad files:", plain)
padded = download(True)
print("with pad files:", padded, sorted(set(asked)))
if plain != 0:
    sys.exit(f"changed: without pad files it ends with {plain}")
if padded == 0 or not any("/.pad/" in path for path in asked):
    sys.exit(f"changed: with pad files it ends with {padded}, having asked for {sorted(set(asked))}")
END
