#!/bin/sh
# What: csv-from-mbox 0.5.1 (PyPI), a mailbox (mbox) made into a table: date, from, to, subject, body
# Guess: the body of a row is what the sender of that row wrote; a letter that hangs on it (message/rfc822) is an
#   attachment, and left out as such.
# Does: plain text is looked for in everything, the attached letter included, and only if there is none is HTML taken. Who
#   writes in HTML, as most programs do, and attaches an order or a threat as it came, has its words as her own: 'Arrest
#   them all.', from the witness, at the hour of the witness. What she wrote is not in the table. With a plain letter, or
#   without an attachment, rows are right.
# Seen: from witness@example.org, subject 'What I found': body 'Arrest them all.'; sent as plain text: her own words
# Source: RFC 2046, 5.2.1 (message/rfc822 is a message of its own); the README ('attachments are ignored').
# Instead: EmailMessage.get_body() of Python, which stays out of attached letters; a row for each attached letter.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq csv-from-mbox==0.5.1 || exit 2

venv/bin/python - <<'END'
import mailbox
from email.message import EmailMessage

order = EmailMessage()
order["From"] = "office@example.org"
order["To"] = "station@example.org"
order["Subject"] = "Order"
order["Date"] = "Mon, 03 Jun 2024 10:00:00 +0800"
order.set_content("Arrest them all.")
box = mailbox.mbox("a.mbox")
for subtype in "html", "plain":
    letter = EmailMessage()
    letter["From"] = "witness@example.org"
    letter["To"] = "desk@example.org"
    letter["Subject"] = "What I found"
    letter["Date"] = "Tue, 04 Jun 2024 10:00:00 +0800"
    letter.set_content("I found the attached order.", subtype=subtype)
    letter.add_attachment(order)
    box.add(letter)
box.flush()
print([message.get_payload()[0].get_content_type() for message in box])
END
venv/bin/csv-from-mbox a.mbox -o a.csv >/dev/null || exit 2
venv/bin/python - <<'END' || exit $?
import csv
import sys

with open("a.csv", newline="", encoding="utf-8") as file:
    rows = [(row["from_email"], row["subject"], row["body"]) for row in csv.DictReader(file)]
print(rows)
sender = ("witness@example.org", "What I found")
if rows != [(*sender, "Arrest them all."), (*sender, "I found the attached order.")]:
    sys.exit(f"changed: {rows}")
END
