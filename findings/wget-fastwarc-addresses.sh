#!/bin/sh
# What: FastWARC 2.0.1 (PyPI) on a WARC of wget 1.21.3 (Debian 12); warcio 1.8.1 (PyPI) to compare
# Guess: WARC-Target-URI of a record is the address: the value that one gets is the one that one asks for.
# Does: wget writes it in angle brackets, as the grammar of WARC 1.0 has it, and FastWARC gives it with them, so it
#   equals no address, begins with no 'https:' and its host is empty. warcio takes them off. Digests and text are well;
#   only every look-up, filter and link by address finds nothing.
# Seen: '<http://127.0.0.1:…/letter>' by FastWARC, without brackets by warcio.
# Source: ISO 28500:2009 (WARC 1.0), WARC-Target-URI = "<" uri ">"; its own examples have none, and WARC 1.1 took the
#   brackets out (iipc/warc-specifications, issue 23).
# Instead: strip one '<' and one '>' from the value, whoever read it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
command -v wget >/dev/null || { echo 'needs wget (Debian package wget)'; exit 2; }
wget --version | head -n 1
python3 -m venv venv && venv/bin/pip install -qq fastwarc==2.0.1 warcio==1.8.1 || exit 2

venv/bin/python - <<'END'
import http.server, subprocess, sys, threading
from urllib.parse import urlsplit
from fastwarc.warc import ArchiveIterator, WarcRecordType
from warcio.archiveiterator import ArchiveIterator as OtherIterator


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"<html><title>A letter</title>words</html>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_): ...


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
threading.Thread(target=server.serve_forever, daemon=True).start()
address = f"http://127.0.0.1:{server.server_port}/letter"
subprocess.run(["wget", "-q", "--no-proxy", "--warc-file=a", "--no-warc-compression", "-O", "letter.html", address], check=True)

fast = [record.headers["WARC-Target-URI"] for record in ArchiveIterator("a.warc", record_types=WarcRecordType.response)]
with open("a.warc", "rb") as file:
    other = [record.rec_headers.get_header("WARC-Target-URI") for record in OtherIterator(file) if record.rec_type == "response"]
print(fast, other, repr(urlsplit(fast[0]).netloc))
if other != [address]:
    sys.exit(f"changed: warcio gives {other}")
if fast != [f"<{address}>"]:
    sys.exit(f"changed: FastWARC gives {fast}")
END
