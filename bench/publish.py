"""Publishing 10,000 bilingual posts with their proofs, beside tools that make sites without any.

    python bench/publish.py [posts [folder]]
    python bench/publish.py memory 2000 10000 129000      (memory alone, and by how much it grows with each post)

The posts are made up (sample_posts.py): Chinese, each released, translated into English, reviewed and approved. They
are published; then again, when nothing is new; then after one translation was improved; then after one post more was
collected, released and translated. Each of these is told as a ratio to the first. Beside it, on the same words:
Hugo and Pelican (a page for each post in each language, days, tags, a feed), and Pagefind's search over our pages. None
of these signs or proves anything; Hugo and Pelican have no search, so ours is to be held against one of them and
Pagefind together. Each part is a process of its own; others' tools come into ``build/peers`` when they are missing.
A second run over the first one's deleted files may take a fifth longer: :mod:`timing` says why.
"""

import json
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from peers import Words, write_hugo, write_pelican
from publish_ours import ORIGIN
from timing import Room, Run, again, peer, room_of, run

POSTS = 10_000
OURS = str(Path(__file__).with_name("publish_ours.py"))
DAY = "2026-11-25"
SENTENCES = (
    "Today we went to three families", "The police were waiting downstairs", "There are 512 names on the list",
    "The authorities have not published a single one", "So we count ourselves", "we write them down",
    "we read them out", "The school fell down", "the building beside it still stands", "The letter came back",
    "No answer", "My phone was taken for two hours", "It rained on the day of the earthquake", "Who verified it",
    "Please publish the list", "It is May again", "Two cars stand in front of the studio", "Tomorrow I go again",
)  # fmt: skip


def english(number: int, part: int, again: bool = False) -> str:
    """The made-up translation of a segment of post *number*."""
    said = SENTENCES[(number * 7 + part * 11) % len(SENTENCES)]
    return f"{said}, I wrote on day {number}.{' Corrected.' if again else ''}"


# -- ours ------------------------------------------------------------------------------------------------------


def prepare(folder: Path, count: int) -> None:
    """An archive with *count* posts, released, translated, reviewed and approved."""
    from tamizdat.archive import Archive

    Archive.create(folder / "archive", ORIGIN).close()
    (folder / "words.json").write_text(json.dumps(add(folder, range(count))), encoding="utf-8")


def add(folder: Path, numbers: range) -> list[Words]:
    """Takes posts in, releases and translates them; returns their words."""
    from sample_posts import write_archive  # makes 8,000 days, and the command that is measured needs none

    from tamizdat.archive import Archive
    from tamizdat.archive.acts.releases import state_releases
    from tamizdat.archive.ingest.ingest import ingest
    from tamizdat.keys import SigningKey
    from tamizdat.posts.export import open_export
    from tamizdat.posts.formats import recognise
    from tamizdat.posts.report import IngestReport
    from tamizdat.statements.catalogued import CataloguedPost

    where = folder / f"export-{numbers.start}"
    write_archive(where, numbers)
    desk = SigningKey.from_seed(bytes(32))
    with Archive.open(folder / "archive") as archive:
        before = {version.post for version in archive.index.posts.latest()}
        report, export = IngestReport(), open_export(where, IngestReport())
        seen = datetime(2026, 11, 2 if before else 1, tzinfo=UTC)
        ingest(archive, desk, export, recognise(export), seen, report)
        posts = [version.post for version in archive.index.posts.latest() if version.post not in before]
        assert len(posts) == len(numbers)
        state_releases(archive, desk, [CataloguedPost(post, release="public", tags=("list",)) for post in posts])
        return _translate(folder, numbers, again=False)


def _translate(folder: Path, numbers: range, again: bool) -> list[Words]:
    """Proposes, reviews and approves: what ``translation.work`` states one by one, with one flush for many."""
    from sample_posts import CALENDAR, FIRST

    from tamizdat.archive import Archive
    from tamizdat.archive.acts.state import sign_all
    from tamizdat.encoding import Json, sha256_hex
    from tamizdat.keys import SigningKey
    from tamizdat.ledger.statement import Statement, Subject
    from tamizdat.translation.proposals import tag
    from tamizdat.translation.segments import joined, segments

    desk, one, other = SigningKey.from_seed(bytes(32)), b"\1" * 32, b"\2" * 32
    with Archive.open(folder / "archive") as archive:
        latest = {version.post: version for version in archive.index.posts.latest()}
        leaves = archive.commitments()
        proposals, words = list[Statement](), list[Words]()
        for number in numbers:
            version = latest[f"https://x.com/i/status/{FIRST + number * 4_096}"]
            found, tail = segments(version.text, version.language)
            targets = [english(number, part, again) for part in range(len(found))]
            before = archive.index.translations.latest(version.post, "en") if again else None
            predicate: dict[str, Json] = {
                "post": version.post,
                "source": {"index": version.number, "commitment": leaves[version.number].hex()},
                "text": sha256_hex(version.text.encode()),
                "language": "en",
                "segments": [{"source": each.source, "target": to} for each, to in zip(found, targets, strict=True)],
                "target": joined(found, tail, targets, "en"),
                "notes": [],
                "by": tag(one, version.post, "en"),
                "day": DAY,
                "after": {"index": before.number, "commitment": leaves[before.number].hex()} if before else None,
            }
            subject = Subject("translation", sha256_hex(str(predicate["target"]).encode()))
            proposals.append(Statement("translated", (subject,), predicate))
            words.append(
                Words(
                    number,
                    f"{CALENDAR[number // 250 % len(CALENDAR)]:%Y-%m-%d}",
                    version.text,
                    str(predicate["target"]),
                )
            )
        indexes = archive.append(sign_all(proposals, desk))
        for verdict in ("reviewed", "approved"):
            leaves = archive.commitments()
            reviews = [
                Statement(
                    "reviewed",
                    said.subjects,
                    {
                        "post": said.predicate["post"],
                        "language": "en",
                        "translated": {"index": index, "commitment": leaves[index].hex()},
                        "verdict": verdict,
                        "by": tag(other, str(said.predicate["post"]), "en"),
                        "day": DAY,
                    },
                )
                for index, said in zip(indexes, proposals, strict=True)
            ]
            archive.append(sign_all(reviews, desk))
        assert len(archive.index.translations.approved(str(proposals[0].predicate["post"]))) == 1
    return words


# -- the comparison --------------------------------------------------------------------------------------------


def measure(count: int, scratch: Path) -> None:
    print(f"{count:,} posts in two languages; × is time, then CPU time, beside tamizdat's full build", flush=True)
    print(again(__file__, "prepare", scratch, str(count)).row("(made ready: taken in, translated)", count), flush=True)
    ours = again(OURS, scratch, DAY)
    print(ours.row("tamizdat: everything", count), flush=True)
    site = scratch / "site"
    _pages(site, count)
    room = {"tamizdat": room_of(site)}
    none = again(OURS, scratch, DAY)
    show("tamizdat: again, nothing is new", none, count, ours)
    again(__file__, "correct", scratch, str(count // 2))
    word = again(OURS, scratch, "2026-11-26")
    show("tamizdat: one translation improved", word, count, ours)
    again(__file__, "add", scratch, str(count))
    post = again(OURS, scratch, "2026-11-27")
    show("tamizdat: one new post", post, count, ours)
    for what, aim, taken in (
        ("nothing new", 0.01, none),
        ("one changed word", 0.02, word),
        ("one new post", 0.02, post),
    ):
        cpu, seconds = taken.cpu / ours.cpu, taken.seconds / ours.seconds
        print(f"  {what}: {cpu:.3f} of the CPU time of everything, {seconds:.3f} of its time (aim {aim})", flush=True)
    beside(count, scratch, ours, room)
    print("  room: files, for each post, bytes, whole blocks; × is files, bytes, blocks, beside Hugo")
    for name, each in room.items():
        print(each.row(name, count, room.get("Hugo", room["tamizdat"])))


def measure_memory(counts: list[int], scratch: Path) -> None:
    """What everything, nothing new and one improved translation hold at most, and how much each further post adds."""
    print("the most memory of one process, a post: between this number of posts and the one before", flush=True)
    before: dict[str, tuple[int, float]] = {}
    for count in counts:
        folder = scratch / str(count)
        folder.mkdir()
        again(__file__, "prepare", folder, str(count))
        for what, day in (("everything", DAY), ("nothing new", DAY), ("one translation improved", "2026-11-26")):
            if day != DAY:
                again(__file__, "correct", folder, str(count // 2))
            taken = again(OURS, folder, day)
            fewer, least = before.get(what, (count, taken.megabytes))
            growth = f" {1e3 * (taken.megabytes - least) / (count - fewer):6.2f} kB a post" if count > fewer else ""
            print(taken.row(f"{count:,} posts, {what}", count) + growth, flush=True)
            before[what] = count, taken.megabytes


def beside(count: int, scratch: Path, ours: Run, room: dict[str, Room]) -> None:
    """Hugo, Pelican, Pagefind."""
    words = [Words(*each) for each in json.loads((scratch / "words.json").read_text(encoding="utf-8"))]
    if programs := peer("hugo"):
        where, out = scratch / "hugo", scratch / "hugo/public"
        write_hugo(where, words)
        show("Hugo", run([programs / "hugo", "--quiet", "--source", where, "--destination", out]), count, ours)
        _pages(out, count)
        room["Hugo"] = room_of(out)
    if programs := peer("pelican[markdown]", "pelican"):
        where, out = scratch / "pelican", scratch / "pelican/output"
        write_pelican(where, words)
        settings = ["--settings", where / "pelicanconf.py", "--output", out, "--quiet"]
        show("Pelican", run([programs / "pelican", where / "content", *settings]), count, ours)
        _pages(out, count)
        room["Pelican"] = room_of(out)
    if programs := peer("pagefind[extended]", "pagefind"):
        out = scratch / "pagefind"
        index = ["--site", scratch / "site", "--output-path", out, "--quiet"]
        show("Pagefind, over our pages", run([programs / "python", "-m", "pagefind", *index]), count, ours)
        room["Pagefind"] = room_of(out)


def _pages(out: Path, count: int) -> None:
    """Sees that all pages are there; no tool may be fast because it left some out."""
    pages = sum(1 for _ in out.rglob("*.html"))
    assert pages > 2 * count, f"{out.name}: {pages:,} pages of {count:,} posts in two languages"


def show(what: str, taken: Run, count: int, ours: Run) -> None:
    print(taken.row(what, count, ours), flush=True)


def part(name: str, folder: Path, argument: str) -> None:
    """What a process of its own does."""
    match name:
        case "prepare":
            prepare(folder, int(argument))
        case "correct":
            _translate(folder, range(int(argument), int(argument) + 1), again=True)
        case "add":
            add(folder, range(int(argument), int(argument) + 1))


def main() -> None:
    if sys.argv[1:2] == ["memory"]:
        with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:  # a site of 129,000 posts does not go into memory
            measure_memory([*map(int, sys.argv[2:])], Path(folder))
        return
    if len(sys.argv) > 3:
        part(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
        return
    count = int(sys.argv[1]) if sys.argv[1:] else POSTS
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if sys.argv[2:] else None) as folder:
        measure(count, Path(folder))


if __name__ == "__main__":
    main()
