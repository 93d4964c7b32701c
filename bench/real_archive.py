"""An archive of the size that people really have, from taking in to a verified site: a line for each stage.

    python bench/real_archive.py [posts [pictures [folder]]]

Made up (sample_posts.py): 33,000 posts by default, and 1,100 pictures of some 150 kB, each of another post, with a
manifest that tells when the export was made. It is taken in; taken in again (nothing is new); checked; all of it is
released; published (our own verifier reads an edition before it is put in place); published again; and the site is
verified as a reader does. Each stage is a process of its own; memory is the most that any process of it held.
"""

import json
import random
import sys
import tempfile
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

from publish_ours import publish_ours
from sample_posts import ACCOUNT, picture, write_archive
from timing import again, size_of

POSTS, PICTURES = 33_000, 1_100
ORIGIN = "example.org/ledger"
SIDE = (800, 600)  #: pixels of a picture
STAGES = (
    ("take", "taken in"),
    ("take", "taken in again, nothing is new"),
    ("check", "the archive checked"),
    ("release", "released"),
    ("publish", "published, and verified before"),
    ("publish", "published again, nothing is new"),
    ("verify", "the site verified"),
)


def make(folder: Path, posts: int, pictures: int) -> None:
    """Write the export."""
    from PIL import Image

    step = posts // pictures if pictures else posts
    pictured = frozenset(range(0, step * pictures, step))
    write_archive(folder / "export", range(posts), pictured=pictured)
    data = folder / "export/data"
    (data / "tweets_media").mkdir()
    noise = Image.frombytes("L", SIDE, random.Random(7).randbytes(SIDE[0] * SIDE[1]))
    for number in pictured:
        written = BytesIO()
        Image.merge("RGB", [noise.rotate(number % 360), noise, noise.rotate(-number // 360)]).save(
            written, "JPEG", quality=30
        )
        (data / picture(number)).write_bytes(written.getvalue() + str(number).encode())
    files = [{"fileName": "data/tweets.js", "globalName": "YTD.tweets.part0", "count": str(posts)}]
    manifest = {
        "userInfo": {"accountId": ACCOUNT["accountId"], "userName": ACCOUNT["username"]},
        "archiveInfo": {"generationDate": "2026-10-31T08:00:00.000Z"},
        "dataTypes": {"tweets": {"files": files}},
    }
    (data / "manifest.js").write_text(f"window.__THAR_CONFIG = {json.dumps(manifest)}", encoding="utf-8")


def take(folder: Path) -> None:
    from tamizdat.archive import Archive
    from tamizdat.archive.ingest.ingest import ingest
    from tamizdat.keys import SigningKey
    from tamizdat.posts.export import open_export
    from tamizdat.posts.formats import recognise
    from tamizdat.posts.report import IngestReport

    where, report = folder / "archive", IngestReport()
    with Archive.open(where) if where.exists() else Archive.create(where, ORIGIN) as archive:
        export, now = open_export(folder / "export", IngestReport()), datetime(2026, 11, 1, tzinfo=UTC)
        ingest(archive, SigningKey.from_seed(bytes(32)), export, recognise(export), now, report)
    assert not report.damaged, report.problems


def check(folder: Path) -> None:
    from tamizdat.archive import Archive

    with Archive.open(folder / "archive") as archive:
        assert not (faults := archive.check().faults), faults[:3]


def release(folder: Path) -> None:
    from tamizdat.archive import Archive
    from tamizdat.archive.acts.releases import state_releases
    from tamizdat.keys import SigningKey
    from tamizdat.statements.catalogued import CataloguedPost

    with Archive.open(folder / "archive") as archive:
        said = [CataloguedPost(each.post, release="public", tags=("list",)) for each in archive.index.posts.latest()]
        state_releases(archive, SigningKey.from_seed(bytes(32)), said)


def verify(folder: Path) -> None:
    from tamizdat.verifying.verify import verify

    report = verify(folder / "site")
    assert report.holds, report.broken[:3]


def part(name: str, folder: Path) -> None:
    """What a process of its own does."""
    match name:
        case "take":
            take(folder)
        case "check":
            check(folder)
        case "release":
            release(folder)
        case "publish":
            publish_ours(folder, str(date(2026, 11, 25)))
        case "verify":
            verify(folder)


def measure(posts: int, pictures: int, scratch: Path) -> None:
    make(scratch, posts, pictures)
    size = size_of(scratch / "export") / 1e6
    print(f"{posts:,} posts and {pictures:,} pictures, {size:,.0f} MB; posts a second, the most memory", flush=True)
    for name, what in STAGES:
        print(again(__file__, "stage", name, scratch).row(what, posts), flush=True)
    kept = {name: size_of(scratch / name) / 1e6 for name in ("archive", "site")}
    files = sum(each.is_file() for each in (scratch / "site").rglob("*"))
    print(f"  on disk: archive {kept['archive']:,.0f} MB, site {kept['site']:,.0f} MB in {files:,} files")


def main() -> None:
    if sys.argv[1:2] == ["stage"]:
        part(sys.argv[2], Path(sys.argv[3]))
        return
    posts, pictures = (int(given) for given in (sys.argv[1:3] + [str(POSTS), str(PICTURES)][len(sys.argv[1:3]) :]))
    with tempfile.TemporaryDirectory(dir=sys.argv[3] if sys.argv[3:] else None) as folder:
        measure(posts, pictures, Path(folder))


if __name__ == "__main__":
    main()
