"""What else is in an archive of X and is not taken, counted in things: messages, likes, articles, and not in files.

Each file assigns a list of objects with one member, by which they can be counted without reading them: within a string
of JSON a quotation mark is escaped, so that these bytes are a member's name wherever they stand::

    window.YTD.like.part0 = [ {"like": {"tweetId": "57"}}, {"like": …} ]          counted: "like":
    window.YTD.direct_messages.part0 = [ {"dmConversation": {"messages": [        counted: "messageCreate":
                                           {"messageCreate": …}, …]}}]
"""

import re
from typing import Final

from tamizdat.posts.export import BadExport, Export, head
from tamizdat.posts.report import IngestReport

LIMIT: Final = 2 << 30  #: bytes of one archive that are looked through
STEP: Final = 1 << 20
OTHER: Final = "other data of the account"
LEFT: Final = {
    "direct_messages": "direct messages", "direct_messages_group": "direct messages", "like": "likes",
    "follower": "contacts", "following": "contacts", "block": "contacts", "mute": "contacts", "contact": "contacts",
    "article": "articles", "article_metadata": OTHER, "birdwatch_note": "community notes",
    "community_note": "community notes", "periscope_comments_made_by_user": "comments on broadcasts",
    "periscope_broadcast_metadata": "broadcasts", "spaces_metadata": "audio spaces", "moment": "moments",
    "grok_chat_item": "conversations with Grok", "lists_created": "lists", "saved_search": "saved searches",
    "tweet_headers": "", "deleted_tweet_headers": "", "direct_message_headers": "", "direct_message_group_headers": "",
}  # fmt: skip
_MESSAGES: Final = b"messageCreate"
_FIRST: Final = re.compile(rb'=\s*\[\s*\{\s*"(\w{1,60})"\s*:')
_EMPTY: Final = re.compile(rb"=\s*\[\s*\]")
_OVERLAP: Final = 200  #: bytes; no member's name is longer


def tell_left(export: Export, files: list[tuple[str, str]], report: IngestReport) -> None:
    """Count what is in these files, each a path and what it assigns to, into *report*."""
    looked = 0
    for path, name in files:
        what = LEFT.get(name, OTHER)
        if not what:
            continue
        beginning = head(export, path)
        if _EMPTY.search(beginning):
            continue
        first = _FIRST.search(beginning)
        looked += export.size(path)
        if looked > LIMIT:
            report.left[f"{what} (files, not counted)"] += 1
            continue
        count = _count(export, path, _MESSAGES, report) if what == "direct messages" else 0
        count = count or (_count(export, path, first[1], report) if first else 0)
        report.left[what] += count or 1


def _count(export: Export, path: str, member: bytes, report: IngestReport) -> int:
    """Return how often a member of this name stands in a file."""
    wanted = re.compile(rb'"%s"\s*:' % member)
    count, held = 0, b""
    try:
        with export.open(path) as file:
            while data := file.read(STEP):
                data = held + data
                last = 0
                for found in wanted.finditer(data):
                    count, last = count + 1, found.end()
                held = data[max(last, len(data) - _OVERLAP) :]
    except BadExport as error:
        report.problem("damaged", path, detail=str(error))
    return count
