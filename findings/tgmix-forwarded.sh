#!/bin/sh
# What: tgmix 0.9.1 (PyPI), chats given out by Telegram's program (result.json) made into one text for reading or analysis
# Guess: what one person writes in quick succession is put together, as the README says; what is forwarded are the words of
#   others and stays apart, and nothing of it is lost.
# Does: everything of one sender in the same second becomes one message. Forwarding several at once gives all of them one
#   second, so that testimonies of three people, forwarded together out of one channel, are the words of one; only the
#   number of the first is kept. Of the later ones text and media are taken and nothing else: a poll, a place and what
#   was answered are gone. A place is left out wherever it stands. Messages written by hand are seconds apart and come
#   through, so that a short test shows nothing.
# Seen: three forwarded in one second and one later: two messages; the first 'They came at night.\n\nI was not there.', no poll
# Source: tgmix's README, 'Message Stitching' (messages of the same user); Telegram's export has a second as its smallest
#   unit (date_unixtime) and an 'id' for each message.
# Instead: compare the count of messages with that of "type": "message" in result.json; quote from result.json.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq tgmix==0.9.1 || exit 2

mkdir chat
venv/bin/python - <<'END'
import json

came = {"type": "message", "date": "2024-06-04T10:00:00", "date_unixtime": "1717495200", "from": "An", "from_id": "user1"}


def plain(text):
    return {"text": text, "text_entities": [{"type": "plain", "text": text}]}


poll = {"question": "Who saw it?", "closed": False, "total_voters": 3, "answers": []}
later = {"date": "2024-06-04T10:05:00", "date_unixtime": "1717495500"}
chat = {
    "name": "Witnesses",
    "type": "private_group",
    "id": 1,
    "messages": [
        {**came, "id": 1, "forwarded_from": "Channel", **plain("They came at night.")},
        {**came, "id": 2, "forwarded_from": "Channel", **plain("I was not there.")},
        {**came, "id": 3, "forwarded_from": "Channel", "text": "", "text_entities": [], "poll": poll},
        {**came, "id": 4, **later, **plain("Here."), "location_information": {"latitude": 29.65, "longitude": 91.1}},
    ],
}
with open("chat/result.json", "w") as file:
    json.dump(chat, file)
END
venv/bin/tgmix chat --no-stats </dev/null >/dev/null 2>&1 || exit 2
sed -n '/^messages/,$p' chat/tgmix_output.toon.txt
cd chat
grep -q '^messages\[2\]' tgmix_output.toon.txt || { echo 'changed: the number of messages'; exit 1; }
grep -qF 'They came at night.\n\nI was not there.' tgmix_output.toon.txt || { echo 'changed: both texts in one'; exit 1; }
if grep -q -e 'Who saw' -e '29.65' tgmix_output.toon.txt; then echo 'changed: the poll or the place is there'; exit 1; fi
