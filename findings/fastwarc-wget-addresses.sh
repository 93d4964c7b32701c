#!/bin/sh
# What: FastWARC 2.0.1 (PyPI) reads a web archive that wget 1.21 (Debian 12) wrote; warcio 1.8.1 (PyPI) to compare
# Guess: the address of a record is the address of the page, whichever reader is asked; WARC is a standard.
# Does: wget writes addresses between angle brackets, as the grammar of WARC 1.0 has them and its examples do not.
#   warcio takes them off, FastWARC hands them out, and its own index has them too: a page is found by no look-up, two
#   archives of one page, one by wget, have no address in common, and a list of hosts made of them is empty.
# Seen: FastWARC '<http://127.0.0.1:…/index.html>', warcio 'http://127.0.0.1:…/index.html'
# Source: WARC 1.0, 4 (uri = "<" … ">") and 5.12; WARC 1.1, 5.12, which takes the brackets away.
# Instead: strip '<' and '>' from WARC-Target-URI (and WARC-Refers-To-Target-URI) before it is compared.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v wget >/dev/null || { echo "needs Debian's wget"; exit 2; }
wget --version | head -n 1
python3 -m venv venv && venv/bin/pip install -qq fastwarc==2.0.1 warcio==1.8.1 || exit 2

cat > run.py <<'END'
import functools, http.server, subprocess, sys, threading
from fastwarc.warc import ArchiveIterator, WarcRecordType
from warcio.archiveiterator import ArchiveIterator as Other


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<p>hello")

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
threading.Thread(target=server.serve_forever, daemon=True).start()
address = f"http://127.0.0.1:{server.server_port}/index.html"
subprocess.run(["wget", "-q", "--no-proxy", "--warc-file=a", "-O", "page", address], check=True)
with open("a.warc.gz", "rb") as file:
    fast = [record.headers["WARC-Target-URI"] for record in ArchiveIterator(file, record_types=WarcRecordType.response)]
with open("a.warc.gz", "rb") as file:
    slow = [record.rec_headers["WARC-Target-URI"] for record in Other(file) if record.rec_type == "response"]
print("FastWARC", fast, "warcio", slow)
if slow != [address]:
    sys.exit(f"changed: warcio gives {slow}")
if fast != [f"<{address}>"]:
    sys.exit(f"changed: FastWARC gives {fast}")
END
venv/bin/python run.py
