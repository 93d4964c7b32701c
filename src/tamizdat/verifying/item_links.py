"""The links of one item, which stand on those of the site (:mod:`.site_links`).

::

    item N               its statement: signed by a desk key in its range, in the ledger, in the edition
       ├── page          one item by itself: what its reader sees is what the edition lists (:mod:`.item_page`)
       ├── media         the bytes of its pictures and clips
       ├── source        of footage: what it was made from; of a person: who vouches for the entry
       ├── record        of a person: what the subject's digest is about
       └── of a post, :mod:`.post_links` goes on from here, of a story :mod:`.story_links`

A failure goes into the report, so nothing here raises.
"""

from collections.abc import Sequence

from tamizdat.encoding import sha256_hex
from tamizdat.errors import BadStatement, CheckFailed
from tamizdat.statements.derived import Footage, Item, Person, Post, PublishedStory, record_digest
from tamizdat.statements.derived import read as read_item
from tamizdat.verifying import first_format
from tamizdat.verifying.cover_links import judge_cover
from tamizdat.verifying.evidence import Evidence, needed
from tamizdat.verifying.item_file import FILE, ItemFile
from tamizdat.verifying.item_page import judge_page
from tamizdat.verifying.post_links import PostLinks
from tamizdat.verifying.reading_links import judge_reads
from tamizdat.verifying.report import Verdict
from tamizdat.verifying.story_links import judge_story
from tamizdat.verifying.track_links import judge_tracks


def judge(evidence: Evidence, number: int | None, inside: str, pages: Sequence[str], asked: str | None = None) -> None:
    """Judge item *number*, whose files lie in the folder *inside* and whose pages are at the paths *pages*.

    *number* is None if nothing tells it; *asked* is the one file beside the statement that the reader asks about.
    """
    name = f"item {number}" if number is not None else "item"
    item, file = _statement(evidence, name, number, inside)
    if evidence.is_first_format(inside):
        made = first_format.made_of_item(evidence.folder, inside)
    else:
        made = {inside + FILE: bool(file and (item is None or file.is_exact(item)))}
    if not evidence.whole:
        judge_page(evidence, name, number, inside, made)
    if not isinstance(item, Person | PublishedStory):
        _media(evidence, name, item, inside, asked)
    if isinstance(item, Post):
        assert file is not None, "it was read from there"
        PostLinks(evidence, item, file, name).judge(pages)
    elif isinstance(item, Person):
        _person(evidence, name, item)
    elif isinstance(item, PublishedStory):
        judge_story(evidence, name, item, pages)
    else:
        _footage(evidence, name, item)
    judge_tracks(evidence, name, item)
    judge_reads(evidence, name, item)
    judge_cover(evidence, name, item)
    if evidence.whole and evidence.items is not None and number in evidence.items.digests:
        evidence.made.update(made)


def _statement(evidence: Evidence, name: str, number: int | None, inside: str) -> tuple[Item | None, ItemFile | None]:
    """Return what is said of an item in public, and the file that says it; None for what cannot be read."""
    item, file = None, None
    with evidence.report.link(name, "root", "checkpoint", *(["items"] if evidence.items else [])) as claim:
        file = evidence.item_file(inside)
        item = read_item(file.envelope.statement())
        if item.number != number:
            raise BadStatement(f"Expected the statement of item {number}, found that of item {item.number}.")
        _listed(evidence, item.number, sha256_hex(file.data))
        evidence.disclosed(file.data, file.envelope, file.proof)
        index = file.proof.index
        for each in item.references():
            if each.index >= index:
                raise BadStatement(
                    f"Expected a statement about entries before its own, {index}, found one about entry {each.index}."
                )
        _once(evidence, item)
        said = f"Its statement is signed by the desk and unaltered since it became entry {index}."
        if not evidence.whole and file.proof.checkpoint != evidence.note:
            said += " By an earlier checkpoint: that this ledger continues that one, the whole site shows."
        claim.say(said)
    return item, file


def _listed(evidence: Evidence, number: int, found: str) -> None:
    """Check that the edition lists the statement."""
    if evidence.items is None:
        return
    if (listed := evidence.items.digests.get(number)) is None:
        raise BadStatement(f"Expected an item that the edition lists, found item {number}, which it does not list.")
    if listed != found:
        raise BadStatement(f"Expected the statement with the SHA-256 {listed}, as the edition lists it, found {found}.")


def _once(evidence: Evidence, item: Item) -> None:
    """No two items are made from one source, and no two are one post."""
    source = b"%d %b" % (item.source.index, item.source.commitment)
    own: list[bytes | str] = [source, *([item.post] if isinstance(item, Post) else [])]
    for each in own:
        if (other := evidence.sources.setdefault(each, item.number)) != item.number:
            raise BadStatement(f"Expected an item with a source of its own, found the source of item {other}.")


def _media(evidence: Evidence, name: str, item: Item | None, inside: str, asked: str | None) -> None:
    with evidence.report.link(f"{name} media", name) as claim:
        media = needed(None if item is None else item.media, "its statement")
        names = ", ".join(each.name for each in media)
        if asked and asked not in ("index.html", *(each.name for each in media)):
            raise CheckFailed(f"Expected one of the files that the statement names ({names}), found {asked!r}.")
        found = [evidence.folder.difference(inside + each.name, each.sha256) for each in media]
        if wrong := list(filter(None, found)):
            raise evidence.folder.failure(" ".join(wrong), wrong)
        evidence.named_rightly(each.source for each in (item.pictures if isinstance(item, Post) else ()))
        claim.say(f"Byte for byte what the statement names: {names}." if names else "The statement names no files.")


def _footage(evidence: Evidence, name: str, item: Footage | None) -> None:
    with evidence.report.link(f"{name} source", name) as claim:
        originals = [(said := needed(item, "its statement")).source, *(said.rest or ())]
        evidence.named_rightly(originals)
        entries = ", ".join(str(each.index) for each in originals)
        claim.say(f"That it was made from the withheld original, entry {entries}, is the desk's word.", Verdict.VOUCHED)


def _person(evidence: Evidence, name: str, item: Person) -> None:
    with evidence.report.link(f"{name} record", name) as claim:
        if (digest := record_digest(item.told)) != item.record:
            raise BadStatement(f"Expected a record with the SHA-256 {item.record}, found {digest}.")
        claim.say("The entry is the one that the statement's subject names.")
    with evidence.report.link(f"{name} source", name) as claim:
        evidence.named_rightly([item.source])
        claim.say("What the desk lists of this person, and from which sources, is its word.", Verdict.VOUCHED)
