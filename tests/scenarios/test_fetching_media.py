"""Pictures that posts only name, fetched from a real server on loopback: sound, gone, cut, huge, hostile."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

from support.collecting_desk import NOW, Desk, created, in_folder, outbox
from support.field_and_desk import WORK
from support.web_server import Reply, WebPages
from tamizdat.archive.acts.releases import state_release
from tamizdat.archive.ingest.media import MAX_FILE, MediaReport, fetch_media, named_media
from tamizdat.archive.views.contexts import Contexts
from tamizdat.archive.views.posts import Version
from tamizdat.cli.main import main
from tamizdat.home.setup import create_desk
from tamizdat.publishing.release_choice import Posts, sort_out
from tamizdat.statements.catalogued import CataloguedPost

EVERYBODY = "https://www.w3.org/ns/activitystreams#Public"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
GIF = b"GIF89a" + b"\0" * 20


@pytest.fixture
def pictures() -> Iterator[WebPages]:
    with WebPages() as made:
        yield made


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk.make(tmp_path / "archive")
    yield made
    assert made.archive.check().sound
    made.archive.close()


def export(folder: Path, *addresses: str, name: str = "outbox.json", text: str = "<p>照片</p>") -> Path:
    """An outbox of one post with these pictures."""
    said = created(1, text, [EVERYBODY])
    said["object"]["attachment"] = [
        {"type": "Document", "mediaType": "image/png", "url": address, "name": f"picture {number}"}
        for number, address in enumerate(addresses, 1)
    ]
    return in_folder(folder, {name: outbox(said)})


def fetched(desk: Desk, pictures: WebPages, hosts: list[str] | None = None) -> MediaReport:
    named = named_media(desk.archive)
    every = [address for addresses in named.values() for address in addresses]
    allowed = [pictures.host] if hosts is None else hosts
    return fetch_media(desk.archive, desk.key, every, allowed, lambda: NOW, pause=lambda _: None)


def shown(desk: Desk) -> tuple[list[str], list[str]]:
    """The descriptions of the pictures that the post has here, and of those that it lacks."""
    [post] = desk.posts().values()
    context = Contexts(desk.archive.index).of(post)
    lacking = [each.alt for each in (context.missing or ())] if context else []
    return [alt for _, _, alt, _ in desk.archive.index.posts.media(post.number)], lacking


def test_a_picture_that_a_post_names_is_listed_fetched_stated_and_shown(
    desk: Desk, pictures: WebPages, tmp_path: Path
) -> None:
    pictures.pages = {"/m/a.png": (200, {}, PNG), "/m/b.gif?x=1": (200, {}, GIF)}
    desk.take(export(tmp_path / "m", pictures["/m/a.png"], pictures["/m/b.gif?x=1"]))
    assert named_media(desk.archive) == {pictures.host: [pictures["/m/a.png"], pictures["/m/b.gif?x=1"]]}
    assert shown(desk) == ([], ["picture 1", "picture 2"])
    report = fetched(desk, pictures)
    assert (report.new, report.size, report.problems) == (2, len(PNG) + len(GIF), [])
    assert shown(desk) == (["picture 1", "picture 2"], [])
    stated = [said.predicate for said in desk.said("captured") if said.predicate["kind"] == "media"]
    assert [(said["url"], said["size"]) for said in stated] == [
        (pictures["/m/a.png"], len(PNG)), (pictures["/m/b.gif?x=1"], len(GIF))]  # fmt: skip
    assert named_media(desk.archive) == {}
    for _, headers in pictures.asked:
        assert not {"cookie", "referer", "authorization", "origin"} & headers.keys()
        assert headers["user-agent"] == "Mozilla/5.0"
    desk.archive.index.make_anew()
    assert shown(desk) == (["picture 1", "picture 2"], [])


def test_a_later_version_with_the_same_picture_has_it_too(desk: Desk, pictures: WebPages, tmp_path: Path) -> None:
    pictures.pages = {"/a.png": (200, {}, PNG)}
    desk.take(export(tmp_path / "m", pictures["/a.png"]))
    fetched(desk, pictures)
    desk.take(export(tmp_path / "n", pictures["/a.png"], text="<p>改过</p>"), NOW.replace(day=25))
    versions = [version.number for version in _versions(desk)]
    assert [len(desk.archive.index.posts.media(number)) for number in versions] == [1, 1]
    assert named_media(desk.archive) == {}


def _versions(desk: Desk) -> list[Version]:
    [post] = desk.posts().values()
    return desk.archive.index.posts.versions(post.post)


def test_the_order_of_what_is_here_stays_and_what_was_fetched_follows(
    desk: Desk, pictures: WebPages, tmp_path: Path
) -> None:
    pictures.pages = {"/far.png": (200, {}, PNG)}
    folder = export(tmp_path / "m", pictures["/far.png"], "/media_attachments/files/1/original/own.png")
    in_folder(folder, {"media_attachments/files/1/original/own.png": GIF})
    desk.take(folder)
    assert shown(desk) == (["picture 2"], ["picture 1"])
    fetched(desk, pictures)
    assert shown(desk) == (["picture 2", "picture 1"], [])


def test_a_file_that_only_the_path_of_an_export_names_is_asked_for_at_its_own_server(
    desk: Desk, tmp_path: Path
) -> None:
    desk.take(export(tmp_path / "m", "/media_attachments/files/1/original/p.png"))
    assert named_media(desk.archive) == {
        "a.example": ["https://a.example/system/media_attachments/files/1/original/p.png"]}  # fmt: skip


HUGE = str(MAX_FILE + 1)
BAD: dict[str, tuple[Reply, str]] = {
    "gone": ((404, {}, b""), "status 404"),
    "no picture": ((200, {"Content-Type": "image/png"}, b"<!doctype html><title>log in"), "begins with b'<!doctype"),
    "a document": ((200, {}, b"%PDF-1.7\n"), "a document"),
    "nothing": ((200, {}, b""), "0 bytes"),
    "huge": ((200, {"Content-Length": HUGE}, b""), f"at most {MAX_FILE:,}"),
    "of no length": ((200, {"Content-Length": "9" * 5000}, b"<p>"), "begins with"),
    "packed": ((200, {"Content-Encoding": "gzip"}, PNG), "packed"),
    "cut": ((200, {"Content-Length": "5000"}, PNG), "broke off"),
    "sent elsewhere": ((302, {"Location": "http://127.0.0.2:9/x.png"}, b""), "nobody said"),
    "sent to a file of ours": ((302, {"Location": "file:///etc/hostname"}, b""), "redirect"),
}


def test_what_is_no_picture_is_told_and_not_kept(desk: Desk, pictures: WebPages, tmp_path: Path) -> None:
    names = [f"/{number}.png" for number in range(len(BAD))]
    pictures.pages = {name: reply for name, (reply, _) in zip(names, BAD.values(), strict=True)}
    desk.take(export(tmp_path / "m", *(pictures[name] for name in names)))
    report = fetched(desk, pictures)
    assert (report.new, len(report.problems)) == (0, len(BAD))
    for (_, told), (_, why) in zip(BAD.values(), report.problems, strict=True):
        assert told in why
    assert [said for said in desk.said("captured") if said.predicate["kind"] == "media"] == []
    assert len(named_media(desk.archive)[pictures.host]) == len(BAD), "they are asked for again the next time"


def test_nothing_is_asked_of_a_host_that_nobody_said_yes_to(desk: Desk, pictures: WebPages, tmp_path: Path) -> None:
    pictures.pages = {"/a.png": (200, {}, PNG)}
    desk.take(export(tmp_path / "m", pictures["/a.png"]))
    assert (fetched(desk, pictures, ["b.example"]).left, pictures.asked) == (1, [])


def test_a_redirect_is_followed_to_a_host_that_was_said_yes_to(desk: Desk, pictures: WebPages, tmp_path: Path) -> None:
    elsewhere = f"localhost:{pictures.host.rpartition(':')[2]}"
    pictures.pages = {"/a.png": (302, {"Location": f"http://{elsewhere}/b.png"}, b""), "/b.png": (200, {}, PNG)}
    desk.take(export(tmp_path / "m", pictures["/a.png"]))
    assert elsewhere in fetched(desk, pictures).problems[0][1]
    assert fetched(desk, pictures, [pictures.host, elsewhere]).new == 1


def test_a_host_that_has_enough_or_does_not_answer_is_left_alone(
    desk: Desk, pictures: WebPages, tmp_path: Path
) -> None:
    names = [f"/{number}.png" for number in range(6)]
    pictures.pages = dict.fromkeys(names, (200, {}, PNG))
    pictures.pages["/1.png"] = (429, {}, b"")
    desk.take(export(tmp_path / "m", *(pictures[name] for name in names)))
    report = fetched(desk, pictures)
    assert (report.new, report.left, len(pictures.asked)) == (1, 4, 2)
    pictures.pages["/1.png"] = (200, {}, PNG)
    assert fetched(desk, pictures).new == 5


def test_the_command_lists_first_and_asks_only_the_hosts_it_is_told(pictures: WebPages, tmp_path: Path) -> None:
    pictures.pages = {"/a.png": (200, {}, PNG)}
    create_desk(tmp_path / "desk", "ourdesk", b"", WORK)
    folder = export(tmp_path / "m", pictures["/a.png"], "https://b.example/b.png")

    def run(*arguments: str) -> tuple[int, str]:
        out, err = StringIO(), StringIO()
        code = main([*arguments, "--home", str(tmp_path / "desk")], out, err)
        return code, " ".join((out.getvalue() + err.getvalue()).split())

    code, said = run("collect", str(folder))
    assert (code, "2 pictures, clips and sounds named by posts are not here" in said) == (0, True)
    for more in ((), ("--dry-run",), ("--dry-run", "--yes", pictures.host)):
        code, said = run("collect", "--media", *more)
        assert code == 0
        assert f"{pictures.host} (inside this network): 1" in said
        assert "https://b.example/b.png" in said
    assert pictures.asked == []
    assert run("collect", "--media", "--yes", "c.example")[0] == 2
    assert run("collect", "--yes", pictures.host)[0] == 2
    code, said = run("collect", "--media", "--yes", pictures.host)
    assert (code, "1 new picture, clip or sound, 48 bytes" in said, len(pictures.asked)) == (0, True, 1)


def test_files_that_were_fetched_are_no_feeds_to_visit(desk: Desk, pictures: WebPages, tmp_path: Path) -> None:
    pictures.pages = {"/a.png": (200, {}, PNG)}
    desk.take(export(tmp_path / "m", pictures["/a.png"]))
    fetched(desk, pictures)
    assert desk.archive.index.posts.followed() == []


def test_a_picture_that_was_fetched_after_the_release_waits_for_an_editor_who_may_release_many_at_once(
    desk: Desk, pictures: WebPages, tmp_path: Path
) -> None:
    pictures.pages = {"/a.png": (200, {}, PNG)}
    desk.take(export(tmp_path / "m", pictures["/a.png"]))
    [post] = desk.posts().values()
    waits, news = [], []
    for step in range(3):
        chosen = sort_out(Posts.of(desk.archive), [post.number], lambda post: CataloguedPost(post, release="public"))
        news.append(bool(chosen.released))
        state_release(desk.archive, desk.key, CataloguedPost(post.post, release="public"))
        if not step:
            fetched(desk, pictures)
        [file] = desk.archive.index.releases.files()[post.number]
        context = Contexts(desk.archive.index).of(post, {post.post})
        waits.append((bool(file.waits), [each.alt for each in (context.missing or ())] if context else []))
    assert waits == [(True, ["picture 1"]), (False, []), (False, [])]
    assert news == [True, True, False]
