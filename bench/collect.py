"""Taking in posts: posts a second, the most memory, room on disk, over an archive of X of so many posts.

    python bench/collect.py [posts [folder]]

The archive is made up (sample_posts.py): 1,000,000 posts by default, 1.1 GB. It is taken in; taken in again (nothing
is new); then a later export, in which a hundredth of the posts is edited and a hundredth is new; then the index is made
anew. Beside it, on the same file: the loop that a competent person writes (``json.load``, ``executemany`` into SQLite),
sqlite-utils, as twitter-to-sqlite uses it, and ``sha256sum``. None of them signs, keeps the bytes, or tells an edit.
Each part is a process of its own.
"""

import json
import sqlite3
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from sample_posts import write_archive
from timing import Run, again, peer, run, size_of

POSTS = 1_000_000
SHARE = 100  #: of the later export, one in so many is edited, and one in so many is new
DAY = 86_400


def take(folder: Path, export: Path, later: bool) -> None:
    from tamizdat.archive import Archive
    from tamizdat.archive.ingest.ingest import ingest
    from tamizdat.keys import SigningKey
    from tamizdat.posts.export import open_export
    from tamizdat.posts.formats import recognise
    from tamizdat.posts.report import IngestReport

    desk = SigningKey.from_seed(bytes(32))
    archive = Archive.open(folder) if folder.exists() else Archive.create(folder, "example.org/ledger")
    with archive:
        report, source = IngestReport(), open_export(export, IngestReport())
        now = datetime.fromtimestamp(1_780_000_000 + later * DAY, UTC)
        ingest(archive, desk, source, recognise(source), now, report)
        print(f"    {report.found:,} found, {report.new:,} new, {report.edited:,} edited, {report.already:,} known")


def make_anew(folder: Path) -> None:
    from tamizdat.archive import Archive

    with Archive.open(folder) as archive:
        archive.index.make_anew()


def read_all(file: Path) -> list[dict[str, object]]:
    data = file.read_text(encoding="utf-8")
    return [each["tweet"] for each in json.loads(data[data.index("[") :])]


def plain_loop(file: Path, database: Path) -> None:
    """What a competent person writes in ten lines."""
    rows = (
        (each["id_str"], each["created_at"], each["full_text"], each["lang"], json.dumps(each["entities"]))
        for each in read_all(file)
    )
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE tweets (id TEXT PRIMARY KEY, created_at, full_text, lang, entities)")
        connection.executemany("INSERT OR REPLACE INTO tweets VALUES (?, ?, ?, ?, ?)", rows)
        connection.execute("CREATE INDEX by_time ON tweets (created_at)")
    connection.close()


def with_sqlite_utils(file: Path, database: Path) -> None:
    """As twitter-to-sqlite imports an archive: every member a column, upserted by the tweet's number."""
    from importlib import import_module

    utils = import_module("sqlite_utils")
    utils.Database(database)["archive_tweet"].upsert_all(read_all(file), pk="id_str", alter=True)


def part(name: str, arguments: list[str]) -> None:
    """What a process of its own does."""
    paths = [Path(each) for each in arguments]
    match name:
        case "take":
            take(paths[0], paths[1], later=arguments[2] == "later")
        case "anew":
            make_anew(paths[0])
        case "loop":
            plain_loop(paths[0], paths[1])
        case "utils":
            with_sqlite_utils(paths[0], paths[1])


def measure(count: int, scratch: Path) -> None:
    tweets = write_archive(scratch / "export", range(count))
    edited, new = frozenset(range(0, count, SHARE)), count // SHARE
    write_archive(scratch / "later", range(count + new), edited)
    archive = scratch / "archive"
    print(
        f"{count:,} posts, {size_of(tweets) / 1e6:,.0f} MB; × is time, then CPU time, beside the first line's",
        flush=True,
    )
    ours = again(__file__, "take", archive, scratch / "export", "first")
    print(ours.row("tamizdat: taken in", count), flush=True)
    room = {each: size_of(archive / each) for each in ("objects", "entries.log", "index.sqlite")}
    show("tamizdat: again, nothing is new", again(__file__, "take", archive, scratch / "export", "first"), count, ours)
    what = f"tamizdat: a later export, {len(edited) + new:,} changed"
    show(what, again(__file__, "take", archive, scratch / "later", "later"), count + new, ours)
    show("tamizdat: the index made anew", again(__file__, "anew", archive, "all"), count + len(edited) + new, ours)
    show("json.load and executemany", again(__file__, "loop", tweets, scratch / "loop.db"), count, ours)
    room["the loop's database"] = size_of(scratch / "loop.db")
    if programs := peer("sqlite-utils", "sqlite_utils"):
        show("sqlite-utils", run([programs / "python", __file__, "utils", tweets, scratch / "utils.db"]), count, ours)
        room["sqlite-utils' database"] = size_of(scratch / "utils.db")
    show("sha256sum of the file", run(["sha256sum", tweets]), count, ours)
    print("  on disk: " + ", ".join(f"{name} {size / 1e6:,.0f} MB" for name, size in room.items()))


def show(what: str, taken: Run, count: int, ours: Run) -> None:
    print(taken.row(what, count, ours), flush=True)


def main() -> None:
    if len(sys.argv) > 3:
        part(sys.argv[1], sys.argv[2:])
        return
    count = int(sys.argv[1]) if sys.argv[1:] else POSTS
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if sys.argv[2:] else None) as folder:
        measure(count, Path(folder))


if __name__ == "__main__":
    main()
