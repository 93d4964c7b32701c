"""Finding among so many posts: how long questions take, how long the file takes to make, beside SQLite as it comes.

    .venv/bin/python bench/find.py [posts [folder]]

An archive of X is made up (200,000 posts by default: Chinese with the frequencies of a language, half of the posts
with 遇难学生 in a sentence, some words in Latin, Tibetan and Arabic letters), taken in, and asked. Each time is the
median of nine questions, with counting and twenty snippets. The peers are FTS5 tables of the same texts with SQLite's
default tokenizer and with trigrams: count, and the twenty newest with snippets. The first column is the truth, by
Python's ``in``; a ratio (theirs to ours) stands where a peer finds at least as many as are there.
"""

import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from tamizdat.archive import Archive
from tamizdat.archive.ingest.ingest import ingest
from tamizdat.encoding import Json, canonical
from tamizdat.keys import SigningKey
from tamizdat.posts.export import open_export
from tamizdat.posts.formats import recognise
from tamizdat.posts.report import IngestReport

POSTS = 200_000
TIMES = 9
HAN = [chr(0x4E00 + number) for number in range(3000)]
LATIN = ["school", "children", "names", "earthquake", "list", "police", "court", "lawyer", "trial", "prison", "water"]
OTHERS = ["བོད་པའི་ཕ་ཡུལ།", "རང་དབང་", "السجن والحرية", "школа Майдан", "Ürümqi"]
WEIGHTS = [1 / (number + 3) for number in range(len(HAN))]


def text(number: int, dice: random.Random) -> str:
    """A post: some words of many, in every second one the four characters."""
    words = "".join(dice.choices(HAN, WEIGHTS, k=dice.randint(15, 90)))
    if number % 2:
        words = f"{words[:9]}遇难学生{words[9:]}"
    if number % 50 == 0:
        words += "，四川地震"
    return f"{words} {' '.join(dice.choices(LATIN, k=dice.randint(0, 6)))} {OTHERS[number % len(OTHERS)]}".strip()


def write_archive(folder: Path, texts: list[str]) -> None:
    """An archive of X with these posts, an hour apart."""
    (folder / "data").mkdir(parents=True)
    account: Json = [{"account": {"accountId": "12", "username": "lin", "accountDisplayName": "林"}}]
    (folder / "data/account.js").write_bytes(b"window.YTD.account.part0 = " + canonical(account))
    with (folder / "data/tweets.js").open("wb") as file:
        file.write(b"window.YTD.tweets.part0 = [")
        for number, words in enumerate(texts):
            when = (datetime(2008, 5, 12, tzinfo=UTC) + timedelta(hours=number)).strftime("%a %b %d %H:%M:%S +0000 %Y")
            tweet: Json = {"id_str": str(10**9 + number), "created_at": when, "full_text": words, "lang": "zh"}
            file.write((b",\n" if number else b"\n") + canonical({"tweet": tweet}))
        file.write(b"]")


def median(work: Callable[[], object]) -> float:
    """Milliseconds."""
    times = []
    for _ in range(TIMES):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def peer(path: Path, tokenizer: str, texts: list[str]) -> tuple[sqlite3.Connection, float]:
    """An FTS5 table as it comes, and the seconds of a processor it took."""
    start = time.process_time()
    database = sqlite3.connect(path)
    database.execute(f"CREATE VIRTUAL TABLE posts USING fts5(words, tokenize='{tokenizer}')")
    database.executemany("INSERT INTO posts (rowid, words) VALUES (?, ?)", enumerate(texts))
    database.commit()
    return database, time.process_time() - start


def ask_peer(database: sqlite3.Connection, words: str) -> int:
    """How many, and the newest twenty with their snippets."""
    phrase = " AND ".join(f'"{word}"' for word in words.split())
    total = database.execute("SELECT count(*) FROM posts WHERE posts MATCH ?", (phrase,)).fetchone()[0]
    newest = "SELECT snippet(posts, 0, '[', ']', '…', 20) FROM posts WHERE posts MATCH ? ORDER BY rowid DESC LIMIT 20"
    database.execute(newest, (phrase,)).fetchall()
    return int(total)


def compare(archive: Archive, peers: list[sqlite3.Connection], texts: list[str]) -> None:
    """The table of questions that all three can be asked."""
    print(f"  {'query':<32} {'posts':>8} {'found':>8} {'ms':>7}   default: found, ratio   trigram: found, ratio")
    for words in ("遇难学生", "地震", "学", "一", "遇难学生 school", "遇难学生 地震", "prison", "ཕ་ཡུལ", "遇难学"):
        truth = sum(all(word in each for word in words.split()) for each in texts)
        found = archive.search.find(words).total
        ours = median(partial(archive.search.find, words))
        told = f"  {words:<28} {truth:>8,} {found:>8,} {ours:>7.1f}"
        for database in peers:
            count, theirs = ask_peer(database, words), median(partial(ask_peer, database, words))
            told += f"   {count:>10,} {f'{theirs / ours:.2f}' if count >= truth else '–':>8}"
        print(told)


def filtered(archive: Archive) -> None:
    """Questions that only we can be asked."""
    find = archive.search.find
    for label, ask in {
        "遇難學生, in traditional": partial(find, "遇難學生"),
        "…, in Chinese, not gone": partial(find, "遇难学生", language="zh", state=["present", "restricted"]),
        "…, in two years": partial(find, "遇难学生", since="2012", until="2013"),
        "…, by @lin": partial(find, "遇难学生", person="@lin"),
        "…, page 50": partial(find, "遇难学生", offset=980),
        "s, a prefix": partial(find, "s"),
        "sch, a prefix": partial(find, "sch"),
        "everything of one day": partial(find, since="2013-05-12", until="2013-05-12"),
        "everything": partial(find),
    }.items():
        print(f"  {label:<37} {ask().total:>8,} {median(ask):>7.1f}")


def main() -> None:
    count = int(sys.argv[1]) if sys.argv[1:] else POSTS
    dice = random.Random(20080512)
    texts = [text(number, dice) for number in range(count)]
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if sys.argv[2:] else None) as folder:
        scratch = Path(folder)
        write_archive(scratch / "export", texts)
        with Archive.create(scratch / "archive", "example.org/ledger") as archive:
            report = IngestReport()
            export = open_export(scratch / "export", report)
            ingest(archive, SigningKey.generate(), export, recognise(export), datetime.now(UTC), report)
            assert report.new == count, report
            assert archive.index.posts.count() == count
            begun, start = time.perf_counter(), time.process_time()
            archive.search.catch_up()
            ours, wall = time.process_time() - start, time.perf_counter() - begun
            peers = [peer(scratch / f"{each}.sqlite", each, texts) for each in ("unicode61", "trigram")]
            size = sum(each.stat().st_size for each in (scratch / "archive").glob("search.sqlite*")) / 1e6
            print(f"{count:,} posts; search.sqlite made in {wall:.1f} s, {ours:.1f} s of a processor; {size:,.0f} MB")
            for name, (_, theirs) in zip(("default", "trigram"), peers, strict=True):
                print(f"  beside: {name} {theirs:.1f} s of a processor, {theirs / ours:.2f} of ours")
            compare(archive, [each for each, _ in peers], texts)
            filtered(archive)


if __name__ == "__main__":
    main()
