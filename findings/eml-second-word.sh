#!/bin/sh
# What: eml-format 0.6.1 and eml-parse-js 1.1.15 (npm), letters saved by mail programs (.eml); Python's email to compare
# Guess: a subject in Chinese is read whole; a body in GB2312, as Chinese programs send it, comes out in Chinese.
# Does: a header with other than ASCII stands in pieces of 75 characters at most, and eml-format reads the first and drops
#   the rest: of a subject 15 Chinese characters are left, and 'they have not left' may become 'they have'. Short ones are
#   whole. eml-parse-js reads all pieces, also bodies in UTF-8; of a body in GB2312 that is sent as base64 nothing is left
#   but replacement characters, while the same words in a subject are read well.
# Seen: eml-format: '他们' of '他们没有走'; eml-parse-js: the body 北京的天 as eight U+FFFD
# Source: RFC 2047, 2 (an encoded word has 75 characters at most) and 6.2 (white space between two is not shown).
# Instead: mailparser (npm) or Python's email; look for U+FFFD and for '=?' in what came out.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund eml-format@0.6.1 eml-parse-js@1.1.15 >/dev/null || exit 2

python3 - <<'END' || exit 2
from base64 import b64encode
from email import message_from_bytes, policy


def word(text):
    return f"=?UTF-8?B?{b64encode(text.encode()).decode()}?="


letter = (
    "From: a@example.org\r\nTo: b@example.org\r\nDate: Tue, 04 Jun 2024 10:00:00 +0800\r\n"
    f"Subject: {word('他们')}\r\n {word('没有走')}\r\nMIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    f"{b64encode('北京的天'.encode('gb2312')).decode()}\r\n"
)
with open("a.eml", "w", newline="") as file:
    file.write(letter)
read = message_from_bytes(letter.encode(), policy=policy.default)
print("Python:", read["Subject"], read.get_content().strip())
assert read["Subject"] == "他们没有走" and read.get_content().strip() == "北京的天"
END
cat > run.mjs <<'END'
import fs from "fs";
import format from "eml-format";
import { readEml } from "eml-parse-js";

const letter = fs.readFileSync("a.eml", "utf8");
const one = await new Promise((resolve, reject) =>
  format.read(letter, (error, read) => (error ? reject(error) : resolve(read))));
const two = readEml(letter);
console.log("eml-format:", one.subject, "/", one.text, "\neml-parse-js:", two.subject, "/", two.text);
if (one.subject.trim() !== "他们" || one.text.trim() !== "北京的天") {
  console.log("changed: eml-format");
  process.exit(1);
}
if (two.subject.trim() !== "他们没有走" || !/^\uFFFD+$/.test(two.text.trim())) {
  console.log("changed: eml-parse-js");
  process.exit(1);
}
END
node run.mjs || exit $?
