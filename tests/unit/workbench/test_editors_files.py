"""What an editor or reviewer needed a terminal for: memories, tables, voices, addresses, captures, pages given out."""

import io
import threading
import zipfile
from pathlib import Path

import pytest

from support.visitor import Room
from tamizdat.archive.search.clocks import Clocks
from tamizdat.backup.contents import contents_of
from tamizdat.errors import WorkRemains
from tamizdat.publishing.derived.hidden_voices import hidden_voices
from tamizdat.translation.memory import Memory
from tamizdat.translation.origins import Origins
from tamizdat.workbench.jobs import books
from tamizdat.workbench.jobs.jobs import Job

TMX = """<?xml version="1.0"?><tmx version="1.4"><header/><body><tu>
<tuv xml:lang="zh"><seg>校舍塌了。</seg></tuv><tuv xml:lang="en"><seg>The school building fell.</seg></tuv>
</tu></body></tmx>""".encode()
FILES = "/glossary/files"


def test_a_memory_of_others_is_taken_in_suggested_backed_up_and_thrown_out(room: Room) -> None:
    reviewer = room.visitor("reviewer")
    reviewer.get(FILES)
    answer = reviewer.send(f"{FILES}/memories", "un.tmx", TMX, name="UN 2019")
    assert "2 pairs of sentences were taken in" in answer.text
    [found] = Memory(room.archive).suggest("校舍塌了。", "zh", "en", 3)
    assert (found.target, found.origin) == ("The school building fell.", "UN 2019")
    backed_up = {each.path for each in contents_of(room.home, room.archive).files}
    assert "archive/origins.sqlite" in backed_up
    assert not {"archive/index.sqlite", "archive/search.sqlite"} & backed_up
    assert "which one has" in reviewer.send(f"{FILES}/memories", "un.tmx", TMX, name="UN 2019").text
    assert reviewer.send(f"{FILES}/memories", "un.tmx", b"<tmx>", name="Other").status == 400
    assert reviewer.send(f"{FILES}/memories", "un.tmx", TMX).status == 400, "it has no name"
    reviewer.get(FILES)
    assert reviewer.post(f"{FILES}/memories/drop", name="UN 2019").to.startswith(FILES)
    assert Origins(room.archive).all() == []
    assert room.visitor("translator").get(FILES).status == 403


def test_the_memory_goes_out_and_only_editors_have_what_is_not_released(room: Room) -> None:
    editor, reviewer = room.visitor("editor"), room.visitor("reviewer")
    assert "校舍" not in reviewer.get(f"{FILES}/memory?all=yes").text
    answer = editor.get(f"{FILES}/memory?language=en&all=yes")
    assert answer.headers["content-disposition"] == 'attachment; filename="memory-en.tmx"'
    assert editor.get(f"{FILES}/memory?language=no such").status == 400


def test_the_glossary_goes_through_a_spreadsheet(room: Room) -> None:
    reviewer = room.visitor("reviewer")
    reviewer.get(FILES)
    table = (
        "number,language,variants,kind,note,retired,into:en\r\n,zh,豆腐渣,term,,no,tofu dregs\r\n,zh,,term,,no,x\r\n"
    )
    answer = reviewer.send(f"{FILES}/table", "glossary.csv", table.encode())
    assert "1 new, 0 changed" in answer.text
    assert "Line 3" in answer.text
    out = reviewer.get(f"{FILES}/table")
    assert "豆腐渣" in out.text
    again = reviewer.send(f"{FILES}/table", "glossary.csv", out.body)
    assert "0 new, 0 changed" in again.text


def test_the_list_of_people_goes_through_a_spreadsheet(room: Room) -> None:
    editor = room.visitor("editor")
    editor.get("/people")
    answer = editor.send("/people/table", "people.csv", "name,language\n刘霞梓,zh\n王,zh\n".encode())
    assert "2 new, 0 changed, 0 as they were" in answer.text
    table = editor.get("/people/table")
    assert "刘霞梓" in table.text
    assert "0 new, 0 changed, 2 as they were" in editor.send("/people/table", "people.csv", table.body).text
    assert editor.send("/people/table", "people.csv", b"\x00\x01").status == 400
    assert room.visitor("reviewer").get("/people/table").status == 403


def test_a_voice_is_hidden_while_it_changes_and_lives_by_its_own_clock(room: Room) -> None:
    editor = room.visitor("editor")
    path = f"/guides/voice/{room.number(1)}"
    handle = room.archive.index.posts.versions(room.post(1))[0].handle
    editor.get(path)
    assert editor.post(f"{path}/ways", hide="yes", zone="Asia/Shanghai").to.startswith(path)
    assert hidden_voices(room.archive.folder) == {handle.casefold()}
    assert Clocks(room.archive.folder).of(handle) == "Asia/Shanghai"
    page = editor.get(path).text
    assert 'name="hide" value="yes" checked' in page
    assert handle in editor.get("/publish").text
    wrong = editor.post(f"{path}/ways", hide="yes", zone="Nowhere/City")
    assert (wrong.status, "Nowhere/City" in wrong.text) == (400, True)
    editor.get(path)
    editor.post(f"{path}/ways", zone="")
    assert hidden_voices(room.archive.folder) == frozenset()
    assert Clocks(room.archive.folder).zones == {}
    assert "How this voice is treated" not in room.visitor("reviewer").get(path).text


def test_where_the_site_is_served_is_said_in_the_browser(room: Room) -> None:
    editor = room.visitor("editor")
    editor.get("/publish")
    answer = editor.post("/publish/addresses", addresses="https://example.org/site\n\nhttp://abc.onion/\n")
    assert answer.to.startswith("/publish")
    assert room.home.addresses == ["https://example.org/site/", "http://abc.onion/"]
    editor.get("/publish")
    wrong = editor.post("/publish/addresses", addresses="ftp://example.org")
    assert (wrong.status, "ftp://example.org" in wrong.text) == (400, True)
    assert len(room.home.addresses) == 2
    editor.post("/publish/addresses", addresses=" \n")
    assert room.home.addresses == []


def test_a_page_is_captured_only_at_an_address_and_never_by_root(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = room.visitor("editor")
    editor.get("/collect")
    answer = editor.post("/collect/capture", page="file:///etc/passwd")
    assert (answer.status, "begins with https://" in answer.text) == (400, True)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    answer = editor.post("/collect/capture", page="https://example.org/")
    assert (answer.status, "root" in answer.text) == (400, True)


def test_the_first_invitation_is_shown_to_a_person_and_to_no_log(room: Room, tmp_path: Path) -> None:
    from tamizdat.cli.console import Out
    from tamizdat.cli.desk import _say_first_invitation
    from tamizdat.workbench.auth.accounts import Accounts

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for stream, shown in ((Terminal(), True), (io.StringIO(), False)):
        _say_first_invitation(Accounts.open(room.home), "http://127.0.0.1:8737", Out(stdout=stream))
        assert ("http://127.0.0.1:8737/join#code=" in stream.getvalue()) == shown


def pressed() -> threading.Event:
    """As of a job whose button was pressed."""
    stop = threading.Event()
    stop.set()
    return stop


def test_a_book_of_the_edition_is_made_and_saved_without_what_was_withdrawn_since(room: Room) -> None:
    editor = room.visitor("editor")
    editor.get("/publish")
    assert editor.post("/publish/book", voice="", language="en").status == 303
    room.bench.jobs.wait()
    assert "Expected a published site" in room.bench.jobs.of("book").problem  # type: ignore[union-attr]
    for number in (2, 3):
        editor.post(f"/items/{room.number(number)}", release="public")
    editor.post("/publish", do="publish")
    room.bench.jobs.wait()
    editor.post(f"/items/{room.number(3)}", release="withdrawn", reason="The family asked for it.")
    editor.post("/publish/book", voice="", language="en")
    room.bench.jobs.wait()
    page = editor.get("/publish").text
    assert "1 was left out, because it is not released any more" in page
    book = editor.get("/publish/book")
    assert book.headers["content-type"] == "application/epub+zip"
    with zipfile.ZipFile(io.BytesIO(book.body)) as held:
        assert f"EPUB/post-{room.number(3)}.xhtml" not in held.namelist()
        assert any(name.endswith(f"post-{room.number(2)}.xhtml") for name in held.namelist())
    lying = room.bench.jobs.of("book").result.path  # type: ignore[union-attr]
    with lying.open("rb") as saving:  # while the next one is made
        begun = saving.read(100)
        books.make(room.archive, room.bench.site, "", "zh", "9999-12-31", Job("book"))
        assert begun + saving.read() == book.body != lying.read_bytes(), "one book, and not the halves of two"
    assert editor.post("/publish/book", voice="", language="no such").status == 400
    with pytest.raises(WorkRemains, match="It was stopped"):  # which the button at the book asks for
        books.make(room.archive, room.bench.site, "", "en", "9999-12-31", Job("book", stop=pressed()))
    room.bench.jobs.begin(Job("book", "book"), lambda job: job.stop.wait())
    assert '<form method="post" action="/publish/book">' in editor.get("/publish").text
    assert editor.post("/publish/book", do="stop").to == "/publish"
    room.bench.jobs.wait()
    editor.post(f"/items/{room.number(2)}", release="withdrawn", reason="The family asked for it.")
    assert editor.get("/publish/book").to == "/publish?done=no-book"  # what lies there shows what may not go out now
