#!/bin/sh
# What: eml_parser 4.4.0 (PyPI, made for forensics), letters (.eml) read as evidence, their Date line missing or not as
#   RFC 5322 has it, as in many that are really met; mail-parser 4.8.0 (PyPI) to compare
# Guess: a letter without a date, or with one that cannot be read, has no date, or a defect is told; the header as it stood
#   is kept beside what was made of it.
# Does: the letter is of 1 January 1970, 00:00 UTC, and sorts before all others; nothing is told. The list of headers as
#   they came has that date too: the words that stood there, 2024年6月4日, are nowhere in the answer. A date with points, as
#   in Europe and Russia, is read with the month in front (04.06. is 6 April). mail-parser has None for the three.
# Seen: Date: 2024年6月4日 08:00 → 1970-01-01 in 'date' and in header.date; 04.06.2024 → 2024-04-06
# Source: its README: 'Missing or wrong multipart boundaries, bad charsets, invalid dates … do not make the content
#   disappear; defects are reported instead'; header: 'All raw header fields'; RFC 5322, 3.3.
# Instead: mail-parser or Python's email; keep the Date line's bytes, and call a date unknown where they are not RFC 5322.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq eml_parser==4.4.0 mail-parser==4.8.0 || exit 2

venv/bin/python - <<'END'
import json, sys
import eml_parser, mailparser


def read(date):
    lines = ["From: Lin <a@example.org>", "To: b@example.org", "Subject: list", *([f"Date: {date}"] if date else [])]
    letter = ("\r\n".join(lines) + "\r\n\r\nwords\r\n").encode()
    answer = eml_parser.EmlParser().decode_email_bytes(letter)
    return answer, mailparser.parse_from_bytes(letter).date


changed = ""
for date, expected in {
    "Tue, 4 Jun 2024 08:00:00 +0800": "2024-06-04 08:00:00+08:00",
    "2024年6月4日 08:00": "1970-01-01 00:00:00+00:00",
    "04.06.2024 08:00:00": "2024-04-06 08:00:00+00:00",
    "": "1970-01-01 00:00:00+00:00",
}.items():
    answer, other = read(date)
    header = answer["header"]
    text = json.dumps(answer, default=str, ensure_ascii=False)
    print(date or "(none)", "→", header["date"], header["header"].get("date"), "mail-parser:", other)
    if str(header["date"]) != expected:
        changed += f" {date}: {header['date']}"
    if "年" in date and ("年" in text or "defect" in text or "anomaly" in text):
        changed += f" {date}: told"
    if not date.startswith("Tue") and other is not None:
        changed += f" mail-parser: {other}"
if changed:
    sys.exit(f"changed:{changed}")
END
