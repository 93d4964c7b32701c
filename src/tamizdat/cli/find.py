"""Search posts, translations, clips and people.

All words must occur. Chinese is found inside sentences, simplified and traditional characters alike; of an alphabet,
words that begin so, with or without accents; what stands in quotation marks must stand together: '"the school"'. A
post is also found by words that stood in an earlier version, and it says so.

Without words it lists what fits the options, the newest first. Days are those of the author's own clock.
"""

from argparse import Namespace
from collections.abc import Sequence
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.search.documents import KINDS, RELEASES, STATES
from tamizdat.archive.search.search import MOST, Hit
from tamizdat.carrying.arrived import arrived
from tamizdat.cli.console import Out
from tamizdat.cli.formatting import WIDTH, printable
from tamizdat.cli.open_home import open_archive
from tamizdat.cli.parser import Parser
from tamizdat.encoding import Json
from tamizdat.text.excerpt import columns, shorten

LONG: Final = 20_000  #: statements to take in first that a person should know of
MARGIN: Final = "    "


def add(parser: Parser) -> None:
    """Add the arguments of ``find``."""
    parser.add_argument("words", metavar="WORDS", nargs="*", help="what to look for")
    parser.add_argument("--person", metavar="WHO", help="written by: a handle (@lin), a name or the beginning of one")
    parser.add_argument("--since", metavar="DAY", help="published on this day or later: 2013-05-12, 2013-05 or 2013")
    parser.add_argument("--until", metavar="DAY", help="published on this day or earlier")
    parser.add_argument("--language", metavar="TAG", help="in this language: zh finds zh-Hans too")
    states = [*STATES, *RELEASES]
    parser.add_argument(
        "--state", choices=states, metavar="STATE", action="append", help=f"{', '.join(states)}; may be repeated"
    )
    parser.add_argument("--kind", choices=KINDS, metavar="KIND", help=f"only one kind: {', '.join(KINDS)}")
    parser.add_argument("--limit", metavar="N", type=int, default=20, help=f"how many to show, up to {MOST:,}")


def run(args: Namespace, out: Out) -> int:
    """Find, and print."""
    with open_archive(args) as archive:
        behind = archive.search.behind()
        if behind > LONG:
            out.warn(
                f"{behind:,} statements are read into search.sqlite first; the next search will not wait for that."
            )
        found = archive.search.find(
            " ".join(args.words),
            kind=args.kind,
            person=args.person,
            since=args.since,
            until=args.until,
            language=args.language,
            state=args.state,
            limit=args.limit,
        )
        cards = _cards(archive, found.hits)
    for hit in found.hits:
        card = cards.get(hit.number, "") if hit.kind == "item" else ""
        out.show("\n".join(_lines(hit, card)))
        out.record({**_record(hit), "card": card})
    out.show(_total(found.total, len(found.hits)))
    out.record({"found": found.total, "shown": len(found.hits)})
    return 0


def _total(total: int, shown: int) -> str:
    if not total:
        return "Nothing was found."
    return f"{total:,} found." if shown == total else f"{total:,} found, the first {shown:,} shown (--limit)."


def _cards(archive: Archive, hits: Sequence[Hit]) -> dict[int, str]:
    """Return the name of the card on which each file that was found came: two cards have files of one name."""
    items = [each for hit in hits if hit.kind == "item" and (each := archive.index.item(hit.number))]
    names = {each.id: each.name for each in arrived(archive)} if items else {}
    return {each.number: names.get(each.consignment, "") for each in items}


def _lines(hit: Hit, card: str) -> list[str]:
    """Return two lines: what it is, and the words around the first place."""
    who = hit.name if hit.kind == "person" else (f"@{hit.handle}" if hit.handle else hit.name)
    parts = [f"{hit.kind} {hit.number}", card, (hit.published or "")[:10], who, hit.language, hit.state, hit.release]
    about = "  ".join(part for part in parts if part) + ("  (an earlier version)" if hit.earlier else "")
    words = printable(hit.marked("[", "]")) or "(no words)"
    return [shorten(printable(about), WIDTH), MARGIN + shorten(words, WIDTH - columns(MARGIN))]


def _record(hit: Hit) -> dict[str, Json]:
    return {
        "kind": hit.kind,
        "number": hit.number,
        "post": hit.post,
        "snippet": hit.snippet,
        "marks": [list(mark) for mark in hit.marks],
        "earlier": hit.earlier,
        "handle": hit.handle,
        "name": hit.name,
        "published": hit.published,
        "language": hit.language,
        "state": hit.state,
        "release": hit.release,
    }
