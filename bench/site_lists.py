"""The pages of a site that show everything at once, at 100,000 posts and 100,000 pictures: how large, how long each.

    .venv/bin/python bench/site_lists.py [posts [pictures [people]]]

The content is made up in memory: posts of 40 voices over 12 years, each with an English translation, pictures, and a
list of names by school. For each language of the interface every list is made, and of each kind of page the largest,
its size packed by gzip, and the longest time are told; then the pages that are larger or slower than the aims. The
pages that show everything are then drawn by Chromium from a disk, at the widths of a telephone and of a desk: when the
first words are there, when all is (two frames after it was loaded), and how long the page's thread was at work, which
is true on a machine with other work as well.
"""

import gzip
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.chromium import SHELL, started
from support.sample_site import StatementPlaces, post, reference, site, translation
from tamizdat.encoding import sha256_hex
from tamizdat.ledger.statement import Subject
from tamizdat.publishing.model import Change, Changes, SiteContent, Wall
from tamizdat.publishing.site import overview_pages, pages
from tamizdat.publishing.site.site_index import index_of
from tamizdat.statements.derived import File, Footage, Person, PersonRecord, Voice

LARGEST = 1 << 20  #: bytes of a page
LONGEST = 1.0  #: seconds a page
DRAWN = ("index", "ar/index", "days/index", "names/index", "names/list/index", "names/initials/index", "new/index")
TIMES = 5  #: each is drawn, in a window of its own; the middle one is told
PAINTED = """async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const all = performance.now(), [first] = performance.getEntriesByName("first-contentful-paint");
  return [first ? first.startTime : all, all];
}"""
SECONDS = 5  #: of pages of groups that are tried, at most
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾"
GIVEN = "霞梓明华军丽静敏磊洋艳娜涛强芳杰娟波宇浩然欣怡子轩雨桐"


class Sizes(dict[str, tuple[int, int]]):
    """How large pictures are."""

    def __missing__(self, digest: str) -> tuple[int, int]:
        return (640, 480)


def called(number: int) -> str:
    """A name of two or three characters."""
    given = GIVEN[number * 7 % len(GIVEN)] if number % 3 else ""
    return SURNAMES[number * number % len(SURNAMES)] + GIVEN[number % len(GIVEN)] + given


def content(posts: int, pictures: int, people: int) -> SiteContent:
    """Everything that the site shows."""
    first, step = datetime(2013, 5, 12, 6, tzinfo=UTC), timedelta(days=12 * 365) / max(posts, 1)
    voices = [Voice(f"88{each:04}", f"voice{each}", f"人{each}") for each in range(40)]
    said = tuple(
        post(
            number,
            f"第{number}天，今天去了{number % 7 + 2}户人家，警察在楼下等我们。名单上有{number % 600}人。",
            voice=voices[number * number % 40],
            published=(first + number * step).isoformat(),
            translations=(translation("en", f"On day {number} we went to {number % 7 + 2} families."),),
            tags=("名单",) if number % 9 == 0 else (),
        )
        for number in range(1, posts + 1)
    )
    names = ("picture.jpg", "small.jpg")
    media = tuple(Subject(name, sha256_hex(name.encode())) for name in names)
    files = tuple(File(name, 100_000) for name in names)
    base = 1_000_000
    shot = tuple(
        Footage(
            number=base + each, source=reference(each), kind="picture", how="re-encoded", title=f"Square {each}",
            caption="", alt="People in a square", language="en", files=files, media=media, day="2026-11-23",
        )
        for each in range(pictures)
    )  # fmt: skip
    base = 2_000_000
    listed = tuple(
        Person(
            number=base + each, source=reference(each), kind="person", how="as listed", day="2026-11-25",
            told=PersonRecord(
                name=called(each),
                language="zh-Hans", names={}, age=str(each % 14 + 5), place=f"第{each // 900 + 1}镇",
                school=f"第{each // 90}小学", state="reported", note="", sources=(),
            ),
        )
        for each in range(people)
    )  # fmt: skip
    days = tuple(
        (datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=7 * each)).date().isoformat() for each in range(300)
    )
    made = tuple(Change(each.number, 1 + at * 300 // (posts or 1), "new", "") for at, each in enumerate(said))
    return SiteContent(
        items=shot, posts=said, people=listed, signed=StatementPlaces(), sizes=Sizes(),
        wall=Wall("五年", "zh-Hans"), changes=Changes(days, made),
    )  # fmt: skip


def kind_of(path: str) -> str:
    """What kind of page this is, whatever its language and number."""
    parts = [each for each in path.split("/") if len(each) > 2 or not each.isalpha()]
    parts = [each for each in parts if each not in ("zh", "zh-Hant")]
    numbered = (each.isdecimal() or (len(each) in (10, 16) and each[0] in "0123456789abcdef") for each in parts)
    return "/".join("N" if number else each for number, each in zip(numbered, parts, strict=True))


def timed(made: Iterator[tuple[str, bytes]]) -> Iterator[tuple[str, bytes, float]]:
    """Each page with the seconds that it took."""
    while True:
        begun = time.perf_counter()
        found = next(made, None)
        if found is None:
            return
        yield *found, time.perf_counter() - begun


def main() -> None:
    """Makes the pages, and tells."""
    posts, pictures, people = (int(each) for each in (sys.argv[1:] + ["100000", "100000", "9000"][len(sys.argv) - 1 :]))
    shown, about = content(posts, pictures, people), site()
    begun = time.perf_counter()
    view = index_of(shown)
    for each in ("days", "threads", "voices", "subjects", "things"):
        getattr(view, each)
    took = time.perf_counter() - begun
    print(f"{posts:,} posts, {pictures:,} pictures, {people:,} people; put in order in {took:.1f} s")
    found: dict[str, list[tuple[int, int, float]]] = defaultdict(list)
    written = tempfile.TemporaryDirectory()
    for path, data, took in timed(overview_pages.rooms(about, view)):
        found[kind_of(path)].append((len(data), len(gzip.compress(data, 6)), took))
        place = Path(written.name) / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    begun, groups = time.perf_counter(), list(pages.groups(about, shown))
    print(f"{len(groups):,} groups of pages told in {time.perf_counter() - begun:.1f} s")
    for room in {each.key.partition("/")[0] for each in groups}:
        here = [each for each in groups if each.key.partition("/")[0] == room]
        started = time.perf_counter()
        for group in here[:: max(1, len(here) // 20)]:
            if time.perf_counter() - started > SECONDS:
                break
            begun = time.perf_counter()
            made = group.make()
            took = (time.perf_counter() - begun) / max(len(made), 1)
            for path, data in made.items():
                found[kind_of(path)].append((len(data), len(gzip.compress(data, 6)), took))
    for kind, all_of in sorted(found.items(), key=lambda each: -max(each[1])[0])[:40]:
        size, packed, took = (max(each[at] for each in all_of) for at in range(3))
        miss = " missed" if kind.endswith(".html") and (size > LARGEST or took > LONGEST) else ""
        print(f"  {kind:<34} {len(all_of):6,} ×  {size:11,} bytes  {packed:9,} packed  {1000 * took:8.0f} ms{miss}")
    if SHELL:
        draw(Path(written.name))
    written.cleanup()


def draw(folder: Path) -> None:
    """Draws the pages that show everything, and tells how long it takes."""
    print("drawn by Chromium, in milliseconds: first words, all of it, work")
    with started() as browser:
        for name in DRAWN:
            page = folder / f"{name}.html"
            for width in (360, 1440) if page.is_file() else ():
                seen = []
                for _ in range(TIMES):
                    context = browser.new_context(viewport={"width": width, "height": 800}, has_touch=width < 500)
                    tab = context.new_page()
                    counts = context.new_cdp_session(tab)
                    counts.send("Performance.enable")
                    tab.goto(page.as_uri())
                    first, whole = tab.evaluate(PAINTED)
                    metrics = {each["name"]: each["value"] for each in counts.send("Performance.getMetrics")["metrics"]}
                    seen.append((whole, first, 1000 * metrics["TaskDuration"]))
                    context.close()
                whole, first, work = sorted(seen)[TIMES // 2]
                miss = " missed" if whole > 1000 * LONGEST else ""
                told = f"{page.stat().st_size:10,} bytes {first:8.0f} {whole:8.0f} {work:8.0f}{miss}"
                print(f"  {name:<24} {width:5} px {told}")


if __name__ == "__main__":
    main()
