"""Nothing is put out that our own verifier does not accept, and nothing that strangers write stops the rest."""

import json
import os
import re
import shutil
import weakref
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from support.collecting_desk import tweet
from support.item_files import statements_in
from support.published_desk import NOON, TODAY, House, status
from support.repositories import POST, Account, post_record, repository
from tamizdat.archive.acts.releases import state_release
from tamizdat.errors import CheckFailed, UsageError
from tamizdat.ledger.roster import Roster
from tamizdat.publishing.build import edition_build
from tamizdat.publishing.build.self_check import check_edition
from tamizdat.publishing.previous import Previous
from tamizdat.statements import derived
from tamizdat.statements.catalogued import CataloguedPost
from tamizdat.statements.derived import Post
from tamizdat.verifying import Seen, verify
from tamizdat.verifying.untrusted_folder import Folder

LATER = TODAY + timedelta(days=1)
LONG = "".join(chr(0x4E00 + each * 7919 % 20_000) for each in range(60_000))


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def release_all(house: House) -> None:
    for version in house.archive.index.posts.latest():
        state_release(house.archive, house.desk, CataloguedPost(version.post, release="public"))


@pytest.mark.parametrize(
    "url", ["https://a.example/two words", "https://a.example/1\n", "javascript:alert(1)", "http://", "https://[a/b"]
)
def test_an_address_that_the_format_cannot_hold_is_left_out_and_the_edition_holds(house: House, url: str) -> None:
    item = {
        "id": "https://a.example/1",
        "url": url,
        "content_html": f'<p>Some <a href="{url}">words</a></p>',
        "date_published": "2013-05-12T06:28:00Z",
    }
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "A", "items": [item]}
    house.take_files({"feed.json": json.dumps(feed).encode()}, NOON)
    release_all(house)
    assert house.publish().items == 1
    report = verify(house.site)
    assert (report.broken, report.holds) == ([], True)


def test_no_source_can_be_in_two_portions_of_the_check_for_a_post_has_one_number_however_often_it_comes_in(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check before an edition holds posts of one portion against each other; a reader's holds all of them."""
    edit = {"edit_info": {"edit": {"editControlInitial": {"editTweetIds": ["1", "4"]}}}}
    house.take(tweet(1, "The first words"), tweet(2, "Others"), tweet(2, "Others, twice in one file"))
    house.take(tweet(4, "The words that were edited", **edit), tweet(3, "A third"), now=NOON + timedelta(days=1))
    house.take(tweet(1, "The first words"), tweet(2, "Others"), now=NOON + timedelta(days=2))
    release_all(house)
    monkeypatch.setattr(edition_build, "CHECKED", 1)
    house.publish()
    report = verify(house.site)
    assert (report.broken, report.holds) == ([], True)
    posts = [derived.read(each) for each in statements_in(house.site)]
    assert {each.post for each in posts if isinstance(each, Post)} == {status(number) for number in (1, 2, 3)}
    assert len({each.source for each in posts}) == len(posts) == 3
    versions = house.archive.index.posts.latest()
    assert len({each.post for each in versions}) == len(house.archive.index.releases.numbers()) == 3
    assert len(set(house.archive.index.releases.numbers().values())) == 3


def test_an_item_whose_statement_is_too_large_is_left_out_and_the_rest_is_published(house: House) -> None:
    house.take(tweet(1, LONG), tweet(2, "Another"))
    house.release(1, 2)
    house.publish()
    for day in range(1, 22):
        house.take(tweet(1, f"{day}{LONG}"), tweet(3, "A third"), now=NOON + timedelta(days=day))
        house.release(1)
    house.release(3)
    done = house.publish(LATER)
    number = house.number(status(1))
    [(skipped, why)] = done.skipped
    assert (skipped, "of at most" in why) == (number, True)
    assert done.added == (house.number(status(3)),)
    assert number not in done.removed, "it was published, so it stays as it was"
    assert verify(house.site).holds


@dataclass(frozen=True)
class Edition:
    """The site of an edition of three posts, in English too, its root's fingerprint, and the posts' numbers."""

    site: Path
    root: bytes
    numbers: dict[int, int]

    def check(self, changed: int = 1, before: Seen | None = None) -> None:
        check_edition(partial(Folder, self.site), self.root, [[self.numbers[changed]]], before)

    def refused(self, changed: int = 1, before: Seen | None = None) -> str:
        """Which link is found broken first."""
        with pytest.raises(CheckFailed, match="Nothing was put in place") as error:
            self.check(changed, before)
        found = re.search("found '([^']+)' broken", str(error.value))
        assert found
        return found[1].replace(str(self.numbers[changed]), "N")

    def path(self, path: str) -> Path:
        return self.site / path.replace("N", str(self.numbers[1]))


@pytest.fixture(scope="module")
def put_out(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    house = House(tmp_path_factory.mktemp("house"))
    house.take(*(tweet(number, f"Some words, {number}") for number in (1, 2, 3)))
    release_all(house)
    house.publish()
    numbers = {number: house.number(status(number)) for number in (1, 2, 3)}
    edition = Edition(house.site, Roster.open(house.roster).root.fingerprint, numbers)
    edition.check()
    return edition


@pytest.fixture
def edition(put_out: Edition, tmp_path: Path) -> Edition:
    """One to alter."""
    return replace(put_out, site=shutil.copytree(put_out.site, tmp_path / "edition"))


ALTERED = {
    "items/N/proof.js": "item N",
    "items/N/index.html": "files",
    "zh/items/N/index.html": "files",
    "index.html": "files",
    "days/index.html": "files",
    "search/index.html": "files",
    "style.css": "files",
    "roster.json": "roster",
    "ledger/checkpoint": "checkpoint",
    "ledger/tile/0/000": "ledger",
    "ledger/tile/entries/000": "ledger",
    "edition/edition.json": "edition",
    "edition/edition.tlog-proof": "edition",
    "edition/edition.js": "files",
    "edition/items.txt": "items",
    "edition/items/000.js": "files",
    "edition/files.txt": "files",
    "edition/files/days.txt": "files",
    "edition/files/items-0.txt": "files",
}


@pytest.mark.parametrize("path", ALTERED)
@pytest.mark.parametrize("how", ["altered", "missing"])
def test_an_edition_that_does_not_verify_is_not_put_out(edition: Edition, path: str, how: str) -> None:
    file = edition.path(path)
    data = bytearray(file.read_bytes().replace(b"<title>", b"<title>Not "))
    if not path.endswith(".html"):
        data[len(data) // 2] ^= 1
    file.unlink()
    if how == "altered":
        file.write_bytes(data)
    assert edition.refused() == ALTERED[path]


@pytest.mark.parametrize("path", ["items/N/more.jpg", "zh/items/N/more.html", "edition/more.txt", "ledger/more"])
def test_a_file_that_no_list_names_is_found_among_those_of_the_edition_and_of_what_changed(
    edition: Edition, path: str
) -> None:
    edition.path(path).write_bytes(b"more")
    assert edition.refused() == "files"


def test_other_words_on_a_page_are_found_as_not_those_of_the_statement(edition: Edition) -> None:
    page = edition.path("items/N/index.html")
    page.write_text(page.read_text("utf-8").replace("Some words, 1", "Other words"), "utf-8")
    assert edition.refused() == "item N shown"


def test_what_did_not_change_is_not_read_again(edition: Edition) -> None:
    (edition.site / f"items/{edition.numbers[2]}/index.html").write_bytes(b"altered after it was checked")
    edition.check()
    assert not verify(edition.site).holds
    assert edition.refused(changed=2) == "item N shown"


def test_an_item_that_is_not_there_is_not_passed_over(edition: Edition) -> None:
    with pytest.raises(CheckFailed, match="'item 99999' broken"):
        check_edition(partial(Folder, edition.site), edition.root, [[99_999]])


def test_an_edition_under_another_root_is_not_put_out(edition: Edition) -> None:
    assert replace(edition, root=bytes(32)).refused() == "root"


def test_an_edition_that_does_not_continue_the_one_before_is_not_put_out(edition: Edition) -> None:
    seen = verify(edition.site).seen
    assert seen is not None
    edition.check(before=seen)
    assert edition.refused(before=replace(seen, edition=2)) == "newest"
    assert edition.refused(before=replace(seen, digest="00" * 32)) == "newest"
    assert edition.refused(before=replace(seen, ledger="00" * 32)) == "history"
    assert edition.refused(before=replace(seen, size=seen.size + 256)) == "history"


def test_publishing_checks_that_an_edition_continues_what_a_reader_of_the_last_one_saw(house: House) -> None:
    house.take(tweet(1, "One"), tweet(2, "Two"))
    house.release(1)
    house.publish()
    seen = verify(house.site).seen
    house.release(2)
    house.take(*(tweet(number, "More") for number in range(3, 300)))  # so that the ledger grows beyond its padding
    roster = Roster.open(house.roster)
    assert Previous.of(house.archive).seen(house.archive, roster) == seen
    assert seen is not None
    house.publish(LATER)
    assert verify(house.site, memory={roster.root.fingerprint.hex(): seen}).holds


def test_the_times_of_the_files_tell_the_day_of_the_edition_and_not_the_hour_of_the_work(house: House) -> None:
    house.take(tweet(1, "One"), tweet(2, "Two"))
    house.release(1)
    house.publish()
    midnight = int(datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC).timestamp()) * 1_000_000_000
    assert {each.stat().st_mtime_ns for each in [house.site, *house.site.rglob("*")]} == {midnight + 1_000_000_000}
    first = {path: path.stat().st_size for path in house.site.rglob("*") if path.is_file()}
    house.release(2)
    assert house.publish().number == 2
    times = {path: path.stat().st_mtime_ns for path in [house.site, *house.site.rglob("*")]}
    assert set(times.values()) == {midnight + 1_000_000_000, midnight + 2_000_000_000}
    assert times[house.site / "index.html"] == midnight + 2_000_000_000, "a mirror that compares times sees the change"
    assert times[house.site / f"items/{house.number(status(1))}/proof.js"] == midnight + 1_000_000_000
    assert times[house.site] == times[house.site / "items"] == midnight + 2_000_000_000, "something changed below"
    assert first


def test_a_file_that_was_put_back_with_its_time_is_made_anew(house: House) -> None:
    house.take(tweet(1, "One"), tweet(2, "Two"))
    house.release(1)
    house.publish()
    page = house.site / f"items/{house.number(status(1))}/index.html"
    good, time = page.read_bytes(), page.stat().st_mtime_ns
    forged = house.folder / "forged"  # beside the page while that stands, so that it cannot get its inode again
    forged.write_bytes(good.replace(b"One", b"Two"))
    os.utime(forged, ns=(time, time))
    forged.replace(page)
    house.release(2)
    house.publish(LATER)
    assert b"One" in page.read_bytes()
    assert verify(house.site).holds


def test_one_bit_of_a_standing_page_changed_with_its_size_and_time_is_found_by_the_next_run(house: House) -> None:
    house.take(tweet(1, "One"), tweet(2, "Two"))
    house.release(1)
    house.publish()
    page, tile = house.site / f"items/{house.number(status(1))}/index.html", house.site / "ledger/tile/entries/000"
    good = {path: path.read_bytes() for path in (page, tile)}

    def alter(path: Path) -> None:
        time = path.stat().st_mtime_ns
        with path.open("r+b") as file:  # the same inode
            file.write(bytes([good[path][0] ^ 1]))
        os.utime(path, ns=(time, time))

    alter(page)
    alter(tile)
    assert not house.publish().new
    assert {path: path.read_bytes() for path in good} == good
    alter(page)
    house.release(2)
    assert house.publish(LATER).new
    assert page.read_bytes() == good[page], "what is signed is what was made, and it is there"
    assert verify(house.site).holds


def test_who_links_or_copies_times_of_a_site_makes_nothing_new(house: House) -> None:
    house.take(tweet(1, "One"))
    house.release(1)
    house.publish()
    files = {path: path.stat().st_ino for path in house.site.rglob("*") if path.is_file()}
    for number, path in enumerate(files):
        (house.folder / f"linked-{number}").hardlink_to(path)
    for _ in range(2):
        done = house.publish(LATER)
        assert not done.new
        assert not done.written
    assert {path: path.stat().st_ino for path in house.site.rglob("*") if path.is_file()} == files


def test_a_strange_file_is_found_where_nothing_is_new_whatever_time_its_folder_was_given(house: House) -> None:
    house.take(tweet(1, "One"))
    house.release(1)
    house.publish()
    assert not house.publish(LATER).new
    for place in ("about", "ledger"):
        folder, time = house.site / place, (house.site / place).stat().st_mtime_ns
        (folder / "mine.txt").write_bytes(b"mine")
        os.utime(folder, ns=(time, time))
        with pytest.raises(UsageError, match=r"mine\.txt"):
            house.publish(LATER)
        (folder / "mine.txt").unlink()
    assert not house.publish(LATER).new


def test_files_of_an_edition_of_the_old_code_lose_the_times_of_the_clock(house: House) -> None:
    house.take(tweet(1, "One"), tweet(2, "Two"))
    house.release(1)
    house.publish()
    for path in house.site.rglob("*"):
        os.utime(path, ns=(1_700_000_000_123_456_789,) * 2)
    (house.archive.folder / "publishing.sqlite").unlink()
    assert house.publish().new is False
    house.release(2)
    house.publish(LATER)
    assert all(path.stat().st_mtime_ns % 1_000_000_000 == 0 for path in [house.site, *house.site.rglob("*")])


def test_posts_of_telegram_bluesky_weibo_and_tables_make_an_edition_that_verifies_with_their_bytes(
    house: House,
) -> None:
    account = Account()
    chat = {"name": "名单", "type": "public_channel", "id": 12, "messages": [
        {"id": 7, "type": "message", "date_unixtime": "1368340080", "text": ["看 ", {"type": "text_link",
         "text": "名单", "href": "https://a.example/"}], "from_id": "channel12"},
        {"id": 8, "type": "message", "date_unixtime": "1368340081", "text": "转来的话", "forwarded_from": "王",
         "reply_to_message_id": 7},
        {"id": 9, "type": "message", "date_unixtime": "1368340082", "text": "", "poll": {"question": "听到了吗？",
         "answers": [{"text": "是", "voters": 3}]}, "photo": "(File not included.)"}]}  # fmt: skip
    said = [{"user_id": 9, "screen_name": "李", "id": 4454572602912349, "bid": "Ih", "text": "山里的灯",
             "source": "iPhone", "full_created_at": "2019-12-28 11:57:05"}]  # fmt: skip
    house.take_files({"result.json": json.dumps(chat).encode()})
    house.take_files({"repo.car": repository(account, {f"{POST}3k": post_record("签了名的话")}),
                      "log.json": json.dumps(account.log).encode()})  # fmt: skip
    house.take_files({"9.json": json.dumps({"weibo": said}).encode()})
    house.take_files({"t.csv": "n,words\n5,表里的话\n".encode(), "m.toml": MAPPING})
    for version in house.archive.index.posts.latest():
        state_release(
            house.archive, house.desk, CataloguedPost(version.post, release="public", bytes_shown=True), ["device"]
        )
    done = house.publish()
    assert done.skipped == ()
    report = verify(house.site)
    assert (report.broken, report.holds) == ([], True)
    pages = b"".join(data for name, data in house.files().items() if name.endswith(".html")).decode()
    for words in ("转来的话", "听到了吗？", "签了名的话", "山里的灯", "表里的话"):
        assert words in pages


MAPPING = b'id = "https://a.example/{n}"\ntext = "words"\naudience = "public"\n'


def test_a_strange_file_is_found_in_a_folder_that_was_empty_before(house: House) -> None:
    house.take(tweet(1, "One"))
    house.release(1)
    house.publish()
    (house.site / "about/mine").mkdir()
    assert not house.publish().new
    (house.site / "about/mine/mine.txt").write_bytes(b"mine")
    with pytest.raises(UsageError, match=r"mine\.txt"):
        house.publish()


IN_PORTIONS = {
    "items/N/proof.js": "item N",
    "items/N/index.html": "files",
    "zh/items/N/index.html": "files",
    "edition/files/items-0.txt": "files",
}


class ReadFolder(Folder):
    """A folder that notes what was read of it."""

    def __init__(self, base: Path, seen: list[str]) -> None:
        super().__init__(base)
        self.seen = seen

    def _locate(self, path: str) -> str:
        self.seen.append(path)
        return super()._locate(path)


def check_one_by_one(edition: Edition, opened: Callable[[], Folder] | None = None) -> None:
    """As an edition of very many items is checked: in portions, here of one item each, the altered one last."""
    portions = [[edition.numbers[number]] for number in (3, 2, 1)]
    check_edition(opened or partial(Folder, edition.site), edition.root, portions)


@pytest.mark.parametrize("path", IN_PORTIONS)
@pytest.mark.parametrize("how", ["altered", "missing"])
def test_what_is_broken_in_a_later_portion_of_the_items_is_found(edition: Edition, path: str, how: str) -> None:
    check_one_by_one(edition)
    file = edition.path(path)
    data = file.read_bytes()
    file.unlink()
    if how == "altered":
        file.write_bytes(data.replace(b"<title>", b"<title>Not ").replace(b"1", b"2", 1))
    with pytest.raises(CheckFailed, match="Nothing was put in place") as error:
        check_one_by_one(edition)
    assert f"'{IN_PORTIONS[path].replace('N', str(edition.numbers[1]))}' broken" in str(error.value)


def test_a_file_that_no_list_names_is_found_in_a_later_portion(edition: Edition) -> None:
    edition.path("zh/items/N/more.html").write_bytes(b"more")
    with pytest.raises(CheckFailed, match="'files' broken"):
        check_one_by_one(edition)


def test_ledger_and_lists_are_read_once_for_all_portions_and_what_was_read_of_a_portion_is_let_go(
    edition: Edition,
) -> None:
    seen, before = list[str](), list[weakref.ref[Folder]]()

    def opened() -> Folder:
        assert sum(each() is not None for each in before) < 2
        before.append(weakref.ref(folder := ReadFolder(edition.site, seen)))
        return folder

    def shared() -> Counter[str]:
        return Counter(path for path in seen if path.startswith(("ledger/", "days/")) or path == "edition/items.txt")

    check_one_by_one(edition, opened)
    assert len(before) == 3
    in_portions = shared()
    seen.clear()
    check_edition(opened, edition.root, [[*edition.numbers.values()]])
    assert in_portions == shared()
