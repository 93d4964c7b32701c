"""Where a site is served: the address that pages, feeds and citations name, if the desk has one.

The folder is the same on every mirror, for its pages are signed; so each names the first address as the chief one, and
the page ``mirrors/`` tells all of them. What an address brings: that page, ``sitemap.xml``, which parts of 10,000 pages
it has in ``sitemap/``, ``robots.txt`` where the site is at the root of its host, ``address.svg``, ``address-2.svg`` …,
the addresses to be scanned from paper, and ``mirrors.txt``, which tells them to programs. Each page links to itself at
the others.
"""

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import quote, urlsplit

from tamizdat.errors import UsageError
from tamizdat.publishing.model import Site
from tamizdat.text.late_pattern import late_pattern

MIRRORS: Final = "mirrors.txt"  #: the addresses, a line each, the chief one first: signed with the edition
PART: Final = 10_000  #: addresses in a part of the site map; 50,000 and 50 MB are allowed
_HOST: Final = late_pattern(
    r"(?=.{1,253}(:\d+)?$)(?!.*\.\.)[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?|\[[0-9a-f:]+\](:\d{1,5})?"
)
_PATH: Final = late_pattern(r"(/(?:[A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})*)*")
_SITEMAP: Final = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_ITEM: Final = re.compile(r"(?:[^/]+/)?items/(\d+)/index\.html", re.ASCII)


def checked_address(text: str) -> str:
    """Return an address of a site with a slash at its end. Raises :class:`UsageError` for what is none."""
    wanted = "Expected the address of the site's folder, such as https://example.org/ or http://….onion/site/"
    try:
        split = urlsplit(text.strip())
        host, path = split.netloc.lower(), re.sub(r"(^|/)index\.html$", r"\1", split.path)
        sound = text.isprintable() and split.scheme in ("https", "http") and split.hostname and (split.port or 1) > 0
    except ValueError:
        sound, host, path = "", "", ""
    if not sound:
        raise UsageError(f"{wanted}, found {text!r}.")
    if split.username is not None or split.query or split.fragment:
        raise UsageError(f"{wanted}, without a name before an '@', without '?' and '#'; found {text!r}.")
    if not _HOST.fullmatch(host):
        raise UsageError(f"{wanted}; the host in its ASCII form (xn--…), if it has other letters. Found {text!r}.")
    if not _PATH.fullmatch(path) or any(part in (".", "..") for part in path.split("/")):
        raise UsageError(f"{wanted}, other characters in its path written as %XX, no '.' and '..'. Found {text!r}.")
    return f"{split.scheme}://{host}/{path.strip('/')}{'/' if path.strip('/') else ''}"


def files_of_address(site: Site, pages: Iterable[str], changed: Mapping[int, str]) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of each file that a site has only because it has an address.

    *pages* are paths of files, of which those of pages are told; *changed* the day of an item's last change.
    """
    for number, address in enumerate(site.addresses, 1):
        yield code_file(number), address_code(address)
    yield MIRRORS, "".join(f"{each}\n" for each in site.addresses).encode()
    if urlsplit(site.address).path == "/":
        yield "robots.txt", f"User-agent: *\nAllow: /\nSitemap: {site.address}sitemap.xml\n".encode()
    told = sorted(each for each in pages if each.endswith("index.html"))
    parts = [told[at : at + PART] for at in range(0, len(told), PART)]
    for number, part in enumerate(parts, 1):
        rows = "".join(_row(site, path, changed) for path in part)
        yield f"sitemap/{number}.xml", _document("urlset", rows)
    rows = "".join(f"<sitemap><loc>{site.address}sitemap/{at}.xml</loc></sitemap>\n" for at in range(1, len(parts) + 1))
    yield "sitemap.xml", _document("sitemapindex", rows)


def code_file(number: int) -> str:
    """Return the name of the file with the QR code of the address *number*; the chief one is the first."""
    return "address.svg" if number == 1 else f"address-{number}.svg"


def _row(site: Site, path: str, changed: Mapping[int, str]) -> str:
    found = _ITEM.fullmatch(path)
    day = changed.get(int(found[1])) if found else None
    told = f"<lastmod>{day}</lastmod>" if day else ""
    return f"<url><loc>{site.address}{quote(path)}</loc>{told}</url>\n"


def _document(root: str, rows: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} {_SITEMAP}>\n{rows}</{root}>\n'.encode()


def address_code(address: str) -> bytes:
    """Return the QR code of *address* as SVG, dark on white with its quiet zone."""
    import segno  # a site without an address has none

    out = io.BytesIO()
    code = segno.make(address.encode("ascii"), mode="byte", error="m", micro=False)
    code.save(out, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=4, dark="#000", light="#fff")
    return out.getvalue()
