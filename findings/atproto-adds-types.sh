#!/bin/sh
# What: atproto 0.0.73 (PyPI), records of Bluesky; encoded by libipld 3.5.0 (PyPI)
# Guess: a post that is read into a model and given back as a dictionary is the record that was read, so that its hash
#   (CID) can be computed anew and compared.
# Does: a '$type' is added to every object in it, also where the schema names the object and apps may leave it out: the
#   place of a link, what a reply answers, the post that is quoted. The bytes and the CID are others, and a genuine
#   reply or a post with a link seems to have been altered. One of bare text comes back as it was, so that a test with a
#   plain one shows nothing.
# Seen: a plain post: the same CID; with a link, as a reply, with a quotation: another; 'index' has '$type':
#   'app.bsky.richtext.facet#byteSlice'.
# Source: AT Protocol, 'Data Model' and 'Lexicon': $type is for records and members of unions; an object that a schema
#   names needs none.
# Instead: hash the bytes of the block as they came, and keep them; use models to look only.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq atproto==0.0.73 libipld==3.5.0 || exit 2

venv/bin/python -W ignore - <<'END'
import hashlib, sys
import libipld
from atproto import models

text = "A letter: https://example.org/letter"
plain = {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2024-06-04T01:02:03.456Z", "langs": ["bo"]}
link = {"$type": "app.bsky.richtext.facet#link", "uri": "https://example.org/letter"}
linked = {**plain, "facets": [{"index": {"byteStart": 10, "byteEnd": 36}, "features": [link]}]}
other = {"uri": "at://did:plc:example/app.bsky.feed.post/1", "cid": "bafyreiclp443lavogvhj3d2ob2cxbfuscni2k5jk7bebjzg7khl3esabwq"}
reply = {**plain, "reply": {"root": other, "parent": other}}
quotation = {**plain, "embed": {"$type": "app.bsky.embed.record", "record": other}}


def digest(record):
    return hashlib.sha256(libipld.encode_dag_cbor(record)).hexdigest()[:16]


def given_back(record):
    return models.get_model_as_dict(models.get_or_create(record, models.AppBskyFeedPost.Record))


print(digest(plain), digest(given_back(plain)))
for record in (linked, reply, quotation):
    print(digest(record), digest(given_back(record)), given_back(record))
if digest(given_back(plain)) != digest(plain):
    sys.exit(f"changed: a plain post is given back as {given_back(plain)}")
facet = {"$type": "app.bsky.richtext.facet", **linked["facets"][0]}
facet["index"] = {"$type": "app.bsky.richtext.facet#byteSlice", **facet["index"]}
if given_back(linked) != {**linked, "facets": [facet]}:
    sys.exit(f"changed: a post with a link is given back as {given_back(linked)}")
typed = {"$type": "com.atproto.repo.strongRef", **other}
if given_back(reply) != {**plain, "reply": {"$type": "app.bsky.feed.post#replyRef", "root": typed, "parent": typed}}:
    sys.exit(f"changed: a reply is given back as {given_back(reply)}")
if given_back(quotation) != {**plain, "embed": {"$type": "app.bsky.embed.record", "record": typed}}:
    sys.exit(f"changed: a post with a quotation is given back as {given_back(quotation)}")
END
