"""OPML 2.0 (http://opml.org/spec2.opml): lists of feeds, as readers give them out and take them in.

::

    <opml version="2.0"><body><outline text="Friends"><outline type="rss" text="林" xmlUrl="https://a.example/feed"/>…
"""

import re
from html import escape
from typing import Final

from tamizdat.dataclass import dataclass
from tamizdat.errors import DamagedInput
from tamizdat.posts.fetch import is_address
from tamizdat.posts.formats.feed_encoding import decoded
from tamizdat.posts.formats.xml_feed import read_tree
from tamizdat.posts.formats.xml_node import Node

MAX_OPML: Final = 4 << 20  #: bytes
MAX_MENDED: Final = 20_000  #: places that break XML's rules; a list of so many feeds is of a megabyte or two
_ROOT: Final = re.compile(r"<(?:[^\s<>:]{1,64}:)?opml\b", re.I)
_NO_LINE: Final = re.compile("[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u2028\u2029]")


@dataclass(frozen=True)
class Outline:
    """A feed in a list: its address and what the list calls it."""

    url: str
    title: str = ""


def read_opml(data: bytes) -> list[Outline]:
    """Return the feeds of a list, each once, in order; raise :class:`DamagedInput` for a file that is none."""
    text = decoded(data).text if len(data) <= MAX_OPML else ""
    # whatever is sent in is asked, archives too: to mend what is no XML takes seconds for each megabyte
    tree = read_tree(text, MAX_MENDED) if _ROOT.search(text) else None
    if tree is None or tree.name.lower() != "opml":
        raise DamagedInput(
            f"Expected a list of feeds in OPML, found {len(data):,} bytes that are none. Let the feed reader export "
            "its subscriptions once more, as OPML."
        )
    found: dict[str, Outline] = {}
    for node in _outlines(tree):
        said = {name.lower(): value.strip() for name, value in node.attributes.items()}
        url = said.get("xmlurl", "")
        if is_address(url):
            found.setdefault(url, Outline(url, said.get("text") or said.get("title", "")))
    return list(found.values())


def _outlines(node: Node) -> list[Node]:
    inner = [each for each in node.children if isinstance(each, Node)]
    own = [node] if node.name.lower() == "outline" else []
    return own + [found for each in inner for found in _outlines(each)]


def write_opml(outlines: list[Outline]) -> bytes:
    """Return a list of feeds as OPML; nothing in it tells who made it, or when.

    A title becomes one line of what XML can hold: one of a damaged feed must not cost the others.
    """
    titles = [" ".join(_NO_LINE.sub(" ", each.title).split()) or each.url for each in outlines]
    lines = [
        f'<outline type="rss" text="{escape(title)}" xmlUrl="{escape(each.url)}"/>\n'
        for title, each in zip(titles, outlines, strict=True)
    ]
    start = '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0"><head><title>feeds</title></head><body>\n'
    return f"{start}{''.join(lines)}</body></opml>\n".encode()
