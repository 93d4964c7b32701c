"""Search posts, translations, clips and what is said in them, stories and people.

All words must occur. Chinese is found inside sentences, simplified and traditional characters alike; of an alphabet,
words that begin so, with or without accents; a number however its thousands are written: 5219, 5,219. What stands in
quotation marks must stand together: '"the school"'. A post is also found by words that stood in an earlier version, and
it says so.

A post that was in an export of an account and is not in a later whole one is *absent*: nobody says that it was deleted.

What is *public* is released: it says *published* if the last edition shows it, and otherwise that it waits for one.

Without words it lists what fits the options, the newest first. Days are those of the author's own clock, where the
platform tells it or 'publish clock' set it.
"""

from argparse import Namespace
from collections.abc import Sequence
from typing import Final

from tamizdat.archive import Archive
from tamizdat.archive.released import AWAITED, PUBLISHED, release_of
from tamizdat.archive.search.document import KINDS, RELEASES, STATES
from tamizdat.archive.search.query import terms
from tamizdat.archive.search.search import MOST, Hit
from tamizdat.archive.search.written_and_told import spoken_at
from tamizdat.archive.views.audience import for_whom, written_for_everybody
from tamizdat.archive.views.current_version import own_versions
from tamizdat.carrying.arrived import arrived
from tamizdat.cli.console import Out
from tamizdat.cli.open_home import open_archive
from tamizdat.cli.parser import Parser
from tamizdat.cli.terminal_text import WIDTH, counted, printable
from tamizdat.dataclass import dataclass
from tamizdat.encoding import Json
from tamizdat.text.excerpt import columns, shorten
from tamizdat.transcripts.clock import written as clock

ABSENT: Final = "absent"  #: a post that was in an export and is not in a later whole one of its account
LONG: Final = 20_000  #: statements to take in first that a person should know of
MARGIN: Final = "    "
_RELEASE: Final = {AWAITED: "released, not yet published"}


def add(parser: Parser) -> None:
    """Add the arguments of ``find``."""
    parser.add_argument("words", metavar="WORDS", nargs="*", help="what to look for")
    parser.add_argument("--person", metavar="WHO", help="written by: a handle (@lin), a name or the beginning of one")
    parser.add_argument("--since", metavar="DAY", help="published on this day or later: 2013-05-12, 2013-05 or 2013")
    parser.add_argument("--until", metavar="DAY", help="published on this day or earlier")
    parser.add_argument("--language", metavar="TAG", help="in this language: zh finds zh-Hans too")
    states = [*STATES, ABSENT, *RELEASES]
    parser.add_argument(
        "--state", choices=states, metavar="STATE", action="append", help=f"{', '.join(states)}; may be repeated"
    )
    parser.add_argument("--kind", choices=KINDS, metavar="KIND", help=f"only one kind: {', '.join(KINDS)}")
    parser.add_argument("--limit", metavar="N", type=int, default=20, help=f"how many to show, up to {MOST:,}")


def run(args: Namespace, out: Out) -> int:
    """Find, and print."""
    with open_archive(args, when_needed=True) as archive:
        behind = archive.search.behind()
        if behind > LONG:
            out.warn(
                f"{counted(behind, 'statement')} must be read into search.sqlite first; the next search will not wait."
            )
        total, hits = _absent(archive, args) if ABSENT in (args.state or ()) else _found(archive, args, args.limit)
        cards = _cards(archive, hits)
        spoken = [_at(archive, args, hit) for hit in hits]
        releases = [release_of(archive, hit) for hit in hits]
        facts = {hit.number: PostFacts.of(archive, hit.post) for hit in hits if hit.kind == "post"}
    for hit, at, release in zip(hits, spoken, releases, strict=True):
        card, fact = cards.get(hit.number, "") if hit.kind == "item" else "", facts.get(hit.number, PostFacts())
        out.show("\n".join(_lines(hit, at, card, fact, release)))
        out.record(
            {
                **_record(hit),
                "in_edition": release == PUBLISHED,
                "at": at,
                "card": card,
                "audience": fact.audience,
                "absent": fact.since,
            }
        )
    out.show(_total(total, len(hits)))
    out.record({"found": total, "shown": len(hits)})
    return 0


@dataclass(frozen=True)
class PostFacts:
    """What is told of a post beside its words: for whom it was written, and that an export holds it no more."""

    audience: str = ""
    then: str = ""
    since: str = ""

    @classmethod
    def of(cls, archive: Archive, post: str) -> "PostFacts":
        """Those of one post, by the newest version from where it came first."""
        version = own_versions(archive.index.posts.versions(post))[-1]
        absence = archive.index.sights.absence(post, version.source)
        return cls(version.audience, *((absence.then[:10], absence.since[:10]) if absence else ("", "")))

    def __str__(self) -> str:
        told = []
        if self.audience and not written_for_everybody(self.audience):
            told.append(for_whom(self.audience))
        return f"  ({'; '.join(told)})" if told else ""


def _found(archive: Archive, args: Namespace, limit: int, offset: int = 0) -> tuple[int, Sequence[Hit]]:
    found = archive.search.find(
        " ".join(args.words),
        kind=args.kind,
        person=args.person,
        since=args.since,
        until=args.until,
        language=args.language,
        state=[each for each in args.state or () if each != ABSENT] or None,
        limit=limit,
        offset=offset,
    )
    return found.total, found.hits


def _absent(archive: Archive, args: Namespace) -> tuple[int, Sequence[Hit]]:
    """Find posts that stood in an export of their account and not in a later whole one; nobody says why."""
    absent, kept, offset, total = archive.index.sights.absent_posts(), list[Hit](), 0, 1
    while absent and offset < total:
        total, hits = _found(archive, args, MOST, offset)
        kept += [hit for hit in hits if hit.kind == "post" and hit.post in absent]
        offset += MOST
    return len(kept), kept[: args.limit]


def _total(total: int, shown: int) -> str:
    if not total:
        return "Nothing was found."
    return f"{total:,} found." if shown == total else f"{total:,} found, the first {shown:,} shown (--limit)."


def _cards(archive: Archive, hits: Sequence[Hit]) -> dict[int, str]:
    """Return the name of the card on which each file that was found came: two cards have files of one name."""
    items = [each for hit in hits if hit.kind == "item" and (each := archive.index.item(hit.number))]
    names = {each.id: each.name for each in arrived(archive)} if items else {}
    return {each.number: names.get(each.consignment, "") for each in items}


def _at(archive: Archive, args: Namespace, hit: Hit) -> int | None:
    """Return the millisecond of a clip at which what was found is said; None of all else."""
    translation = hit.number if hit.kind == "translation" else None
    return spoken_at(archive.index, hit.post, translation, terms(" ".join(args.words)))


def _lines(hit: Hit, at: int | None, card: str, fact: PostFacts, release: str) -> list[str]:
    """Return what it is, the words around the first place, and that a later export does not hold it any more."""
    who = hit.name if hit.kind == "person" else (f"@{hit.handle}" if hit.handle else hit.name)
    day, when = (hit.published or "")[:10], "" if at is None else f"at {clock(at)}"
    parts = [f"{hit.kind} {hit.number}", when, card, day, who, hit.language, hit.state, _RELEASE.get(release, release)]
    about = "  ".join(part for part in parts if part) + ("  (an earlier version)" if hit.earlier else "")
    about += str(fact)
    words = " ".join(printable(hit.marked("[", "]")).split()) or "(no words)"
    absent = [f"{MARGIN}in the export of {fact.then}, not in that of {fact.since}"] if fact.since else []
    return [shorten(printable(about), WIDTH), MARGIN + shorten(words, WIDTH - columns(MARGIN)), *absent]


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
