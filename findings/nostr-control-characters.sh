#!/bin/sh
# What: NIP-01 (Nostr), as nostr-tools 2.25.2 (npm) and pynostr 0.7.0 (PyPI) compute the id of an event
# Guess: the id is the SHA-256 of a serialization that the NIP gives to the letter: seven characters are escaped, all
#   others written as they are.
# Does: both write the other control characters as \u000b and the like, as JSON does: with a vertical tab, which posts
#   copied from a word processor have, an id computed by the letter of the NIP is another, and the signature of a
#   genuine post does not verify. Without such characters all three agree, so tests with plain posts show nothing.
# Seen: 'one' three times one id; 'one', vertical tab, 'two': the two libraries agree, the NIP's letter does not.
# Source: NIP-01, 'Events and signatures'; RFC 8259, 7 (control characters must be escaped in JSON);
#   nostr-protocol/nips, issue 1403 (open; not all agree what is meant).
# Instead: serialize with a JSON library (no spaces, no \u for what is not a control character), not by the list.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq pynostr==0.7.0 || exit 2
npm install --prefix . --silent --no-audit --no-fund nostr-tools@2.25.2 >/dev/null || exit 2

cat > run.mjs <<'END'
import { finalizeEvent } from "nostr-tools/pure";
const event = (content) => finalizeEvent({ kind: 1, created_at: 1700000000, tags: [], content }, new Uint8Array(32).fill(1));
console.log(JSON.stringify(["one", "one\vtwo"].map(event)));
END
node run.mjs > events.json

venv/bin/python -W ignore - <<'END'
import hashlib, json, sys
from pynostr.event import Event

ESCAPED = {"\n": "\\n", '"': '\\"', "\\": "\\\\", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def by_the_letter(event):
    content = "".join(ESCAPED.get(character, character) for character in event["content"])
    text = f'[0,"{event["pubkey"]}",{event["created_at"]},{event["kind"]},[],"{content}"]'
    return hashlib.sha256(text.encode()).hexdigest()


found = []
with open("events.json") as file:
    for event in json.load(file):
        other = Event(content=event["content"], pubkey=event["pubkey"], created_at=event["created_at"], kind=event["kind"], tags=[])
        other.compute_id()
        found.append((event["id"] == other.id, event["id"] == by_the_letter(event)))
        print(repr(event["content"]), event["id"][:16], other.id[:16], by_the_letter(event)[:16])
if found[0] != (True, True):
    sys.exit(f"changed: a plain post: {found[0]}")
if found[1] != (True, False):
    sys.exit(f"changed: the libraries agree: {found[1][0]}; with the letter of the NIP: {found[1][1]}")
END
