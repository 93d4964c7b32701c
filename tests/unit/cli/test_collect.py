"""The verb: what it prints, and how it ends."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from support.collecting_desk import assigned, created, in_folder, in_zip, manifest, outbox, tweet, x_files
from support.field_and_desk import WORK
from support.web_samples import URL, page, wacz
from tamizdat.cli.main import main
from tamizdat.home.setup import create_desk
from tamizdat.posts.post import PUBLIC


@pytest.fixture
def home(tmp_path: Path) -> Path:
    create_desk(tmp_path / "desk", "ourdesk", b"", WORK)
    return tmp_path / "desk"


def run(*argv: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = main(list(argv), out, err)
    return code, out.getvalue(), err.getvalue()


def test_an_export_is_taken_in_and_the_second_time_nothing(home: Path, tmp_path: Path) -> None:
    export = str(in_folder(tmp_path / "x", x_files([tweet(1, "一"), tweet(2, "二")])))
    code, out, _ = run("collect", export, "--home", str(home), "--dry-run")
    assert (code, "2 would be new" in out) == (0, True)
    code, out, _ = run("collect", export, "--home", str(home))
    assert (code, "2 posts (x-archive/v3): 2 new.\n" in out) == (0, True), out
    code, out, _ = run("collect", export, "--home", str(home), "--json")
    facts = json.loads(out.splitlines()[-1])
    assert (code, facts["new"], facts["known"]) == (0, 0, 2)


def test_damage_ends_with_3_and_says_where(home: Path, tmp_path: Path) -> None:
    export = str(in_folder(tmp_path / "x", x_files([tweet(1, "一")], manifest=manifest(7))))
    code, out, err = run("collect", export, "--home", str(home))
    assert code == 3
    assert "1 new" in out
    assert "data/tweets.js: the export's own list says another number (7 said, 1 found)" in " ".join(err.split())


@pytest.mark.parametrize(
    ("source", "code"),
    [("nothing-here", 2), ("file:///etc/passwd", 2), ("http://127.0.0.1:9/feed", 1), ("https://u:p@a.example/", 2)],
)  # fmt: skip
def test_what_cannot_be_collected_says_why(home: Path, source: str, code: int) -> None:
    found, _, err = run("collect", source, "--home", str(home))
    assert found == code
    assert "xpected" in err


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("all.zip", b"", "0 bytes"),
        ("outbox.json", b"", "0 bytes"),
        ("all.zip", b"no zip", "cannot be opened (6 bytes)"),
    ],
)
def test_a_copy_that_was_cut_off_is_told_as_that(home: Path, tmp_path: Path, name: str, data: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(data)
    code, _, err = run("collect", str(tmp_path / name), "--home", str(home))
    assert code != 0
    assert told in " ".join(err.split())
    assert "Nothing was taken" in err
    assert "opy or download it again" in " ".join(err.split())


def test_names_that_lead_out_of_an_export_are_told_also_when_nothing_else_is_in_it(home: Path, tmp_path: Path) -> None:
    files = {"../../outbox.json": outbox(created(1, "<p>一</p>", [PUBLIC]))}
    code, _, err = run("collect", str(in_zip(tmp_path / "out.zip", files)), "--home", str(home))
    assert (code, "leads out of the export" in " ".join(err.split())) == (3, True)


def test_an_export_of_which_nothing_unpacks_is_refused_by_that_and_not_by_a_list_of_formats(
    home: Path, tmp_path: Path
) -> None:
    for name in ("posts", "none"):
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w", zipfile.ZIP_LZMA) as made:
            if name == "posts":
                made.writestr("outbox.json", outbox(created(1, "<p>一</p>", [PUBLIC])))
    for name, code, told in (("posts", 3, "Unpack it with the program that packed it"), ("none", 2, "no file in it")):
        found, _, err = run("collect", str(tmp_path / f"{name}.zip"), "--home", str(home))
        assert (found, told in " ".join(err.split())) == (code, True)
        assert "collect --help" not in " ".join(err.split())


def test_without_an_argument_and_without_feeds_it_says_what_it_needs(home: Path) -> None:
    code, _, err = run("collect", "--home", str(home))
    assert (code, "none is followed yet" in err) == (2, True)


# ---- a folder of many things -------------------------------------------------------------------------------------

OTHER = {"accountId": "13", "username": "wang", "accountDisplayName": "王"}
ACTOR = {"type": "Person", "id": "https://a.example/users/lin", "preferredUsername": "lin"}
FEED = (
    '<rss version="2.0"><channel><title>Notes</title><link>https://blog.example/</link><item>'
    "<guid>https://blog.example/1</guid><link>https://blog.example/1</link>"
    "<description>In a blog</description></item></channel></rss>"
)


def found(home: Path, *options: str) -> dict[str, str]:
    """Words and handle of each post."""
    _, out, _ = run("find", "--kind", "post", *options, "--home", str(home), "--json")
    return {each["snippet"]: each["handle"] for each in map(json.loads, out.splitlines()) if "snippet" in each}


def test_every_export_of_a_folder_is_read_by_itself_and_what_nobody_reads_is_named(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "all"
    in_folder(folder / "lin", x_files([tweet(1, "At the gate")], manifest=manifest(1, "2024-01-01T00:00:00Z")))
    wang = x_files([tweet(2, "At the bridge")]) | {"data/account.js": assigned("account", [{"account": OTHER}])}
    in_folder(folder / "wang", wang)
    box = outbox(created(3, "<p>On the square</p>", [PUBLIC]))
    in_folder(folder / "m", {"outbox.json": box, "actor.json": json.dumps(ACTOR).encode(), "avatar.png": b"x"})
    in_folder(folder, {"feed.xml": FEED.encode(), "diary.docx": b"words"})
    march = x_files([tweet(1, "At the gate"), tweet(4, "Rain")], manifest=manifest(2, "2024-03-01T00:00:00Z"))
    in_zip(folder / "march.zip", march)
    in_zip(folder / "may.zip", x_files([tweet(4, "Rain")], manifest=manifest(1, "2024-05-01T00:00:00Z")))
    in_zip(folder / "holidays.zip", {"a.bin": b"no posts"})
    code, out, err = run("collect", str(folder), "--home", str(home))
    assert code == 0, err
    assert found(home) == {
        "At the gate": "lin", "At the bridge": "wang", "On the square": "lin", "In a blog": "blog.example",
        "Rain": "lin",
    }  # fmt: skip
    assert "diary.docx" in out
    assert "holidays.zip" in out + err
    assert "1 post of earlier exports is not in this one" in " ".join(out.split())
    assert list(found(home, "--state", "absent")) == ["At the gate"]
    _, told, _ = run("find", "gate", "--home", str(home))
    assert "in the export of 2024-03-01, not in that of 2024-05-01" in " ".join(told.split())


def test_nothing_found_is_told_and_is_no_success(home: Path, tmp_path: Path) -> None:
    empty = in_folder(tmp_path / "x", x_files([]))
    for options in ((), ("--dry-run",)):
        code, _, err = run("collect", str(empty), "--home", str(home), *options)
        assert (code, "No post was found in it" in err) == (3, True)


def test_web_archives_in_a_folder_are_taken_in_beside_its_exports(home: Path, tmp_path: Path) -> None:
    folder = in_folder(tmp_path / "all", x_files([tweet(1, "一")]))
    (folder / "page.wacz").write_bytes(wacz([page()], [{"url": URL, "title": "名单"}]))
    code, out, _ = run("collect", str(folder), "--home", str(home))
    assert (code, "1 new" in out, "1 captured page" in out, "Left" in out) == (0, True, True, False), out
    (only := tmp_path / "only").mkdir()
    (folder / "page.wacz").rename(only / "page.wacz")
    assert run("collect", str(only), "--home", str(home))[0] == 0


def test_a_folder_of_packed_files_that_are_no_exports_is_no_success(home: Path, tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        (tmp_path / "x").mkdir(exist_ok=True)
        in_zip(tmp_path / "x" / name, {"a.bin": b"no posts"})
    code, out, err = run("collect", str(tmp_path / "x"), "--home", str(home))
    assert (code, "No post was found" in err, "a.zip" in out) == (3, True, True)


def test_whose_export_it_is_may_be_named_and_counts_only_if_it_does_not_say_so(home: Path, tmp_path: Path) -> None:
    nobodys = x_files([tweet(1, "At the gate")])
    del nobodys["data/account.js"]
    assert run("collect", str(in_folder(tmp_path / "a", nobodys)), "--owner", "@tashi", "--home", str(home))[0] == 0
    lins = in_folder(tmp_path / "b", x_files([tweet(2, "At the bridge")]))
    assert run("collect", str(lins), "--owner", "@tashi", "--home", str(home))[0] == 0
    assert found(home) == {"At the gate": "tashi", "At the bridge": "lin"}


def test_whose_export_it_is_is_asked_before_anything_is_kept(home: Path, tmp_path: Path) -> None:
    nobodys = x_files([tweet(1, "At the gate")])
    del nobodys["data/account.js"]
    path = str(in_folder(tmp_path / "a", nobodys))
    before = sorted((home / "ledger").rglob("*")), sorted((home / "objects").rglob("*"))
    for option in ([], ["--dry-run"]):
        code, _, err = run("collect", path, *option, "--home", str(home))
        assert (code, "--owner HANDLE" in err, "Nothing of it was taken" in " ".join(err.split())) == (2, True, True)
    assert (sorted((home / "ledger").rglob("*")), sorted((home / "objects").rglob("*"))) == before
    code, out, _ = run("collect", path, "--owner", "-", "--home", str(home))
    assert (code, "says whose it is" in " ".join(out.split())) == (0, True), "nobody knows it"
    assert found(home) == {"At the gate": ""}


def test_an_export_among_others_that_nobody_is_named_for_waits_while_they_are_read(home: Path, tmp_path: Path) -> None:
    nobodys = x_files([tweet(1, "At the gate")])
    del nobodys["data/account.js"]
    in_folder(tmp_path / "all" / "a", nobodys)
    in_folder(tmp_path / "all" / "b", x_files([tweet(2, "At the bridge")]))
    in_zip(tmp_path / "all" / "c.zip", nobodys)
    code, out, err = run("collect", str(tmp_path / "all"), "--home", str(home))
    assert (code, err.count("by itself"), "Left" in out) == (2, 2, False), "exports are no files that nobody reads"
    assert found(home) == {"At the bridge": "lin"}


def test_days_are_those_of_the_clock_that_the_desk_set_for_a_voice(home: Path, tmp_path: Path) -> None:
    late = [tweet(1, "After midnight there", created_at="Sun May 12 17:28:00 +0000 2013")]
    run("collect", str(in_folder(tmp_path / "x", x_files(late))), "--home", str(home))
    assert found(home, "--since", "2013-05-13") == {}
    assert run("publish", "clock", "@lin", "Asia/Nowhere", "--home", str(home))[0] == 2
    assert run("publish", "clock", "@lin", "Asia/Shanghai", "--home", str(home))[0] == 0
    assert found(home, "--since", "2013-05-13", "--until", "2013-05-13") == {"After midnight there": "lin"}
    assert run("publish", "clock", "lin", "", "--home", str(home))[0] == 0
    assert found(home, "--since", "2013-05-13") == {}


def test_what_was_written_for_few_is_marked_where_it_is_found(home: Path, tmp_path: Path) -> None:
    export = in_folder(tmp_path / "x", x_files([tweet(1, "For friends", user={"protected": True})]))
    run("collect", str(export), "--home", str(home))
    assert "(for followers)" in run("find", "friends", "--home", str(home))[1]


def test_a_draft_of_a_blog_is_called_no_direct_message(home: Path, tmp_path: Path) -> None:
    blog = tmp_path / "blog.xml"
    blog.write_text(
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:app="http://purl.org/atom/app#">'
        "<id>tag:blogger.com,1999:blog-1.archive</id><title>Notes</title><updated>2026-11-20T10:00:00Z</updated>"
        '<generator uri="https://www.blogger.com">Blogger</generator>'
        "<entry><id>tag:blogger.com,1999:blog-1.post-2</id><published>2026-11-10T10:00:00Z</published>"
        "<updated>2026-11-10T10:00:00Z</updated><app:control><app:draft>yes</app:draft></app:control>"
        '<category scheme="http://schemas.google.com/g/2005#kind" '
        'term="http://schemas.google.com/blogger/2008/kind#post"/><title>Draft</title>'
        '<content type="html">unfinished words</content><author><name>Lin</name></author></entry></feed>'
    )
    assert run("collect", str(blog), "--home", str(home))[0] == 0
    assert "(for few)" in run("find", "unfinished", "--home", str(home))[1]
    assert "(for few)" in run("publish", "list", "--home", str(home))[1]


def test_a_web_archive_inside_a_zip_of_an_export_is_no_fault(home: Path, tmp_path: Path) -> None:
    files = {**x_files([tweet(1, "一")]), "page.wacz": wacz([page()], [{"url": URL, "title": "名单"}])}
    code, out, _ = run("collect", str(in_zip(tmp_path / "x.zip", files)), "--home", str(home))
    assert (code, "1 new" in out) == (0, True), out
