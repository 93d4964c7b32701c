#!/bin/sh
# What: mastodon-archive 1.4.8 (PyPI), its commands 'text' and 'html', on an archive in its form
# Guess: a text or page made of an archive has all the words of a post, and tells public from private.
# Does: content warning, answers of a poll and descriptions of pictures are in the archive and not in the text; 'html'
#   has warning and descriptions, but no poll. Direct messages stand between public posts without a mark, in both.
# Seen: 'text': words, words and the address of a picture, words, secret (the direct message); no Testimony (the
#   warning), no 'Police at the gate' (the description), no 'never again' (the poll).
# Source: Mastodon API, 'Status' (spoiler_text, poll, visibility) and 'MediaAttachment' (description); the program's
#   README says which fields a search of the text looks at ('Searching your archive'), not what the text leaves out.
# Instead: read the JSON yourself: spoiler_text, content, poll.options, media_attachments[].description; leave out
#   what has visibility 'direct' or 'private' before anything is published.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq mastodon_archive==1.4.8 || exit 2

venv/bin/python - <<'END'
import json

account = {
    "display_name": "T", "username": "t", "acct": "t", "url": "https://example.org/@t", "emojis": [], "note": "",
    "avatar": "https://example.org/a.png", "header": "", "fields": [],
}


def post(number, **fields):
    url = f"https://example.org/@t/{number}"
    empty = {
        "id": str(number), "created_at": f"2024-06-04T0{number}:00:00.000Z", "reblog": None, "account": account,
        "url": url, "uri": url, "content": "<p>words</p>", "spoiler_text": "", "sensitive": False, "poll": None,
        "media_attachments": [], "emojis": [], "tags": [], "mentions": [], "visibility": "public", "card": None,
        "in_reply_to_id": None, "reblogs_count": 0, "favourites_count": 0,
    }
    return empty | fields


picture = {"id": "9", "type": "image", "url": "https://example.org/m/a.jpg", "description": "Police at the gate"}
picture |= {"preview_url": picture["url"], "remote_url": None}
statuses = [
    post(1, spoiler_text="Testimony", sensitive=True),
    post(2, media_attachments=[picture]),
    post(3, poll={"options": [{"title": "never again", "votes_count": 1}], "votes_count": 1}),
    post(4, visibility="direct", content="<p>secret</p>"),
]
archive = {"account": account, "statuses": statuses, "favourites": [], "bookmarks": [], "mentions": []}
with open("example.org.user.t.json", "w") as file:
    json.dump(archive, file)
END
venv/bin/mastodon-archive text t@example.org > all.txt 2>&1
venv/bin/mastodon-archive html t@example.org >/dev/null 2>&1
cut -c -80 all.txt
test "$(grep -c '^words' all.txt)" = 3 || { echo 'changed: the three posts are not in the text'; exit 1; }
grep -q 'Testimony\|Police\|never again' all.txt && { echo 'changed: the text has more of the words'; exit 1; }
grep -q '^secret' all.txt || { echo 'changed: the direct message is not in the text'; exit 1; }
for words in Testimony 'Police at the gate'; do
  grep -q "$words" ./*.html || { echo "changed: the page has no '$words'"; exit 1; }
done
grep -q 'never again' ./*.html && { echo 'changed: the page has the poll'; exit 1; }
grep -i 'direct' all.txt && { echo 'changed: the text marks the direct message'; exit 1; }
grep -q 'secret' ./*.html || { echo 'changed: the direct message is not in the page'; exit 1; }
