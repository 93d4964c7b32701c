#!/bin/sh
# What: apmodel 0.5.4 (PyPI, the objects of apkit), posts of Mastodon and others (ActivityPub) read into objects
# Guess: a poll is read as a Question with its answers; what the library has no object for comes back as the dictionary
#   it was, as its README says.
# Does: a question may have one answer only, and not in a list. Every poll of Mastodon has at least two, in a list, so
#   load() gives None and a warning: the post is not there. What has a type of its own is None without a warning, what
#   has two types is None with one. In the activity that brought it (Create) the poll stays a dictionary, unread. The
#   dictionary comes back only with default="raw", which the README does not name.
# Seen: load(oneOf: [yes, no]) → None; oneOf: yes → Question; type 'Unknown' → None; Create: dict
# Source: Activity Vocabulary, oneOf and anyOf (not functional: any number of answers); README of apmodel: 'If no matching
#   model is found, the original dictionary is returned', 'Activity Vocabulary: All types'.
# Instead: load(data, default="raw"), and take answers from the dictionary; keep the JSON of the server.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq apmodel==0.5.4 || exit 2

venv/bin/python - <<'END'
import sys, warnings
from apmodel import load

warnings.simplefilter("ignore")
context = {"@context": "https://www.w3.org/ns/activitystreams", "id": "https://example.org/1", "content": "<p>x</p>"}
answers = [{"type": "Note", "name": name, "replies": {"type": "Collection", "totalItems": 1}} for name in ("yes", "no")]
poll = {**context, "type": "Question", "oneOf": answers}
found = {
    "note": load({**context, "type": "Note"}),
    "one answer": load({**poll, "oneOf": answers[0]}),
    "two answers": load(poll),
    "any of two": load({**context, "type": "Question", "anyOf": answers}),
    "its own type": load({**context, "type": "Unknown"}),
    "two types": load({**context, "type": ["Note", "https://example.org/ns#Witness"]}),
    "in a Create": load({**context, "type": "Create", "actor": "https://example.org/u", "object": poll}).object,
}
found["raw"] = load(poll, default="raw")
kinds = {case: type(value).__name__ for case, value in found.items()}
print(kinds)
expected = ["Note", "Question", "NoneType", "NoneType", "NoneType", "NoneType", "dict", "dict"]
if list(kinds.values()) != expected:
    sys.exit(f"changed: {kinds}")
END
