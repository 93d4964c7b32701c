"""What Substack gives to whoever writes a publication: a table, a page for each post, and lists of readers."""

from contextlib import nullcontext
from pathlib import Path

import pytest

from support.collecting_desk import NOW, Desk, in_folder, in_zip
from tamizdat.archive.ingest.exports import Intake, Owned, OwnerUnsaid, Taken, Unread, take_in
from tamizdat.posts.export import Several
from tamizdat.posts.formats import Found, find_exports, recognise, substack
from tamizdat.posts.formats.format import Format
from tamizdat.posts.formats.publication import READERS
from tamizdat.posts.formats.substack import MAX_PAGE
from tamizdat.posts.post import Post
from tamizdat.posts.report import IngestReport

HEADER = "post_id,post_date,is_published,email_sent_at,inbox_sent_at,type,audience,title,subtitle,podcast_url\n"
ROWS = (
    "140001.five-years,2024-05-12T06:28:00.000Z,true,2024-05-12T06:28:01.000Z,,newsletter,everyone,五年了,校舍,\n"
    '140002.names,2024-05-13T06:28:00.000Z,true,,,podcast,only_paid,"A ""list"",\nof names",,https://a.example/1.mp3\n'
    "140003.a-draft,,false,,,newsletter,everyone,Draft,,\n"
    "140004,2024-05-14T06:28:00.000Z,false,,,newsletter,everyone,Taken back,,\n"
)
PAGES = {
    "posts/140001.five-years.html": "<p>塌了 &amp; 五年</p><p><a href='/about'>Who</a>"
    "<img src='https://i.example/1.png' alt='a wall'></p>",
    "posts/140002.names.html": "<p>For those who pay.</p>",
    "posts/140003.a-draft.html": "<p>Not yet.</p>",
    "posts/140004.html": "<p>Once published.</p>",
}
LISTS = {"email_list.lin.csv": b"email\nreader@b.example\n", "posts/140001.opens.csv": b"email\nreader@b.example\n"}


def files(rows: str = ROWS, **more: bytes) -> dict[str, bytes]:
    return {"posts.csv": (HEADER + rows).encode(), **{name: page.encode() for name, page in PAGES.items()}, **LISTS,
            **more}  # fmt: skip


def read(held: dict[str, bytes], whose: str = "lin") -> tuple[dict[str, Post], IngestReport]:
    """What is in an export, by the last part of its id; every post is also read again from its own slices."""
    report, export = IngestReport(), Several(held)
    reader: Format = Owned(recognise(export), whose) if whose else recognise(export)
    plan = reader.plan(export, report)
    found = [each for each in reader.read(plan, export.open, report) if isinstance(each, Found)]
    for each in found:
        raw = [held[piece.source][piece.offset : piece.offset + piece.length] for piece in each.slices]
        assert reader.post(raw, plan.context_of(each.slices[0].source)) == each.post
    return {each.post.id.rsplit("/", 1)[-1]: each.post for each in found}, report


def test_a_post_is_its_row_and_its_page() -> None:
    posts, report = read(files())
    post = posts["five-years"]
    assert (post.id, post.url) == ("https://lin.substack.com/p/five-years",) * 2
    assert (post.summary, post.text, post.kind) == ("五年了", "校舍\n\n塌了 & 五年\n\nWho[a wall]", "Article")
    assert (post.published, post.author.id) == ("2024-05-12T06:28:00+00:00", "https://lin.substack.com")
    assert post.links == (("Who", "https://lin.substack.com/about"),)
    assert [each.url for each in post.attachments] == ["https://i.example/1.png"]
    assert posts["names"].summary == 'A "list",\nof names'
    assert [(each.media_type, each.url) for each in posts["names"].attachments] == [
        ("audio/mpeg", "https://a.example/1.mp3")
    ]
    assert (report.damaged, report.notes, dict(report.left)) == (False, [], {READERS: 2})


def test_only_what_is_published_for_everyone_is_public() -> None:
    posts, _ = read(files())
    assert {name: each.audience for name, each in posts.items()} == {
        "five-years": "public", "names": "followers", "a-draft": "kept", "urn:substack:140004": "kept",
    }  # fmt: skip
    posts, _ = read(files("1.a,2024-05-12T06:28:00.000Z,TRUE,,,newsletter,something new,A,,\n2.b,,,,,,,B,,\n") | {
        f"posts/{name}.html": b"<p>x</p>" for name in ("1.a", "2.b")})  # fmt: skip
    assert [each.audience for each in posts.values()] == ["followers", "kept"]


@pytest.mark.parametrize(("whose", "site"), [("Lin", "https://lin.substack.com"), ("a.example", "https://a.example"),
                                             ("-", "")])  # fmt: skip
def test_the_publication_is_the_one_that_the_desk_names(whose: str, site: str) -> None:
    posts, _ = read(files(), whose)
    first = next(iter(posts.values()))
    assert first.id == (f"{site}/p/five-years" if site else "urn:substack:140001")


@pytest.mark.parametrize("whose", ["12", "a b", "../x"])
def test_what_can_name_no_publication_is_refused_before_anything_is_read(whose: str) -> None:
    with pytest.raises(OwnerUnsaid, match="which publication it is"):
        read(files(), whose)


def test_a_published_post_whose_page_is_missing_is_damage_and_no_post_without_words() -> None:
    held = files()
    del held["posts/140001.five-years.html"], held["posts/140003.a-draft.html"]
    posts, report = read(held)
    assert set(posts) == {"names", "urn:substack:140004"}
    assert [(each.kind, each.where) for each in report.problems] == [("missing", "posts.csv")]
    assert report.left["drafts without a page, and so without words"] == 1
    held["posts/140001.five-years.html"] = b""
    posts, report = read(held)
    assert (posts["five-years"].text, report.damaged) == ("校舍", False), "a page of 0 bytes says that there are none"


def test_what_is_wrong_with_one_post_costs_no_other() -> None:
    rows = "x.y,2024,true,,,,everyone,No number,,\n" + "9.big,2024-05-12T06:28:00.000Z,true,,,,everyone,T,,\n" + ROWS
    large = {"posts/9.big.html": b"<p>" + b"x" * MAX_PAGE}
    posts, report = read(files(rows, **large))
    assert (len(posts), [each.kind for each in report.problems]) == (4, ["missing", "size"])


def test_lists_of_readers_are_not_kept_and_not_named_as_unread(tmp_path: Path) -> None:
    desk = Desk.make(tmp_path / "archive")
    path = in_zip(tmp_path / "export.zip", files())

    class Silent:
        def advance(self, size: int) -> None:
            """Count nothing."""

    events = list(take_in(path, desk.archive, desk.key, Intake(owner="lin"), lambda: nullcontext(Silent())))
    assert [each for each in events if isinstance(each, Unread)] == []
    [taken] = [each for each in events if isinstance(each, Taken)]
    assert (taken.report.new, taken.report.files, taken.report.private) == (4, 5, 3)
    kept = [each.read_bytes() for each in (tmp_path / "archive" / "objects").rglob("*") if each.is_file()]
    assert kept
    assert not any(b"reader@b.example" in each for each in kept)
    desk.archive.close()


def test_an_edited_page_is_a_version_and_a_post_that_was_taken_back_is_not_gone(tmp_path: Path) -> None:
    desk = Desk.make(tmp_path / "archive")
    desk.take(in_folder(tmp_path / "a", files()), NOW)
    later = files(ROWS.replace("12T06:28:00.000Z,true,2024", "12T06:28:00.000Z,false,2024")
                  + "140009.new,2024-06-01T06:28:00.000Z,true,,,newsletter,everyone,New,,\n")  # fmt: skip
    later["posts/140002.names.html"] = b"<p>For everybody.</p>"
    later["posts/140009.new.html"] = b"<p>new</p>"
    report = desk.take(in_folder(tmp_path / "b", later), NOW)
    assert (report.new, report.edited, report.gone) == (1, 1, 0)
    states = {each.post.rsplit(":", 1)[-1]: (each.state, each.audience) for each in desk.posts().values()}
    assert states["140001"] == ("present", "kept")
    assert states["140002"][0] == "edited"
    assert desk.archive.check().sound
    desk.archive.close()


def test_another_posts_csv_is_none_of_substacks() -> None:
    export = Several({"posts.csv": b"id,permalink,date,subreddit,title,body\n1,https://r.example,2024,x,t,b\n"})
    assert not substack.recognises(export)
    assert find_exports(Several(files())).parts[0].format.NAME == substack.NAME
