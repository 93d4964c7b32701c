#!/bin/sh
# What: whatsapp-chat-parser 4.0.2 (npm), whatsapp-export-md 0.1.7 (PyPI), chats given out by WhatsApp on a telephone
#   set to Chinese
# Guess: a line with 下午 in front of the hour ('in the afternoon') is read as that, or not at all; the year in front
#   says in which order the rest is written.
# Does: both take the line, drop the word and read the hour as one of the morning: every message of the afternoon and
#   evening is twelve hours early, and stands before those of the morning when sorted. 2024/6/4 is the 6th of April,
#   as is 2024-06-04 to the first. The second adds India's offset (+05:30) unless --tz is given. p. m. of a Spanish
#   telephone is read well by both.
# Seen: [2024/6/4 下午2:02:33] → 2024-04-06T02:02:33; 2024-04-06 02:02:33+05:30
# Source: CLDR, Chinese, times of the day (上午, 下午 before the hour) and short dates (y/M/d); ISO 8601; README of the
#   first (daysFirst: tries to find the order; a year in front is not named).
# Instead: daysFirst: false and hours of your own from the line (上午, 下午, 凌晨, 中午, 晚上); keep the line's own text;
#   compare the last message with what is on the telephone.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq whatsapp-export-md==0.1.7 || exit 2
npm install --prefix . --silent --no-audit --no-fund whatsapp-chat-parser@4.0.2 >/dev/null || exit 2

cat > run.py <<'END'
import json, subprocess, sys

CHATS = {
    "spanish": ["[4/6/24, 2:02:33 p. m.] A: hola", "[4/6/24, 3:02:33 p. m.] B: hola"],
    "chinese": ["[2024/6/4 上午9:02:33] 王: 早", "[2024/6/4 下午2:02:33] 李: 你好"],
    "iso": ["2024-06-04, 14:02 - A: hi"],
}
got = {}
for name, lines in CHATS.items():
    with open(name, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    subprocess.run(["venv/bin/whatsapp-export-md", "--input", name, "--out", f"{name}.out", "--json", f"{name}.json"],
                   capture_output=True, check=True)
    second = [one["ts"] for one in json.load(open(f"{name}.json"))]
    first = json.loads(subprocess.run(["node", "run.mjs", name], capture_output=True, text=True, check=True).stdout)
    got[name] = (first, second)
    print(name, first, second)
expected = {
    "spanish": (["2024-06-04T14:02:33", "2024-06-04T15:02:33"], ["2024-06-04 14:02:33+05:30", "2024-06-04 15:02:33+05:30"]),
    "chinese": (["2024-04-06T09:02:33", "2024-04-06T02:02:33"], ["2024-04-06 09:02:33+05:30", "2024-04-06 02:02:33+05:30"]),
    "iso": (["2024-04-06T14:02:00"], [None]),
}
for name in CHATS:
    if got[name] != expected[name]:
        sys.exit(f"changed: {name} is {got[name]}")
END
cat > run.mjs <<'END'
import fs from "fs";
import * as parser from "whatsapp-chat-parser";
const read = parser.parseString(fs.readFileSync(process.argv[2], "utf8"));
const two = (number) => String(number).padStart(2, "0");
console.log(JSON.stringify(read.map(({ date }) =>
  `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`)));
END
venv/bin/python run.py
