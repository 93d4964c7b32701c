"""Web archives as evidence: kept whole, their pages found, beside the post of the same address; the index made anew."""

import io
import json
from pathlib import Path

import pytest

from support.collecting_desk import NOW, Desk, in_folder, tweet, x_files
from support.web_samples import DATE, HTML, URL, answer, packed, page, record, wacz
from tamizdat.archive.forgetting.destruction import commit, finish
from tamizdat.archive.forgetting.plan import planned
from tamizdat.archive.ingest.web_archives import WebReport, look_into, take_in
from tamizdat.archive.views.pages import address_key
from tamizdat.captures.warc import BadWebArchive
from tamizdat.captures.web_archive import WebArchive, is_web_archive, screenshot_of
from tamizdat.cli.main import main

LATER = "2026-11-20T09:00:00Z"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.make(tmp_path / "archive")


def take(desk: Desk, path: Path, data: bytes) -> WebReport:
    path.write_bytes(data)
    return take_in(desk.archive, desk.key, path, NOW)


def test_a_page_is_found_by_its_words_its_title_and_its_address(desk: Desk, tmp_path: Path) -> None:
    report = take(desk, tmp_path / "names.wacz", wacz())
    [number] = report.pages
    for words in ("校舍", "名单", URL):
        assert [(each.kind, each.number) for each in desk.archive.search.find(words).hits] == [("page", number)]
    found = desk.archive.index.pages.page(number)
    assert found is not None
    assert (found.url, found.date, found.title, found.status, found.text) == (URL, DATE, "名单", 200, "校舍塌了。")


def test_the_same_file_again_adds_nothing(desk: Desk, tmp_path: Path) -> None:
    first = take(desk, tmp_path / "names.wacz", wacz())
    size = desk.archive.size
    again = take(desk, tmp_path / "other-name.wacz", wacz())
    assert (again.known, again.pages, desk.archive.size) == (True, first.pages, size)


def test_what_does_not_hold_leaves_nothing_behind(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(BadWebArchive):
        take(desk, tmp_path / "bad.wacz", wacz(unlisted=[("archive/planted", b"x")]))
    assert desk.archive.size == 0
    assert list(desk.archive.objects) == []
    assert list(desk.archive.staging.iterdir()) == []


def test_a_page_stands_beside_the_post_of_its_address(desk: Desk, tmp_path: Path) -> None:
    desk.take(in_folder(tmp_path / "x", x_files([tweet(57, "校舍塌了")])))
    url = "https://twitter.com/lin/status/57?s=20"
    report = take(desk, tmp_path / "page.warc", page(url))
    assert report.beside == 1
    assert desk.archive.index.pages.posts_beside(url) == ["https://x.com/i/status/57"]
    assert [each.url for each in desk.archive.index.pages.beside("https://x.com/i/status/57")] == [url]
    assert desk.archive.index.posts.followed() == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.example/x", "http://www.a.example/x/#part", True),
        ("https://a.example/x?n=1", "https://a.example/x?n=2", False),
        ("https://mobile.twitter.com/a/status/5/photo/1", "https://x.com/b/status/5", True),
        ("https://a.example:8443/x", "https://a.example/x", False),
        ("https://a.example:443/x", "https://a.example/x", True),
        ("https://A.example/x", "https://a.example/X", False),
    ],
)
def test_addresses_are_one_if_they_differ_only_in_what_tells_nothing(one: str, other: str, same: bool) -> None:
    assert (address_key(one) == address_key(other)) is same


def test_the_index_made_anew_says_the_same(desk: Desk, tmp_path: Path) -> None:
    take(desk, tmp_path / "names.wacz", wacz())
    assert desk.archive.check().sound
    assert desk.archive.check(rebuild=True).sound
    [number] = [each.number for each in desk.archive.index.pages.all()]
    desk.archive.forget(number)
    assert desk.archive.index.pages.all() == []
    assert desk.archive.search.find("校舍").total == 0


def test_a_page_is_forgotten_with_all_pages_of_its_web_archive_whose_bytes_are_one_file(
    desk: Desk, tmp_path: Path
) -> None:
    take(desk, tmp_path / "some.warc.gz", packed([page("https://a.example/"), page()]))
    one, other = (each.number for each in desk.archive.index.pages.all())
    plan = planned(desk.archive, [one])
    assert ({one, other} <= {*plan.entries}, plan.targets[0].kind) == (True, "captured page")
    commit(desk.archive, desk.key, plan, "asked", "2026-11-30")
    finish(desk.archive, {})
    assert (desk.archive.index.pages.all(), [*desk.archive.objects]) == ([], [])
    assert desk.archive.check().sound


def test_a_record_whose_digest_does_not_hold_is_told_and_gives_no_page(desk: Desk, tmp_path: Path) -> None:
    spoiled = page("https://a.example/", HTML.replace("校舍", "房子")).replace("房子".encode(), "校舍".encode())
    report = take(desk, tmp_path / "some.warc.gz", packed([spoiled, page()]))
    assert report.damaged
    assert "https://a.example/" in report.problems[0]
    assert [each.url for each in desk.archive.index.pages.all()] == [URL]


def test_of_a_file_that_is_cut_short_the_whole_records_are_taken_and_the_rest_is_told(
    desk: Desk, tmp_path: Path
) -> None:
    report = take(desk, tmp_path / "cut.warc.gz", packed([page(), page("https://a.example/")])[:-20])
    assert (len(report.pages), report.damaged) == (1, True)
    assert "cut short" in report.problems[0]


def test_redirects_and_frames_are_no_pages(desk: Desk, tmp_path: Path) -> None:
    moved = record("response", "https://a.example/old", answer(b"moved", status="301 Moved", Location="/new"))
    framed = page("https://a.example/frame")
    asked = record("request", "https://a.example/frame", b"GET /frame HTTP/1.1\r\nSec-Fetch-Dest: iframe\r\n\r\n")
    report = take(desk, tmp_path / "some.warc", b"".join([moved, framed, asked, page("https://a.example/new")]))
    assert [each.url for each in desk.archive.index.pages.all()] == ["https://a.example/new"]
    assert report.left == {"frames of pages": 1}


def test_a_page_that_moved_is_read_where_it_moved_to(desk: Desk, tmp_path: Path) -> None:
    moved = record("response", URL, answer(b"moved", status="302 Found", Location="/now"))
    take(desk, tmp_path / "moved.wacz", wacz([moved, page("https://school.example/now")]))
    [found] = desk.archive.index.pages.all()
    assert (found.url, found.final, found.text) == (URL, "https://school.example/now", "校舍塌了。")


@pytest.mark.parametrize("nowhere", ["http://[a/b", "https://a]b/", "http://[v1.x]/"])
def test_what_is_no_address_in_a_list_or_a_redirect_keeps_no_page_from_being_read(
    desk: Desk, tmp_path: Path, nowhere: str
) -> None:
    moved = record("response", URL, answer(b"moved", status="302 Found", Location=nowhere))
    listed = [{"url": nowhere, "ts": DATE}, {"url": URL, "ts": DATE}, {"url": "https://school.example/b", "ts": DATE}]
    take(desk, tmp_path / "moved.wacz", wacz([moved, page("https://school.example/b")], listed))
    assert "https://school.example/b" in [each.url for each in desk.archive.index.pages.all()]


def test_a_revisit_is_the_answer_it_repeats(desk: Desk, tmp_path: Path) -> None:
    again = record(
        "revisit", URL, answer(b""), LATER, WARC_Refers_To_Target_URI=URL, WARC_Refers_To_Date=DATE,
        WARC_Profile="http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
    )  # fmt: skip
    report = take(desk, tmp_path / "again.wacz", wacz([page(), again], [{"url": URL, "ts": LATER}]))
    [number] = report.pages
    found = desk.archive.index.pages.page(number)
    assert found is not None
    assert (found.date, found.text) == (LATER, "校舍塌了。")


def test_a_page_that_is_listed_and_not_there_is_told(desk: Desk, tmp_path: Path) -> None:
    report = take(desk, tmp_path / "less.wacz", wacz([page()], [{"url": "https://a.example/", "ts": DATE}]))
    assert (report.pages, report.missing, report.damaged) == ([], ["https://a.example/"], True)


def test_the_words_that_the_capturing_browser_saw_come_first(desk: Desk, tmp_path: Path) -> None:
    pages = [{"url": URL, "ts": DATE, "title": "名单", "text": "五百一十二人"}]
    take(desk, tmp_path / "seen.wacz", wacz([page(html="<script>draw()</script>")], pages))
    assert desk.archive.search.find("五百一十二人").total == 1


@pytest.mark.parametrize("charset", ["gb2312", "big5", "utf-8", "x-none"])
def test_words_are_read_in_the_charset_that_is_told(desk: Desk, tmp_path: Path, charset: str) -> None:
    text = "学校" if charset != "big5" else "學校"
    body = f"<p>{text}</p>".encode("utf-8" if charset == "x-none" else charset)
    take(desk, tmp_path / "some.warc", record("response", URL, answer(body, f"text/html; charset={charset}")))
    assert desk.archive.index.pages.all()[0].text == text


@pytest.mark.parametrize("told", ["text/html", "text/html; charset=x-none"])
def test_words_of_a_page_that_tells_no_charset_are_found(desk: Desk, tmp_path: Path, told: str) -> None:
    body = "<title>名单</title><p>学校塌了，没有人说话。我们在河边等了一个晚上。</p>".encode("gbk")
    take(desk, tmp_path / "some.warc", record("response", URL, answer(body, told)))
    assert desk.archive.index.pages.all()[0].title == "名单"
    assert desk.archive.search.find("没有人说话").total == 1


def test_a_screenshot_is_known_by_the_names_that_crawlers_give_it(tmp_path: Path) -> None:
    picture = record("resource", f"urn:fullPage:{URL}", b"\x89PNG", Content_Type="image/png")
    with WebArchive(io.BytesIO(page() + picture)) as web:
        found = screenshot_of(web.contents(), URL)
        assert found is not None
        assert web.bytes_of(found) == b"\x89PNG"


def test_what_is_no_web_archive_is_not_taken_for_one(tmp_path: Path) -> None:
    for name, data in {"a.zip": b"PK\3\4", "b.gz": b"\x1f\x8bxx", "c.json": b"{}", "d": b""}.items():
        (tmp_path / name).write_bytes(data)
        assert not is_web_archive(tmp_path / name)
    assert look_into(_written(tmp_path / "e", packed([page()]))).records == 1


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_collect_says_what_a_signature_does_not_prove(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home, path = str(tmp_path / "desk"), _written(tmp_path / "names.wacz", wacz())
    assert main(["setup", "desk", "--home", home, "--no-passphrase", "--allow-swap"]) == 0
    capsys.readouterr()
    assert main(["collect", str(path), "--home", home, "--allow-swap", "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (len(told["pages"]), told["signature"]) == (1, {"by": "nobody"})
    bad = _written(tmp_path / "bad.wacz", wacz(digest=False))
    assert main(["collect", str(bad), "--home", home, "--allow-swap"]) == 3
    assert "taken off" in capsys.readouterr().err


def test_what_the_desk_captured_is_recorded_with_whom_it_asked_and_what_it_seems_to_be(
    desk: Desk, tmp_path: Path
) -> None:
    path = _written(tmp_path / "own.wacz", wacz([page(html='<div class="h-captcha"></div>')]))
    report = take_in(desk.archive, desk.key, path, NOW, hosts=["school.example", "ads.example"])
    whole, own = (each.predicate["context"] for each in desk.said("captured"))
    assert isinstance(whole, dict)
    assert isinstance(own, dict)
    assert whole["asked"] == ["school.example", "ads.example"]
    assert own["seems"] == "captcha"
    assert desk.archive.index.pages.is_own(report.file)
