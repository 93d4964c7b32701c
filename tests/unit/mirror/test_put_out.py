"""An edition goes to several places, the facts that name it last, and goes on where it was broken off."""

import errno
import os
import resource
import threading
from pathlib import Path
from shutil import copyfile, copytree

import pytest

from places.servers import serve_s3, serve_sftp, serve_webdav
from support.collecting_desk import tweet
from support.published_desk import House, status
from support.site_maker import Desk, small_site
from support.static_server import static_server
from tamizdat.archive.acts.releases import state_release
from tamizdat.errors import PlaceUnreachable, StorageFull, UsageError
from tamizdat.mirror.put_out import put_out
from tamizdat.places.site_files import FolderSite, SiteFiles, WebSite, media_type, open_site_files
from tamizdat.statements.catalogued import CataloguedPost
from tamizdat.verifying import verify

FULL = Path("/dev/full")


class Breaking(FolderSite):
    """A folder that breaks off after some files, and remembers their order."""

    def __init__(self, folder: Path, most: int = 1 << 30) -> None:
        super().__init__("breaking", folder)
        self.order: list[str] = []
        self.most = most
        self.lock = threading.Lock()

    def put(self, path: str, file: Path) -> None:
        with self.lock:
            if len(self.order) >= self.most:
                raise PlaceUnreachable("the line broke")
            self.order.append(path)
        super().put(path, file)


class Stopping(FolderSite):
    """A folder of which the line breaks after so many changes."""

    def __init__(self, folder: Path, most: int) -> None:
        super().__init__("stopping", folder)
        self.most, self.changes, self.lock = most, 0, threading.Lock()

    def change(self) -> None:
        with self.lock:
            if self.changes == self.most:
                raise PlaceUnreachable("the line broke")
            self.changes += 1

    def put(self, path: str, file: Path) -> None:
        self.change()
        super().put(path, file)

    def delete(self, path: str) -> None:
        self.change()
        super().delete(path)


def contents(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_several_places_hold_the_site_afterwards_and_only_changes_go_the_next_time(tmp_path: Path) -> None:
    site = tmp_path / "site"
    desk = small_site(site, Desk(keep=True))
    places = [(FolderSite(name, tmp_path / name), tmp_path / f"{name}.put") for name in ("a", "b")]
    first = put_out(site, places)
    assert [each.problem for each in first] == ["", ""]
    assert all(verify(tmp_path / name, desk.fingerprint).holds for name in ("a", "b"))
    gone = max(desk.derived)
    for kept in (desk.items, desk.derived, desk.said, desk.opened, desk.proofs):
        kept.pop(gone, None)
    desk.publish(site)
    second = put_out(site, places)
    assert all(0 < each.put < first[0].put / 2 and each.removed for each in second)
    assert all(verify(tmp_path / name, desk.fingerprint).holds for name in ("a", "b"))
    assert not (tmp_path / "a/items" / str(gone) / "proof.js").exists()
    assert [(each.put, each.removed) for each in put_out(site, places)] == [(0, 0), (0, 0)]


def test_the_editions_own_files_come_last(tmp_path: Path) -> None:
    site = tmp_path / "site"
    small_site(site, Desk())
    place = Breaking(tmp_path / "there")
    put_out(site, [(place, tmp_path / "put")])
    kinds = [path.startswith(("edition/", "roster.json", "ledger/checkpoint")) for path in place.order]
    assert kinds == sorted(kinds)
    assert place.order[-1].startswith("edition/")


def test_a_place_that_fails_stops_no_other_and_goes_on_the_next_time(tmp_path: Path) -> None:
    site = tmp_path / "site"
    small_site(site, Desk())
    broken, sound = Breaking(tmp_path / "broken", most=9), FolderSite("sound", tmp_path / "sound")
    results = put_out(site, [(broken, tmp_path / "1"), (sound, tmp_path / "2")])
    assert [bool(each.problem) for each in results] == [True, False]
    assert verify(tmp_path / "sound").holds
    again = Breaking(tmp_path / "broken")
    put_out(site, [(again, tmp_path / "1")])
    assert not set(again.order) & set(broken.order)
    assert verify(tmp_path / "broken").holds


@pytest.mark.parametrize("apart", [31, pytest.param(7, marks=pytest.mark.long)])
def test_wherever_it_breaks_off_a_reader_finds_files_of_two_editions_and_nothing_broken_or_withdrawn(
    tmp_path: Path, apart: int
) -> None:
    house, there, record = House(tmp_path / "desk"), tmp_path / "there", tmp_path / "put"
    house.take(*(tweet(number, f"Post {number}, about something else") for number in range(1, 6)))
    house.release(1, 2, 3, 4)
    house.publish()
    put_out(house.site, [(FolderSite("there", there), record)])
    gone, old = house.number(status(3)), house.files()
    state_release(house.archive, house.desk, CataloguedPost(status(3), release="withdrawn"))
    house.translate(1, "A translation")
    house.release(5)
    house.publish()
    new = (path for path in house.files() if "items/" in path and path not in old)
    news = [path for path in new if f"items/{gone}/" not in path]  # in each language there is one that says it is gone
    assert len(news) == 3

    def put(into: Path, most: int = 1 << 30) -> Stopping:
        copytree(there, into / "site", copy_function=os.link)
        copyfile(record, into / "put")
        place = Stopping(into / "site", most)
        assert bool(put_out(house.site, [(place, into / "put")])[0].problem) == (most < 1 << 30)
        return place

    steps = put(tmp_path / "whole").changes
    assert contents(tmp_path / "whole/site") == house.files()
    for step in {*range(0, steps, apart), steps - 1, steps - 2}:
        put(cut := tmp_path / str(step), step)
        site = cut / "site"
        editions = [site / f"edition/{each}edition.json" for each in ("", "next/")]
        between = editions[1].exists() and editions[0].read_bytes() != editions[1].read_bytes()
        report = verify(site)
        broken = {link.name for link in report.broken if not link.name.startswith("file edition/next/")}
        assert broken <= (set() if between else {"files"}), step  # as it comes and goes it lies there in pieces
        assert not between or not report.holds, step
        kept = [path for path in old if f"items/{gone}/" in path and (site / path).exists()]
        still = [path for path in kept if (site / path).read_bytes() == old[path]]
        assert not still or not [path for path in news if (site / path).exists()], step
        assert put_out(house.site, [(FolderSite("there", site), cut / "put")])[0].problem == ""
        assert contents(site) == house.files(), step


def test_a_place_that_missed_an_edition_is_put_out_to_as_before(tmp_path: Path) -> None:
    site, place = tmp_path / "site", Breaking(tmp_path / "there")
    desk = small_site(site, Desk(keep=True))
    put_out(site, [(place, tmp_path / "put")])
    desk.publish(site)
    desk.publish(site)
    place.order.clear()
    assert put_out(site, [(place, tmp_path / "put")])[0].problem == ""
    assert not [path for path in place.order if path.startswith("edition/next/")]
    assert verify(tmp_path / "there", desk.fingerprint).holds


@pytest.mark.parametrize("at", ["", "edition/items/"], ids=["at once", "at the last file"])
def test_an_edition_that_is_published_while_another_is_put_out_is_not_mixed_with_it(tmp_path: Path, at: str) -> None:
    site = tmp_path / "site"
    desk = small_site(site, Desk(keep=True))

    class Slow(FolderSite):
        """A line so slow that the desk publishes meanwhile."""

        def put(self, path: str, file: Path) -> None:
            with anew:
                if not published and path.startswith(at):
                    for kept in (desk.items, desk.derived, desk.said, desk.opened, desk.proofs):
                        kept.pop(max(kept, default=0), None)
                    desk.publish(site)
                    published.append(path)
            super().put(path, file)

    anew, published = threading.Lock(), list[str]()
    [result] = put_out(site, [(Slow("slow", tmp_path / "there"), tmp_path / "put")])
    assert "Another edition was published here meanwhile" in result.problem
    assert at or not (tmp_path / "there/edition").exists(), "no edition is told of which files are lacking"
    assert put_out(site, [(FolderSite("slow", tmp_path / "there"), tmp_path / "put")])[0].problem == ""
    assert verify(tmp_path / "there", desk.fingerprint).holds


def test_a_file_that_is_away_for_a_moment_while_an_edition_is_renewed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, stat = tmp_path / "site", Path.stat
    small_site(site, Desk())
    away = [site / "roster.json"]

    def looked(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if asked and path in away:
            away.remove(path)
            raise FileNotFoundError
        return stat(path, follow_symlinks=follow_symlinks)

    class Asked(FolderSite):
        """A place that is told of the first file."""

        def put(self, path: str, file: Path) -> None:
            asked.append(path)
            super().put(path, file)

    asked: list[str] = []
    monkeypatch.setattr(Path, "stat", looked)
    [result] = put_out(site, [(Asked("there", tmp_path / "there"), tmp_path / "put")])
    assert not away
    assert "Another edition was published here meanwhile" in result.problem


def test_a_place_that_was_emptied_is_put_everything_anew(tmp_path: Path) -> None:
    site, place = tmp_path / "site", FolderSite("a", tmp_path / "a")
    small_site(site, Desk())
    first = put_out(site, [(place, tmp_path / "put")])
    for path in sorted((tmp_path / "a").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    assert put_out(site, [(place, tmp_path / "put")])[0].put == first[0].put
    assert verify(tmp_path / "a").holds


def withdraw(desk: Desk, site: Path) -> int:
    """Publish without the last item, and return its number."""
    gone = max(desk.derived)
    for kept in (desk.items, desk.derived, desk.said, desk.opened, desk.proofs):
        kept.pop(gone, None)
    desk.publish(site)
    return gone


def test_what_is_withdrawn_leaves_a_place_that_lost_its_list(tmp_path: Path) -> None:
    site, place = tmp_path / "site", FolderSite("a", tmp_path / "a")
    desk = small_site(site, Desk(keep=True))
    put_out(site, [(place, tmp_path / "put")])
    gone = withdraw(desk, site)
    (tmp_path / "a/edition/files.txt").unlink()
    assert put_out(site, [(place, tmp_path / "put")])[0].problem == ""
    assert not (tmp_path / "a/items" / str(gone)).exists()
    assert contents(tmp_path / "a") == contents(site)


def test_what_a_place_took_and_did_not_confirm_leaves_it_when_it_is_withdrawn(tmp_path: Path) -> None:
    class Silent(FolderSite):
        """A place that takes a file of an item and does not say so."""

        def put(self, path: str, file: Path) -> None:
            super().put(path, file)
            if path == its:
                raise PlaceUnreachable("no answer")

    site = tmp_path / "site"
    desk = small_site(site, Desk(keep=True))
    its = f"items/{max(desk.derived)}/picture.jpg"
    assert put_out(site, [(Silent("a", tmp_path / "a"), tmp_path / "put")])[0].problem == "no answer"
    assert (tmp_path / "a" / its).exists()
    withdraw(desk, site)
    assert put_out(site, [(FolderSite("a", tmp_path / "a"), tmp_path / "put")])[0].problem == ""
    assert contents(tmp_path / "a") == contents(site)


def test_a_place_that_lets_nothing_be_deleted_is_put_all_else_and_is_not_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, place, record = tmp_path / "site", FolderSite("a", tmp_path / "a"), tmp_path / "put"
    desk = small_site(site, Desk(keep=True))
    put_out(site, [(place, record)])
    unlink = Path.unlink

    def refused(path: Path, missing_ok: bool = False) -> None:
        if path.is_relative_to(place.folder) and path.exists():
            raise PermissionError(errno.EACCES, "Permission denied")
        unlink(path, missing_ok)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refused)
        desk.publish(site)
        assert put_out(site, [(place, record)])[0].problem
        assert (place.folder / "edition/next/edition.json").exists()
        assert verify(place.folder).holds  # nothing is being renewed
        gone = withdraw(desk, site)
        for _ in range(2):
            result = put_out(site, [(place, record)])[0]
            assert "could not delete a file: Permission denied." in result.problem
            assert result.removed == 0
    left = contents(place.folder)
    assert left.items() >= contents(site).items()
    assert any(f"items/{gone}/" in path for path in left)
    assert put_out(site, [(place, record)])[0].problem == ""
    assert contents(place.folder) == contents(site)


def test_what_a_killed_run_wrote_in_part_is_not_left_in_a_folder(tmp_path: Path) -> None:
    site, there, record = tmp_path / "site", tmp_path / "a", tmp_path / "put"
    desk = small_site(site, Desk(keep=True))
    put_out(site, [(FolderSite("a", there), record)])
    for path in ("static/page.js", f"items/{max(desk.derived)}/picture.jpg"):
        (there / path).rename((there / path).with_name(f".{Path(path).name}.part"))
        record.write_text(f"{record.read_text()}?  {path}\n")
    withdraw(desk, site)
    assert put_out(site, [(FolderSite("a", there), record)])[0].problem == ""
    assert contents(there) == contents(site)


def test_a_next_edition_that_a_run_left_does_not_make_the_one_after_it_broken(tmp_path: Path) -> None:
    site, there, record = tmp_path / "site", tmp_path / "there", tmp_path / "put"
    desk = small_site(site, Desk(keep=True))
    put_out(site, [(FolderSite("there", there), record)])
    withdraw(desk, site)

    class Last(FolderSite):
        """A place whose line breaks when the edition's own file stands."""

        def delete(self, path: str) -> None:
            if (there / "edition/edition.json").read_bytes() == (site / "edition/edition.json").read_bytes():
                raise PlaceUnreachable("the line broke")
            super().delete(path)

    assert put_out(site, [(Last("there", there), record)])[0].problem
    assert (there / "edition/next/edition.json").exists()
    desk.publish(site)
    for step in range(24):
        cut = tmp_path / str(step)
        copytree(there, cut / "site", copy_function=os.link)
        copyfile(record, cut / "put")
        put_out(site, [(Stopping(cut / "site", step), cut / "put")])
        broken = {link.name for link in verify(cut / "site").broken if "edition/next/" not in link.name}
        assert broken <= ({"files"} if not (cut / "site/edition/next/edition.json").exists() else set()), step
        assert put_out(site, [(FolderSite("there", cut / "site"), cut / "put")])[0].problem == ""
        assert contents(cut / "site") == contents(site)


@pytest.mark.parametrize("serve", [serve_s3, serve_webdav, serve_sftp])
def test_a_site_lies_on_a_service_under_its_own_names(tmp_path: Path, serve: object) -> None:
    site = tmp_path / "site"
    desk = small_site(site, Desk())
    with serve(tmp_path / "service") as service:  # type: ignore[operator]
        place: SiteFiles = open_site_files("cloud", service.url, service.options)
        result = put_out(site, [(place, tmp_path / "put")])[0]
        assert result.problem == ""
        assert verify(service.folder, desk.fingerprint).holds
        place.delete("items/0/index.html")
        place.delete("items/0/index.html")
        assert not (service.folder / "items/0/index.html").exists()


def test_browsers_are_told_what_a_file_is() -> None:
    assert media_type("items/1/index.html") == "text/html; charset=utf-8"
    assert media_type("ledger/checkpoint") == "text/plain; charset=utf-8"
    assert media_type("ledger/tile/0/000") == "application/octet-stream"


@pytest.mark.parametrize(
    "url", ["memory:", "rclone:there:x", "gopher://x", "https://", "https://u@x/", "http://[", "http://x.onion/"]
)
def test_what_is_no_place_of_a_site_is_refused(url: str) -> None:
    with pytest.raises(UsageError):
        open_site_files("x", url, {})


def test_a_full_disk_here_is_not_said_to_be_the_sites(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"film")
    with FULL.open("wb", buffering=0) as full, pytest.raises(StorageFull):
        FolderSite("site", tmp_path).fetch("film.mp4", full, 100)
    with static_server(tmp_path) as address, FULL.open("wb", buffering=0) as full, pytest.raises(StorageFull):
        WebSite("site", address).fetch("film.mp4", full, 100)


def test_without_its_record_a_place_is_cleared_of_what_was_withdrawn_and_of_nothing_else(tmp_path: Path) -> None:
    site, there, record = tmp_path / "site", tmp_path / "there", tmp_path / "sites" / "put"
    desk = small_site(site, Desk(keep=True))
    put_out(site, [(FolderSite("there", there), record)])
    before = set(contents(site))
    (there / "items" / "others.txt").write_text("of somebody else")
    withdraw(desk, site)
    gone = before - set(contents(site))
    assert gone
    for step in (0, 1, 5, 1 << 30):  # also if the first run without a record was broken off
        record.unlink(missing_ok=True)
        copytree(there, cut := tmp_path / str(step))
        put_out(site, [(Stopping(cut, step), record)])
        assert put_out(site, [(FolderSite("there", cut), record)])[0].problem == ""
        left = contents(cut)
        assert left.pop("items/others.txt") == b"of somebody else"
        assert left == contents(site), step
        assert [each.name for each in record.parent.iterdir()] == ["put"]


def test_without_its_record_an_edition_that_was_on_its_way_is_cleared_too(tmp_path: Path) -> None:
    house, there, record = House(tmp_path / "desk"), tmp_path / "there", tmp_path / "put"
    house.take(*(tweet(number, f"Post {number}, about something else") for number in range(1, 4)))
    house.release(1)
    house.publish()
    put_out(house.site, [(FolderSite("there", there), record)])
    house.release(2, 3)
    house.publish()
    new = len(house.files())
    put_out(house.site, [(Stopping(there, new // 2), record)])
    assert (there / "edition/next/edition.json").exists()
    for post in (2, 3):
        state_release(house.archive, house.desk, CataloguedPost(status(post), release="withdrawn"))
    house.publish()
    record.unlink()
    assert put_out(house.site, [(FolderSite("there", there), record)])[0].problem == ""
    more = set(contents(there)) - set(house.files())  # what a checkpoint was, and who saw it, is no item's
    assert all(path.startswith("ledger/checkpoints/") for path in more)
    assert {**contents(there), **house.files()} == contents(there)
    assert verify(there).holds


def test_without_its_record_the_site_of_another_desk_is_left_as_it_is(tmp_path: Path) -> None:
    for name in ("ours", "theirs"):
        small_site(tmp_path / name, Desk(keep=True))
    put_out(tmp_path / "theirs", [(FolderSite("there", tmp_path / "there"), tmp_path / "their.put")])
    before = contents(tmp_path / "there")
    result = put_out(tmp_path / "ours", [(FolderSite("there", tmp_path / "there"), tmp_path / "our.put")])[0]
    assert "that it has not signed" in result.problem
    assert "Empty that folder by hand" in result.problem
    assert contents(tmp_path / "there") == before


def test_without_its_record_a_place_whose_lists_were_altered_is_told_and_nothing_is_removed(tmp_path: Path) -> None:
    site, there = tmp_path / "site", tmp_path / "there"
    small_site(site, Desk(keep=True))
    put_out(site, [(FolderSite("there", there), tmp_path / "put")])
    (there / "edition/files.txt").write_text(f"{'0' * 64}  ../../keys.age\n")
    (tmp_path / "put").unlink()
    before = contents(there)
    assert "lists do not hold" in put_out(site, [(FolderSite("there", there), tmp_path / "put")])[0].problem
    assert contents(there) == before


@pytest.mark.parametrize("path", ["edition/files.txt", "edition/items.txt", "edition/files/items-0.txt"])
@pytest.mark.parametrize("how", ["shorter", "longer", "gone"])
def test_without_its_record_no_list_is_believed_that_the_edition_there_does_not_name(
    tmp_path: Path, path: str, how: str
) -> None:
    site, there = tmp_path / "site", tmp_path / "there"
    desk = small_site(site, Desk(keep=True))
    put_out(site, [(FolderSite("there", there), tmp_path / "put")])
    (there / "notes.txt").write_text("of somebody else")
    withdraw(desk, site)
    lines = (there / path).read_text().splitlines(keepends=True)
    more = f"999 {'0' * 64}\n" if "items.txt" in path else f"{'0' * 64}  notes.txt\n"
    (there / path).write_text("".join([] if how == "shorter" else [*lines, more]))
    if how == "gone":
        (there / path).unlink()
    (tmp_path / "put").unlink()
    before = contents(there)
    assert "lists do not hold" in put_out(site, [(FolderSite("there", there), tmp_path / "put")])[0].problem
    assert contents(there) == before


def test_without_its_record_an_item_goes_whole_where_the_list_of_items_is_newer_already(tmp_path: Path) -> None:
    site, there = tmp_path / "site", tmp_path / "there"
    desk = small_site(site, Desk(keep=True))
    put_out(site, [(FolderSite("there", there), tmp_path / "put")])
    withdraw(desk, site)
    (there / "edition/items.txt").write_bytes((site / "edition/items.txt").read_bytes())
    (tmp_path / "put").unlink()
    assert put_out(site, [(FolderSite("there", there), tmp_path / "put")])[0].problem == ""
    assert contents(there) == contents(site)


def test_without_its_record_a_ledger_that_a_place_makes_up_asks_for_no_end_of_tiles(tmp_path: Path) -> None:
    site, there = tmp_path / "site", tmp_path / "there"
    small_site(site, Desk(keep=True))
    put_out(site, [(FolderSite("there", there), tmp_path / "put")])
    head = (there / "ledger/checkpoint").read_text().split("\n")
    head[1] = "200000000"  # the paths of so many would be a minute's work, and there is no end to it
    (there / "ledger/checkpoint").write_text("\n".join(head))
    (tmp_path / "put").unlink()
    assert "lists do not hold" in put_out(site, [(FolderSite("there", there), tmp_path / "put")])[0].problem


def test_a_record_that_cannot_be_written_is_told_and_not_a_traceback(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("hello")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len("hello"), hard))
    try:
        with pytest.raises(StorageFull, match="the record of what was put out"):
            put_out(site, [(FolderSite("a", tmp_path / "a"), tmp_path / "record")])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_no_time_of_a_folder_tells_when_an_edition_was_put_there_or_something_was_taken_away(tmp_path: Path) -> None:
    day = 1_700_000_000 * 10**9
    file = tmp_path / "file"
    file.write_bytes(b"said")
    os.utime(file, ns=(day, day))
    place = FolderSite("disk", tmp_path / "there")
    for path in ("index.html", "items/1/index.html", "items/2/index.html", "items/2/deep/page.html"):
        place.put(path, file)
    place.delete("items/2/deep/page.html")
    place.delete("items/1/index.html")
    kept = [place.folder, *place.folder.rglob("*")]
    assert [each.relative_to(place.folder).as_posix() for each in sorted(kept)] == [
        ".",
        "index.html",
        "items",
        "items/2",
        "items/2/index.html",
    ]
    assert {each.stat().st_mtime_ns for each in kept} == {day}
