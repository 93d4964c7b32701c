#!/bin/sh
# What: har2warc 1.0.4 (PyPI), with warcio 1.8.1: what the tools of a browser save of a page (HAR) made into a web
#   archive (WARC)
# Guess: a page is in the archive as the server sent it, or at least as one can read it.
# Does: a HAR has the text of a page in UTF-8, whatever the server sent. It is written as that, under the headers of the
#   server, which say GB2312 as many older Chinese pages do: every Chinese letter is another one when the page is shown,
#   and the digest of the record is that of bytes no server ever sent. Content-Length is set anew, so nothing looks
#   broken to a program; pages in UTF-8 come through.
# Seen: Content-Type: text/html; charset=gb2312, and the bytes of 人民日报 in UTF-8, read as 浜烘皯鏃ユ姤.
# Source: HAR 1.2, 'content' (text is made UTF-8 from whatever it was; bytes are kept only as base64).
# Instead: capture pages as WARC or WACZ; of a HAR write the text in the charset of its header before it is made into an
#   archive (base64, as below), and say of the archive that it was made of a HAR.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq har2warc==1.0.4 warcio==1.8.1 || exit 2

cat > write.py <<'END'
import base64, json

WORDS = "\u4eba\u6c11\u65e5\u62a5"
TIME = "2024-06-04T00:00:00.000Z"


def entry(name, charset, **content):
    headers = [{"name": "Content-Type", "value": f"text/html; charset={charset}"}]
    request = {"method": "GET", "url": f"https://example.org/{name}", "httpVersion": "HTTP/1.1", "cookies": [],
               "headers": [], "queryString": [], "headersSize": -1, "bodySize": 0}
    response = {"status": 200, "statusText": "OK", "httpVersion": "HTTP/1.1", "cookies": [], "headers": headers,
                "content": {"size": 8, "mimeType": headers[0]["value"]} | content, "redirectURL": "",
                "headersSize": -1, "bodySize": -1}
    return {"startedDateTime": TIME, "time": 1, "pageref": "page_1", "request": request, "response": response,
            "cache": {}, "timings": {"send": 0, "wait": 1, "receive": 0}}


entries = [
    entry("utf-8", "utf-8", text=WORDS),
    entry("text", "gb2312", text=WORDS),
    entry("base64", "gb2312", text=base64.b64encode(WORDS.encode("gb2312")).decode(), encoding="base64"),
]
page = {"startedDateTime": TIME, "id": "page_1", "title": "page", "pageTimings": {}}
log = {"version": "1.2", "creator": {"name": "x", "version": "1"}, "pages": [page], "entries": entries}
with open("a.har", "w", encoding="utf-8") as file:
    json.dump({"log": log}, file)
END
venv/bin/python write.py
venv/bin/har2warc a.har a.warc.gz
venv/bin/python - <<'END'
import sys
from warcio.archiveiterator import ArchiveIterator

seen = {}
with open("a.warc.gz", "rb") as file:
    for record in ArchiveIterator(file):
        if record.rec_type == "response":
            name = record.rec_headers.get_header("WARC-Target-URI").rsplit("/", 1)[1]
            charset = record.http_headers.get_header("Content-Type").rsplit("=", 1)[1]
            seen[name] = record.content_stream().read().decode("gb18030" if charset == "gb2312" else charset)
            print(name, charset, seen[name])
words = "\u4eba\u6c11\u65e5\u62a5"
if seen["utf-8"] != words or seen["base64"] != words:
    sys.exit(f"changed: a page in UTF-8, or one whose bytes were kept, is {seen}")
if seen["text"] != words.encode("utf-8").decode("gb18030"):
    sys.exit(f"changed: the page in GB2312 is read as {seen['text']}")
END
