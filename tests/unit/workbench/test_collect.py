"""Collecting in the browser: an export is sent, looked over, taken in; nothing of it lies anywhere else meanwhile."""

import asyncio
import io
import json
import random
import re
import shutil
import tarfile
import tempfile
import threading
from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import urlsplit

import pytest

from support.collecting_desk import NOW, manifest_of, tweet, x_files
from support.visitor import Answer, Room, Visitor
from support.web_server import WebPages
from tamizdat.archive import Archive
from tamizdat.archive.ingest import ingest, visits
from tamizdat.archive.ingest.askable import Askable, askable
from tamizdat.archive.ingest.exports import Intake
from tamizdat.archive.ingest.followed import Following
from tamizdat.archive.ingest.rechecks import Rechecks
from tamizdat.errors import UsageError, WorkRemains
from tamizdat.home.home import ARCHIVE
from tamizdat.posts.opml import Outline, write_opml
from tamizdat.workbench import uploads
from tamizdat.workbench.jobs import intake
from tamizdat.workbench.jobs import recheck as recheck_jobs
from tamizdat.workbench.jobs.jobs import COLLECT, Job

BOUNDARY = "----boundary"


@pytest.fixture
def editor(room: Room) -> Visitor:
    visitor = room.visitor("editor")
    visitor.get("/collect")
    return visitor


def form(name: str, data: bytes, token: str) -> bytes:
    """A form with a file, as browsers write it."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="form-token"\r\n\r\n{token}\r\n'
    file = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: x/y\r\n\r\n'
    )
    return head.encode() + file.encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()


def send(visitor: Visitor, name: str, data: bytes, token: str | None = None, body: bytes | None = None) -> Answer:
    sent = form(name, data, visitor.token if token is None else token) if body is None else body
    headers = {"content-type": f"multipart/form-data; boundary={BOUNDARY}", "content-length": str(len(sent))}
    answer = visitor.ask("POST", "/collect/upload", headers=headers, body=sent)
    visitor.room.bench.jobs.wait()
    return answer


def packed(*numbers: int, clip: bytes = b"") -> bytes:
    """An archive of X with these tweets, as a tar.gz; with a *clip*, if there is one."""
    posts = [tweet(number, f"第{number}个名字") for number in numbers]
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as archive:
        held_in_it = x_files(posts, manifest=manifest_of(NOW, len(posts)))
        for name, held in (held_in_it | ({"data/tweets_media/clip.mp4": clip} if clip else {})).items():
            member = tarfile.TarInfo(name)
            member.size = len(held)
            archive.addfile(member, io.BytesIO(held))
    return data.getvalue()


def lying(room: Room) -> list[str]:
    """What lies in the archive's staging folder."""
    return [path.name for path in room.archive.staging.rglob("*")]


def test_an_export_is_looked_over_first_then_taken_in_and_the_upload_is_gone(room: Room, editor: Visitor) -> None:
    before = room.archive.size
    assert send(editor, "lin-2026.tar.gz", packed(11, 12, 1)).to == "/collect"
    page = editor.get("/collect").text
    assert "3 posts found" in page
    assert "2 would be new" in page
    assert "lin-2026.tar.gz" in page
    assert room.archive.size == before
    assert "lin-2026.tar.gz" in lying(room)
    assert editor.post("/collect/take", do="take").to == "/collect"
    room.bench.jobs.wait()
    page = editor.get("/collect").text
    assert "2 are new and were taken in" in page
    assert room.number(12) > 0
    assert lying(room) == []
    assert json.loads(editor.get("/collect", accept="application/json").text)["what"] == "take"


def test_what_is_stopped_between_two_batches_keeps_the_upload_and_the_next_run_takes_the_rest(
    room: Room, editor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "BATCH", 1)
    send(editor, "lin-2026.tar.gz", packed(11, 12))
    home, bench, job = room.home, room.bench, Job(COLLECT, "take")
    kept = bench.uploads.kept
    assert kept is not None
    appended, before = room.archive.append, room.archive.size

    def append(envelopes: Any) -> Any:
        found = appended(envelopes)
        job.stop.set()  # the button is pressed while the first is taken in
        return found

    with monkeypatch.context() as pressed:
        pressed.setattr(room.archive, "append", append)
        with pytest.raises(WorkRemains, match="It was stopped"):
            intake.read_upload(home, room.archive, bench.key, bench.uploads, kept.key, Intake(), job)
    assert room.archive.size > before
    assert "lin-2026.tar.gz" in lying(room)
    again = Job(COLLECT, "take")
    intake.read_upload(home, room.archive, bench.key, bench.uploads, kept.key, Intake(), again)
    assert [room.number(each) > 0 for each in (11, 12)] == [True, True]
    assert len(room.archive.index.posts.versions(room.post(11))) == 1, "nothing is taken in twice"
    assert lying(room) == []


@pytest.mark.parametrize(
    ("name", "page", "form"),
    [
        ("collect", "/collect", "/collect/take"),
        ("publish", "/publish", "/publish"),
        ("stamps", "/publish/stamps", "/publish/stamps"),
    ],
)
def test_long_work_has_a_button_that_stops_it(room: Room, editor: Visitor, name: str, page: str, form: str) -> None:
    def work(job: Job) -> None:
        job.stop.wait()
        job.advance(1)

    assert room.bench.jobs.begin(Job(name, "take" if name == "collect" else "foresee"), work)
    assert f'<form method="post" action="{form}">' in editor.get(page).text
    assert 'value="stop"' in editor.get(page).text
    assert editor.post(form, do="stop").to == page
    room.bench.jobs.wait()
    assert "It was stopped. What was whole by then is kept." in editor.get(page).text


def test_visits_that_are_stopped_say_so_and_those_that_were_made_are_told(
    room: Room, editor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visits, "follow_address", lambda *_: False)
    job = Job(COLLECT, "visit")

    def work(job: Job) -> object:
        job.add = lambda size: job.stop.set()  # type: ignore[method-assign]  # the button is pressed after the first
        return intake.visit(room.home, room.archive, room.bench.key, ["http://a.example", "http://b.example"], job)

    room.bench.jobs.begin(job, work)
    room.bench.jobs.wait()
    page = editor.get("/collect").text
    assert "It was stopped." in page
    assert ("http://a.example" in page, "http://b.example" in page) == (True, False)


def test_nothing_of_an_upload_is_written_outside_the_archives_folder(
    room: Room, editor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere(*_: object, **__: object) -> None:
        raise AssertionError("a temporary file of the system")

    for name in ("NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile", "mkdtemp", "mkstemp"):
        monkeypatch.setattr(tempfile, name, nowhere)
    send(editor, "big.tar.gz", packed(*range(20, 40), clip=random.Random(1).randbytes(3 << 20)))
    assert "20 posts found" in editor.get("/collect").text


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("empty.zip", b"", "with 0 bytes"),
        ("../../entries.log", b"x", "Expected a file with a plain name"),
        ("a:b.zip", b"x", "Expected a file with a plain name"),
        (".hidden", b"x", "Expected a file with a plain name"),
        ("", b"", "Expected a file, found none"),
    ],
)
def test_what_cannot_be_an_export_is_refused_at_once_and_leaves_nothing(
    room: Room, editor: Visitor, name: str, data: bytes, told: str
) -> None:
    answer = send(editor, name, data)
    assert (answer.status, told in answer.text) == (400, True)
    assert lying(room) == []
    assert room.bench.uploads.kept is None


def test_a_file_that_no_format_reads_says_so_and_can_be_thrown_away(room: Room, editor: Visitor) -> None:
    send(editor, "holiday.docx", b"PK\x03\x04 no zip at all" * 40)
    page = editor.get("/collect").text
    assert 'role="alert"' in page
    assert "Take it in" not in page
    assert editor.post("/collect/take", do="drop").status == 303
    assert lying(room) == []


def test_nobody_but_editors_sends_anything_and_no_form_without_its_token(room: Room, editor: Visitor) -> None:
    translator = room.visitor("translator")
    assert translator.get("/collect").status == 403
    assert send(translator, "a.zip", b"x").status == 403
    assert send(editor, "a.zip", b"x", token="forged").status == 403
    assert send(room.visitor(), "a.zip", b"x").status == 401
    assert lying(room) == []


def test_a_form_that_breaks_off_leaves_nothing(room: Room, editor: Visitor) -> None:
    whole = form("a.tar.gz", packed(11), editor.token)
    for body in (whole[:-60], whole.replace(BOUNDARY.encode(), b"----other"), whole[:300]):
        assert send(editor, "", b"", body=body).status == 400
        assert lying(room) == []


def test_what_another_editor_sent_meanwhile_is_not_taken_in_or_thrown_away_by_who_looked_at_the_one_before(
    room: Room, editor: Visitor
) -> None:
    send(editor, "a.tar.gz", packed(11))
    seen = re.search('name="upload" value="([^"]+)"', editor.get("/collect").text)
    assert seen is not None
    other = room.visitor("editor")
    other.get("/collect")
    send(other, "b.tar.gz", packed(12))
    before = room.archive.size
    assert editor.post("/collect/take", do="drop", upload=seen[1]).status == 400
    editor.post("/collect/take", do="take", upload=seen[1])
    room.bench.jobs.wait()
    assert "is not there any more" in editor.get("/collect").text
    assert room.archive.size == before
    assert room.bench.uploads.kept is not None
    assert room.bench.uploads.kept.name == "b.tar.gz"


def test_an_upload_that_comes_in_the_moment_in_which_the_one_before_was_read_is_refused_or_kept(
    room: Room, editor: Visitor
) -> None:
    send(editor, "a.tar.gz", packed(11))
    later = uploads.Kept(room.archive.staging / "later" / "b.tar.gz", "b.tar.gz", 1)
    accepted = list[bool]()

    class Moments:
        """The mutex; before the second time that reading takes it another upload comes."""

        def __init__(self, mutex: Any) -> None:
            self.mutex, self.times = mutex, 0

        def __enter__(self) -> None:
            self.times += 1
            if self.times == 2:
                try:
                    room.bench.uploads.keep(later)
                    accepted.append(True)
                except UsageError:
                    accepted.append(False)
            self.mutex.acquire()

        def __exit__(self, *_: object) -> None:
            self.mutex.release()

    room.bench.uploads._mutex = cast(threading.Lock, Moments(room.bench.uploads._mutex))
    editor.post("/collect/take", do="take")
    room.bench.jobs.wait()
    assert accepted == [room.bench.uploads.kept == later]


def test_an_upload_that_does_not_fit_on_the_disk_is_refused_with_the_sizes(
    room: Room, editor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(room.folder)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=uploads.ROOM + 1000))
    answer = send(editor, "a.tar.gz", packed(11))
    assert answer.status == 500
    assert "Expected room for the upload" in answer.text
    assert lying(room) == []


def test_an_upload_of_a_killed_workbench_is_gone_when_the_archive_is_opened_again(room: Room, editor: Visitor) -> None:
    send(editor, "a.tar.gz", packed(11))
    left = room.archive.staging
    room.archive._staging._let_go()  # as the system does for a process that was killed
    with Archive.open(room.home.folder / ARCHIVE):
        assert not left.exists()


def test_a_killed_taking_in_is_told_when_the_workbench_is_opened_again(room: Room, editor: Visitor) -> None:
    row: dict[str, str | int] = {"name": COLLECT, "what": "take", "about": "lin-2026.tar.gz", "begun": 1}
    room.bench.sealed.put(("jobs",), (COLLECT,), dict(row))
    room.bench.close()
    room.archive.close()
    room.open()
    page = room.visitor("editor").get("/collect").text
    assert "The workbench was ended before this was done" in page
    assert "Send <bdi>lin-2026.tar.gz</bdi> again" in page
    room.bench.close()
    room.archive.close()
    room.open()
    assert "was ended before" not in room.visitor("editor").get("/collect").text


# feeds -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def feed() -> Iterator[str]:
    data = (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><id>https://notes.example/feed</id><title>Notes</title><entry>'
        b"<id>https://notes.example/1</id><title>One</title><content>A gate</content>"
        b"<updated>2013-05-12T14:28:00+08:00</updated></entry></feed>"
    )
    with WebPages() as site:
        site.pages["/feed.xml"] = (200, {"Content-Type": "application/atom+xml"}, data)
        yield site["/feed.xml"]


def test_a_feed_is_followed_visited_switched_off_and_told_when_it_fails(room: Room, editor: Visitor, feed: str) -> None:
    assert editor.post("/collect/follow", address=feed).to == "/collect"
    room.bench.jobs.wait()
    page = editor.get("/collect").text
    assert "1 is new and was taken in" in page
    assert room.archive.index.posts.is_here("https://notes.example/1")
    assert editor.post("/collect/follow").status == 303
    room.bench.jobs.wait()
    assert "1 is here already" in editor.get("/collect").text
    assert editor.post("/collect/switch", address=feed, do="off").status == 303
    assert not Following(room.archive).named(feed).on
    assert editor.post("/collect/follow").status == 400
    assert editor.post("/collect/switch", address=feed, do="on").status == 303
    assert editor.post("/collect/switch", address="https://unknown.example/", do="off").status == 400
    editor.post("/collect/follow", address=feed.replace("feed.xml", "none.xml"))
    room.bench.jobs.wait()
    assert "problem" in editor.get("/collect").text


def test_a_list_of_feeds_is_followed_and_nothing_is_asked_by_it(room: Room, editor: Visitor) -> None:
    urls = ("https://a.example/feed", "https://b.example/feed")
    send(editor, "feeds.opml", write_opml([Outline(each, "Notes") for each in urls]))
    page = editor.get("/collect").text
    assert "A list of 2 feeds, 2 of them not followed yet" in page
    assert "https://a.example/feed" not in Following(room.archive)
    editor.post("/collect/take", do="take")
    room.bench.jobs.wait()
    assert [each.url for each in Following(room.archive).all()] == list(urls)
    assert not any(each.visits for each in Following(room.archive).all())
    assert "They are followed now" in editor.get("/collect").text


def test_pictures_that_posts_only_name_are_fetched_from_the_hosts_that_are_ticked_alone(
    room: Room, editor: Visitor, feed: str
) -> None:
    host = urlsplit(feed).netloc
    note: dict[str, object] = {
        "id": "https://a.example/7",
        "type": "Note",
        "content": "<p>a</p>",
        "published": "2020-01-01T00:00:00Z",
    }
    note |= {"attributedTo": "https://a.example/u", "to": ["https://www.w3.org/ns/activitystreams#Public"]}
    note["attachment"] = [
        {"type": "Document", "mediaType": "image/jpeg", "url": url}
        for url in (f"http://{host}/feed.xml", "https://never.example/1.jpg")
    ]
    create = {"id": "https://a.example/7/a", "type": "Create", "object": note}
    box = {"@context": "https://www.w3.org/ns/activitystreams", "type": "OrderedCollection", "orderedItems": [create]}
    room.take_files({"outbox.json": json.dumps({**box, "id": "outbox.json"}).encode()}, "lacking", NOW)
    page = editor.get("/collect/media").text
    assert f'value="{host}"' in page
    assert "inside this network" in page
    assert editor.post("/collect/media", host="stranger.example").status == 400
    assert editor.post("/collect/media", host=host).to == "/collect"
    room.bench.jobs.wait()
    told = editor.get("/collect").text
    assert "1 could not be had" in told  # what it answers is no picture
    assert "never.example" not in told


def test_kept_posts_are_asked_for_at_hosts_that_an_editor_ticks_and_the_page_tells_what_came_of_it(
    room: Room, editor: Visitor, feed: str
) -> None:
    host, site = urlsplit(feed).netloc, feed.removesuffix("/feed.xml")
    items = [{"id": f"{site}/{number}", "url": f"{site}/{number}", "content_text": "x"} for number in (1, 2)]
    export = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Notes", "items": items}).encode()
    room.take_files({"feed.json": export}, "notes", NOW)
    assert "/collect/asked" in editor.get("/collect").text
    assert f'value="{host}"' in editor.get("/collect/asked").text
    for role in ("translator", "reviewer"):
        visitor = room.visitor(role)
        assert (visitor.get("/collect/asked").status, visitor.post("/collect/asked", host=host).status) == (403, 403)
    assert editor.post("/collect/asked", host="stranger.example").status == 400
    assert not Rechecks(room.archive).all()
    assert editor.post("/collect/asked", host=host).to == "/collect/asked"
    room.bench.jobs.wait()
    assert "2 posts were asked for, 0 are there" in editor.get("/collect/asked").text  # nor is any other page
    assert re.search(rf"{host}.*Visited .*Visit now", editor.get("/collect").text, re.S)
    assert Rechecks(room.archive).of(host).missing == {}
    with room.bench.home.alone(recheck_jobs.LOCKED):
        assert editor.post("/collect/asked", host=host, do="off").status == 409
    assert [each.host for each in Rechecks(room.archive).all()] == [host]
    assert re.search(rf'name="host" value="{host}"><button class="link" name="do" value="off"', page(editor))
    assert editor.post("/collect/asked", host=host, do="off").status == 303
    assert (Rechecks(room.archive).all(), 'value="off"' in page(editor)) == ([], False)
    assert "2 posts" in editor.get("/collect/asked").text, "what is kept stays, and could be asked for"


def page(editor: Visitor) -> str:
    return editor.get("/collect").text


def test_the_posts_that_can_be_asked_for_are_counted_once_for_each_ledger(
    room: Room, editor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = list[int]()

    def counting(archive: Archive) -> Askable:
        counted.append(archive.size)
        return askable(archive)

    monkeypatch.setattr(recheck_jobs, "askable", counting)
    items = [{"id": f"https://a.example/{number}", "content_text": "x", "url": f"https://a.example/{number}"}
             for number in range(3)]  # fmt: skip
    for posts, name in ((items[:2], "a"), (items, "b")):
        export = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": name, "items": posts}).encode()
        room.take_files({f"{name}.json": export}, name, NOW)
        for _ in range(3):
            assert f"{len(posts)} posts" in editor.get("/collect/asked").text
        assert editor.post("/collect/asked", host="stranger.example").status == 400
    assert len(counted) == 2


@pytest.mark.parametrize("given", ["notes.example/feed", "file:///etc/passwd", "javascript:alert(1)", "http://"])
def test_what_is_no_address_is_asked_of_nobody(room: Room, editor: Visitor, given: str) -> None:
    answer = editor.post("/collect/follow", address=given)
    assert (answer.status, "Expected" in answer.text) == (400, True)
    assert room.bench.jobs.of(COLLECT) is None


def test_a_second_collecting_is_refused_while_one_runs(room: Room, editor: Visitor) -> None:
    with room.home.alone("collecting"):
        send(editor, "a.tar.gz", packed(11))
    assert "Take it in" not in editor.get("/collect").text
    assert editor.post("/collect/take", do="look").status == 303
    room.bench.jobs.wait()
    assert "1 post found" in editor.get("/collect").text


def test_an_upload_is_handed_on_in_pieces_while_it_comes(room: Room, editor: Visitor) -> None:
    """Bytes are on the disk before the last of them was sent."""
    body = form("a.bin", bytes(5 << 20), editor.token)
    seen: list[int] = []

    async def sent() -> None:
        pieces = [body[at : at + (1 << 20)] for at in range(0, len(body), 1 << 20)]
        got: list[dict[str, object]] = []

        async def receive() -> dict[str, object]:
            seen.append(sum(path.stat().st_size for path in room.archive.staging.rglob("a.bin")))
            piece = pieces.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

        async def answer(message: dict[str, object]) -> None:
            got.append(message)

        headers = {"content-type": f"multipart/form-data; boundary={BOUNDARY}", "cookie": editor.cookie}
        await ask_with(room, headers, receive, answer)

    asyncio.run(sent())
    room.bench.jobs.wait()
    assert max(seen) >= 3 << 20
    assert len(seen) == 6


async def ask_with(room: Room, headers: dict[str, str], receive: object, send_back: object) -> None:
    """As a server asks the application, with a body that comes piece by piece."""
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": "/collect/upload", "raw_path": b"/collect/upload", "root_path": "", "query_string": b"",
        "headers": [(b"host", b"127.0.0.1:8737"), *((name.encode(), said.encode()) for name, said in headers.items())],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8737),
    }  # fmt: skip
    await room.app(scope, receive, send_back)  # type: ignore[arg-type]


def test_an_editor_sees_what_was_refused_as_anothers_and_says_that_it_is_still_theirs(
    room: Room, editor: Visitor
) -> None:
    def feed(title: str, number: int) -> bytes:
        words = f"<title>the <i>{number}th</i> &lt;b&gt;</title>"
        item = f"<item><guid>/{number}</guid>{words}</item>"
        return f"<rss><channel><title>{title}</title>{item}</channel></rss>".encode()

    with WebPages() as site:
        address = f"{site.site}/feed"
        site.pages["/feed"] = (200, {}, feed("Notes", 1))
        editor.post("/collect/follow", address=address)
        room.bench.jobs.wait()
        assert "in other hands" not in editor.get("/").text
        site.pages["/feed"] = (200, {}, feed("1 &amp;lt; 2 slots", 2))
        editor.post("/collect/follow", address=address)
        room.bench.jobs.wait()
        assert "may be in other hands" in editor.get("/").text
        assert "may be in other hands" not in room.visitor("translator").get("/").text
        page = editor.get("/collect").text
        assert "Answers that were kept as they came: 1" in page
        assert "1 &lt; 2 slots" in page
        assert "the 2th" in page
        assert editor.post("/collect/switch", address="https://unknown.example/", do="theirs").status == 400
        assert editor.post("/collect/switch", address=address, do="theirs").to == "/collect"
        room.bench.jobs.wait()
        assert "1 is new and was taken in" in editor.get("/collect").text
        assert "in other hands" not in editor.get("/").text + editor.get("/collect").text
        site.pages["/feed"] = (200, {}, feed("slots", 3))
        editor.post("/collect/follow", address=address)
        room.bench.jobs.wait()
        assert editor.post("/collect/switch", address=address, do="off").status == 303
        assert "in other hands" not in editor.get("/").text
