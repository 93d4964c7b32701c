"""Taking in posts: posts a second, and the most memory, over an archive of X of so many posts.

    .venv/bin/python bench/collecting.py [posts [folder]]

The archive is made up: 1,000,000 posts by default, a third of them reposts by hand, in Chinese. It is taken in, taken
in again (nothing is new), and the index is made anew.
"""

import json
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tamizdat.archive import Archive
from tamizdat.archive.intake import take_in
from tamizdat.keys import SigningKey
from tamizdat.posts.export import open_export
from tamizdat.posts.formats import recognise
from tamizdat.posts.report import Intake

POSTS = 1_000_000
WORDS = "地震名单学校孩子名字遇难学生官方没有公布我们自己一个今天警察父母作业本第三排靠窗下雨等"


def write_archive(folder: Path, count: int) -> None:
    """An archive of X with *count* posts, written without holding them."""
    data = folder / "data"
    data.mkdir(parents=True)
    account = [{"account": {"accountId": "12", "username": "lin", "accountDisplayName": "林"}}]
    (data / "account.js").write_text(f"window.YTD.account.part0 = {json.dumps(account)}", encoding="utf-8")
    with (data / "tweets.js").open("w", encoding="utf-8") as file:
        file.write("window.YTD.tweets.part0 = [")
        for number in range(count):
            file.write(",\n" if number else "\n")
            json.dump({"tweet": _tweet(number)}, file, ensure_ascii=False, indent=2)
        file.write("]")


def _tweet(number: int) -> dict[str, object]:
    words = "".join(WORDS[(number * step + step) % len(WORDS)] for step in (1, 3, 7, 11, 13, 17, 19))
    chain = f" //@wang{number % 97}：{words[:9]} RT @li: {words[3:]}" if number % 3 == 0 else ""
    moment = datetime(2010, 1, 1, tzinfo=UTC) + timedelta(minutes=number * 7)
    return {
        "edit_info": {"initial": {"editTweetIds": [str(10**9 + number)], "isEditEligible": True}},
        "id": str(10**9 + number),
        "id_str": str(10**9 + number),
        "created_at": moment.strftime("%a %b %d %H:%M:%S +0000 %Y"),
        "full_text": f"{words}，第 {number} 天。{chain}",
        "lang": "zh",
        "favorite_count": "0",
        "retweet_count": "0",
        "entities": {"hashtags": [], "urls": [], "user_mentions": [], "symbols": []},
        "source": '<a href="https://example.org" rel="nofollow">Web</a>',
        "truncated": False,
        "display_text_range": ["0", str(len(words))],
    }


def timed(what: str, work: Callable[[], object], count: int) -> None:
    start = time.perf_counter()
    work()
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {what:<34} {seconds:8.1f} s  {count / seconds:10,.0f} posts/s  {peak:6,.0f} MB at most so far")


def main() -> None:
    count = int(sys.argv[1]) if sys.argv[1:] else POSTS
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if sys.argv[2:] else None) as folder:
        scratch = Path(folder)
        write_archive(scratch / "export", count)
        size = (scratch / "export/data/tweets.js").stat().st_size
        print(f"{count:,} posts, {size / 1e6:,.0f} MB")
        desk = SigningKey.generate()
        with Archive.create(scratch / "archive", "example.org/ledger") as archive:

            def once() -> None:
                report = Intake()
                export = open_export(scratch / "export", report)
                take_in(archive, desk, export, recognise(export), datetime.now(UTC), report)
                assert report.found == count, report

            timed("taken in", once, count)
            timed("taken in again: nothing new", once, count)
            timed("index made anew", archive.index.make_anew, count)
        shutil.rmtree(scratch / "archive")


if __name__ == "__main__":
    main()
