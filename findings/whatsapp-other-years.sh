#!/bin/sh
# What: whatsapp-chat-parser 4.0.2 (npm), whatstk 0.9.1 with pandas 3.1.1 (PyPI), chats given out by WhatsApp on
#   telephones of Iran, Thailand and Arab countries
# Guess: what is no chat is refused; what is read has the day on which it was written.
# Does: with the digits of Persian or Arabic the first finds no message and says nothing, as of an empty chat. With Latin
#   digits a message of 2023 is of the year 1402 (Iran) or 2566 (Thailand). The second reads the digits, but gives up the
#   whole chat with an error of pandas, whose times go from 1677 to 2262. The same chat with the year 2023 is read well
#   by both.
# Seen: [13/5/2566 14:28:00] → 2566-05-13; [1402/2/23, 14:28:00] → 1402-02-23; [۱۴۰۲/۲/۲۳، ۱۴:۲۸:۰۰] → []; OutOfBoundsDatetime
# Source: CLDR, supplemental/calendarPreferenceData (IR, AF: persian; TH: buddhist), and numbering systems of fa and ar;
#   pandas, 'Timestamp limitations'.
# Instead: turn the digits into Latin ones first; a year from 1387 to 1429 is the solar one (jdatetime), one from 2552 on the
#   Buddhist one (less 543); keep the line's own text.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq whatstk==0.9.1 pandas==3.1.1 || exit 2
npm install --prefix . --silent --no-audit --no-fund whatsapp-chat-parser@4.0.2 >/dev/null || exit 2

cat > run.mjs <<'END'
import fs from "fs";
import * as parser from "whatsapp-chat-parser";
const read = parser.parseString(fs.readFileSync(process.argv[2], "utf8"));
console.log(JSON.stringify(read.map(({ date }) => date.getFullYear())));
END
cat > run.py <<'END'
import json, subprocess, sys
from whatstk import WhatsAppChat

CHATS = {
    "ours": "[13/5/2023, 14:28:00] A: one\n[14/5/2023, 09:00:00] B: two\n",
    "thai": "[13/5/2566 14:28:00] A: one\n[14/5/2566 09:00:00] B: two\n",
    "solar": "[1402/2/23, 14:28:00] A: one\n[1402/2/24, 09:00:00] B: two\n",
    "persian": "[۱۴۰۲/۲/۲۳،\u200f ۱۴:۲۸:۰۰] A: one\n[۱۴۰۲/۲/۲۴،\u200f ۰۹:۰۰:۰۰] B: two\n",
    "arabic": "[١٣/٥/٢٠٢٣، ٢:٢٨:٠٠ م] A: one\n[١٤/٥/٢٠٢٣، ٩:٠٠:٠٠ ص] B: two\n",
}
got = {}
for name, text in CHATS.items():
    with open(name, "w", encoding="utf-8") as file:
        file.write(text)
    first = json.loads(subprocess.run(["node", "run.mjs", name], capture_output=True, text=True, check=True).stdout)
    second = None
    if name != "arabic":
        try:
            second = [each.year for each in WhatsAppChat.from_source(name).df["date"]]
        except Exception as error:
            second = type(error).__name__
    got[name] = (first, second)
    print(name, first, second)
expected = {
    "ours": ([2023, 2023], [2023, 2023]),
    "thai": ([2566, 2566], "OutOfBoundsDatetime"),
    "solar": ([1402, 1402], "OutOfBoundsDatetime"),
    "persian": ([], "OutOfBoundsDatetime"),
    "arabic": ([], None),
}
if got != expected:
    sys.exit(f"changed: {got}")
END
venv/bin/python run.py
