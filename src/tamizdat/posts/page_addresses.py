"""Addresses of posts' pages: whose they are, which of them are one page, and which were made in one way."""

import re
from urllib.parse import urlsplit

from tamizdat.errors import TamizdatError
from tamizdat.posts.fetch import check_address


def own_page(url: str, feed: str) -> bool:
    """Tell whether a post has an address of its own, on the host of its feed, and encrypted if the feed is."""
    try:
        page = check_address(url)
    except TamizdatError:
        return False
    home = urlsplit(feed)
    same_host = page.netloc == home.netloc and page.scheme in (home.scheme, "https")
    own = (page.path not in ("", "/") or page.query) and (page.path, page.query) != (home.path, home.query)
    return bool(same_host and own and not urlsplit(url).fragment)


def as_encrypted(url: str, feed: str) -> str:
    """Return a page's address as it is since its site, whose feed is asked by https, moved there."""
    return f"https://{url[7:]}" if feed.startswith("https://") and url.startswith("http://") else url


def is_on_host_of(address: str, feed: str) -> bool:
    """Tell whether a web address is on the host of the feed; False for ids that are no web address."""
    try:
        return check_address(address).netloc.lower() == urlsplit(feed).netloc.lower()
    except TamizdatError:
        return False


def site_of(url: str) -> str:
    """Return the site of a web address: its host but for ``www.``, and its port, if that is not the usual one.

    >>> [site_of(f"{each}/57") for each in ("http://A.example", "https://www.a.example:443", "https://www.example")]
    ['a.example', 'a.example', 'www.example']
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port
    bare = host.removeprefix("www.")
    name = bare if "." in bare else host  # no domain is above all others
    return name if port in (None, 80, 443) else f"{name}:{port}"


def is_same_page(asked: str, answered: str) -> bool:
    """Tell whether an address is the asked one, encrypted, with or without ``www.``, or a stroke at its end."""
    one, other = urlsplit(asked), urlsplit(answered)
    same = (one.path.rstrip("/"), one.query) == (other.path.rstrip("/"), other.query)
    return same and site_of(asked) == site_of(answered) and other.scheme in (one.scheme, "https")


def form_of(address: str) -> str:
    """Return the form of an address, which all pages of one making share: where it lies, and what is asked of it.

    >>> [form_of(f"https://a.example/{each}") for each in ("2013/05/list", "57.html", "?p=57")]
    ['/#/#/*', '/#.html', '?p']
    """
    parts = urlsplit(address)
    asked = "&".join(sorted(each.partition("=")[0] for each in parts.query.split("&")))
    above, stroke, last = parts.path.rstrip("/").rpartition("/")
    name, dot, ending = last.rpartition(".") if "." in last else (last, "", "")
    kind = "#" if name.isdecimal() else "*" if name else ""
    return re.sub(r"\d+", "#", above) + stroke + kind + dot + ending + (f"?{asked}" if asked else "")
