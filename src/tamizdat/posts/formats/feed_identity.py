"""What an entry of a feed is known by, and a feed: ids, and the addresses from which relative ones are seen.

An entry's id is its own where that is an address (a relative one is made absolute), else the feed's and its number. An
id, or a link, that the feed gives to several entries, or that is the feed's own, is none (``shared`` in the context).
Without an id it is known by its link, and without that by its title and time, or by its words.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json, sha256_hex
from tamizdat.posts.formats.format import Context
from tamizdat.posts.plain import absolute
from tamizdat.posts.post import Author

ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]*:\S+", re.I)
RELATIVE: Final = re.compile(r"[^\s:#?/]*+/[^\s#]*+")
#: parts of a feed's path that tell nothing about whose it is
USUAL: Final = re.compile(
    r"(?:feeds?|rss2?|atom|rdf|index|default|posts|all|main)?(?:\.(?:xml|rss|atom|rdf|json|php|html?))?", re.I
)
MAX_SHARED: Final = 4_096


@dataclass(frozen=True)
class Key:
    """What an entry is known by: its id and link, absolute where they can be; and what else parts it from others."""

    own: str
    link: str
    about: str  #: its time and title, if it has both
    words: str  #: a digest of all that stands in it, for telling two entries apart

    @property
    def apart(self) -> str:
        """Return what parts it from an entry of the same id."""
        return self.about or self.words


def said_of(context: Context, name: str) -> str:
    """Return what the context says under this name; "" if nothing."""
    found = context.get(name)
    return found if isinstance(found, str) else ""


def within(base: str, relative: str) -> str:
    """Return the base that ``xml:base`` gives inside another."""
    return absolute(base, relative) or base


def here(context: Context) -> str:
    """Return the address from which what is relative in a feed is seen."""
    said = [said_of(context, "fetched"), said_of(context, "address"), said_of(context, "self")]
    return _seen_from(*said, said_of(context, "site"), said_of(context, "base"))


@lru_cache(64)
def _seen_from(fetched: str, address: str, own: str, site: str, base: str) -> str:
    found = (each for each in (fetched, address, own, site) if ADDRESS.fullmatch(each))
    return within(next(found, ""), base)


def feed_id(context: Context) -> str:
    """Return what is put before a number that means something only together with its feed.

    That is the feed's own id; if the feed was fetched, only an id that is an address of the host it was fetched from,
    so that no feed numbers another's posts. A feed without an address is known by its title.
    """
    said = [said_of(context, "id"), said_of(context, "address")]
    return _feed_id(*said, said_of(context, "title"), said_of(context, "author"))


@lru_cache(64)
def _feed_id(said: str, address: str, title: str, author: str) -> str:
    if address:
        return said if host(said) and host(said) == host(address) else address
    if ADDRESS.fullmatch(said):
        return said
    named = "\n".join([said, title, author])
    return f"urn:feed:{sha256_hex(named.encode())[:16]}" if named.strip() else "urn:feed"


def host(address: str) -> str:
    """Return the host of an address; "" if there is none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


@lru_cache(64)
def handle(site: str) -> str:
    """Return what a feed is called: its host, and the path where a host has several.

    >>> handle("https://a.example/blog/feed.xml"), handle("https://feeds.example/a")
    ('a.example/blog', 'feeds.example/a')
    >>> handle("tag:b.example,2013:feed"), handle("tag:blogs.example,1999:blog-57")
    ('b.example', 'blogs.example/blog-57')
    """
    scheme, _, rest = site.partition(":")
    if scheme.lower() == "tag":
        authority, _, dated = rest.partition(",")
        last = dated.partition(":")[2].rpartition("/")[2][:40]
        return "" if "@" in authority else "/".join([authority[:64], *([] if USUAL.fullmatch(last) else [last])])
    if site.startswith("urn:feed:"):
        return site.removeprefix("urn:feed:")
    named = host(site)
    parts = urlsplit(site).path.split("/") if named else []
    return "/".join(filter(None, [named, *(part for part in parts if not USUAL.fullmatch(part))]))[:120]


def person(name: str, context: Context) -> Author:
    """Return the voice of a feed: the address it was fetched from, or its own id; *name* as the entry has it."""
    site = said_of(context, "address") or said_of(context, "id")
    site = site if ADDRESS.fullmatch(site) else feed_id(context)
    return Author(site, handle(site), name or said_of(context, "title"))


def only_site(keys: Iterable[Key]) -> str:
    """Return the one site that all links of a feed lead to, which is its own if it names none; else ""."""
    sites = {f"{key.link.split(':', 1)[0]}://{host(key.link)}/" for key in keys if host(key.link)}
    return sites.pop() if len(sites) == 1 else ""


def shared(keys: Iterable[Key]) -> list[Json]:
    """Return digests of ids and links that stand for several entries of a feed, and so for none."""
    seen: dict[str, Key] = {}
    several: dict[Json, None] = {}
    for key in keys:
        name = key.own or f"link {key.link}"
        known = seen.setdefault(name, key)
        same_page = key.own and key.link and known.link == key.link
        if known is not key and not same_page and (known.link, known.apart) != (key.link, key.apart):
            several[digest(name)] = None
    return [*several][:MAX_SHARED]


def digest(name: str) -> str:
    """Return a short digest, for telling two names apart."""
    return sha256_hex(name.encode("utf-8", "surrogatepass"))[:12]


def identity(key: Key, text: str, context: Context) -> str:
    """Return the id of an entry."""
    known = context.get("shared")
    several = known if isinstance(known, list) else []
    own_of_feed = [said for name in ("id", "site", "self", "address") if (said := said_of(context, name))]
    own = "" if (key.own in own_of_feed and key.link != key.own) or digest(key.own) in several else key.own
    link = "" if key.link in own_of_feed or digest(f"link {key.link}") in several else key.link
    if ADDRESS.fullmatch(own):
        return own
    if own:
        return f"{feed_id(context)}#{own}"
    if ADDRESS.fullmatch(link):
        return link
    said = f"{key.own}\n{key.about}" if key.about else text
    return f"{feed_id(context)}#sha256-{sha256_hex(said.encode('utf-8', 'surrogatepass'))}"
