#!/bin/sh
# What: twarc-csv 0.7.2 with twarc 2.14.0 and pandas 2.3.3 (PyPI), collected posts of X (API version 2) into a table
# Guess: a field that it does not know, such as the words of a long post (note_tweet), is left out, or that post is.
# Does: all posts of the batch are left out with it: a batch is 100 lines, and a line may be a page of many posts. Of a
#   small collection nothing is left but the heads of the columns. It says so between other lines, and ends with 0.
# Seen: five posts on three pages, one of them long: 'Wrote 0 rows', status 0; without the long one four rows.
# Source: X API version 2, post object, note_tweet; twarc-csv's README, --extra-input-columns, --batch-size.
# Instead: --extra-input-columns note_tweet.text, and compare the count of rows with that of the posts; keep the JSON.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
export HOME="$folder"
python3 -m venv venv && venv/bin/pip install -qq twarc==2.14.0 twarc-csv==0.7.2 pandas==2.3.3 || exit 2

venv/bin/python - <<'END'
import csv, json, subprocess, sys

counts = dict.fromkeys(("followers_count", "following_count", "tweet_count", "listed_count"), 1)
person = {"id": "9", "username": "desk", "name": "Desk", "created_at": "2010-01-01T00:00:00.000Z", "public_metrics": counts}
how = {"url": "https://api.twitter.com/2/tweets/search/all", "version": "2.14.0", "retrieved_at": "2024-06-05T00:00:00+00:00"}


def post(number, **more):
    numbers = dict.fromkeys(("retweet_count", "reply_count", "like_count", "quote_count"), 0)
    return {
        "id": str(number), "text": f"post {number}", "created_at": "2024-06-04T12:00:00.000Z", "author_id": "9",
        "conversation_id": str(number), "edit_history_tweet_ids": [str(number)], "lang": "en", "public_metrics": numbers, **more}


def rows(name, last, *options):
    with open(f"{name}.jsonl", "w") as file:
        for posts in ([post(1), post(2)], [post(3), *last], [post(5)]):
            file.write(json.dumps({"data": posts, "includes": {"users": [person]}, "__twarc": how}) + "\n")
    command = ["venv/bin/twarc2", "--bearer-token", "none", "csv", *options, f"{name}.jsonl", f"{name}.csv"]
    ended = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, text=True)
    with open(f"{name}.csv") as file:
        return ended.returncode, len(list(csv.DictReader(file)))


long = post(4, note_tweet={"text": "post 4, and all that it says"})
found = rows("short", []), rows("long", [long]), rows("told", [long], "--extra-input-columns", "note_tweet.text")
print(found)
if found[0] != (0, 4) or found[2] != (0, 5):
    sys.exit(f"changed: without the long post, or with its column named: {found}")
if found[1] != (0, 0):
    sys.exit(f"changed: with the long post: {found[1]}")
END
