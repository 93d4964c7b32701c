#!/bin/sh
# What: whatstk 0.9.1 (PyPI), WhatsApp chat exports
# Guess: in an export of a telephone set to Chinese, 2024/6/4 is the 4th of June.
# Does: with the format guessed, it is the 6th of April; lines with 上午 and 下午 in front of the hour, as such telephones
#   write, are one endless message.
# Seen: [2024/6/4, 22:00:01] → 2024-04-06; '2024/6/4 下午10:00 - 安: 再见' becomes part of the message before.
# Source: README of the library: many date formats, found out by itself; CLDR zh: y/M/d, day period before the hour.
# Instead: give the format by hand (hformat) and compare the number of lines that begin with a date.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq whatstk==0.9.1 || exit 2

venv/bin/python - <<'END'
import sys
from whatstk import WhatsAppChat


def read(text):
    with open("chat.txt", "w") as file:
        file.write(text)
    chat = WhatsAppChat.from_source("chat.txt").df
    return [str(date)[:10] for date in chat["date"]], list(chat["message"])


dates, messages = read("[2024/6/4, 22:00:01] 安: 你好\n[2024/6/4, 22:05:01] 安: 再见\n")
print(dates)
if dates != ["2024-04-06", "2024-04-06"]:
    sys.exit(f"changed: dates are {dates}")
dates, messages = read("2024/6/4 上午10:00 - 安: 你好\n2024/6/4 下午10:00 - 安: 再见\n")
print(messages)
if len(messages) != 1:
    sys.exit(f"changed: messages are {messages}")
END
