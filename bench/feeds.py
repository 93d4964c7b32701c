"""Reading a feed that breaks the rules: entries a second, the best of three rounds.

    python bench/feeds.py [entries]

The feed is made up: 10,000 entries by default, of HTML in CDATA and escaped, with links and pictures, white
space before the declaration, and in every twentieth entry one of HTML's names, a control character, a bare ``&``, an
element that nothing closes, or a date in words. It is read as collecting reads it, from planning to the last post, each
from its own bytes; and a sound feed of as many entries, written by the same hand with nothing of that in it.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from tamizdat.posts.export import open_export
from tamizdat.posts.formats import feeds
from tamizdat.posts.report import IngestReport

ENTRIES = 10_000
ROUNDS = 3
WRONG = ("gate&nbsp;two", "bell \x1f rings", "names & numbers", "<p>one<br>two", "&rsquo;")
ITEM = """<item><title>第 {n} 天</title><link>https://a.example/{n}</link><guid isPermaLink="false">a-{n}</guid>
<dc:creator>林</dc:creator><category>校舍</category><pubDate>{when}</pubDate>
<description>{short}</description>
<content:encoded><![CDATA[<p>校舍塌了 {n}, see <a href="/list/{n}">the list</a>.</p>
<p><img src="/img/{n}.jpg" alt="a wall {n}"> 五年了</p>]]></content:encoded></item>
"""


def written(count: int, dirty: bool) -> bytes:
    start = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>日记</title>'
        "<link>https://a.example/</link>\n"
    )
    items = [
        ITEM.format(
            n=n,
            when="lun, 12 mag 2008 14:28:00 +0800" if dirty and n % 20 == 7 else "Mon, 12 May 2008 14:28:00 +0800",
            short=WRONG[n // 20 % len(WRONG)] if dirty and n % 20 == 0 else "short &lt;b&gt;words&lt;/b&gt;",
        )
        for n in range(count)
    ]
    return ("\n" * dirty + start + "".join(items) + "</channel></rss>").encode()


def read(path: Path) -> tuple[int, float, float, str]:
    """Plans and reads; returns the posts, the seconds, the CPU seconds, and what was told."""
    report, begun, cpu = IngestReport(), perf_counter(), process_time()
    export = open_export(path, report)
    plan = feeds.plan(export, report)
    posts = sum(1 for _ in feeds.read(plan, export.open, report))
    told = "; ".join(each.detail for each in report.problems) or "nothing"
    return posts, perf_counter() - begun, process_time() - cpu, told


def main() -> None:
    count = int(sys.argv[1]) if sys.argv[1:] else ENTRIES
    with TemporaryDirectory() as folder:
        for what, dirty in (("a dirty feed", True), ("a sound feed", False)):
            path = Path(folder) / f"{dirty}.xml"
            path.write_bytes(written(count, dirty))
            rounds = [read(path) for _ in range(ROUNDS)]
            wall, cpu = min(each[1] for each in rounds), min(each[2] for each in rounds)
            size = path.stat().st_size / 1e6
            print(f"{what:<18} {size:5.1f} MB  {rounds[0][0]:,} posts  {wall:6.2f} s  {cpu:6.2f} CPU s", end="  ")
            print(f"{count / wall:8,.0f} a second, {count / cpu:8,.0f} a CPU second; told: {rounds[0][3]}", flush=True)


if __name__ == "__main__":
    main()
