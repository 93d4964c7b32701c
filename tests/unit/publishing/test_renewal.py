"""A site renewed in place: whatever instant it is cut off at, the next run finishes it, and no reader is deceived."""

import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from support.collecting_desk import tweet
from support.instants import CALLS, instants
from support.published_desk import NOON, TODAY, Cut, House, cut_off, key, status
from support.storytelling import compose, story_text
from tamizdat.archive.acts.items import catalogue
from tamizdat.archive.acts.people import state_person
from tamizdat.archive.acts.releases import state_release
from tamizdat.disk import files
from tamizdat.encoding import canonical
from tamizdat.errors import Leak, UsageError
from tamizdat.ledger.signing import sign_statement
from tamizdat.ledger.statement import Envelope
from tamizdat.publishing.build import edition_build, renewal, site_folder
from tamizdat.publishing.derived.hidden_voices import hide_voices
from tamizdat.statements.catalogued import CataloguedItem, CataloguedPost, PersonEntry
from tamizdat.verifying import Verdict, verify
from tamizdat.verifying.evidence import Evidence
from tamizdat.verifying.item_shares import Share
from tamizdat.verifying.untrusted_folder import SMALL, Folder
from tamizdat.verifying.verify import whole_site

LATER = TODAY + timedelta(days=1)
OLD = {"index.html": "old", "items/3/index.html": "said", "items/3/proof.js": "said", "days/1/index.html": "said"}
NEW = {"index.html": "new", "items/3/index.html": "withdrawn", "days/2/index.html": "day", "edition/x.js": "x"}
STAY = {"style.css": "a {}", "items/4/index.html": "four"}
TIME = 1_795_000_000_000_000_000
#: what no edition is made with
REFUSED: dict[str, Any] = {"name": "The house of Lin Zhao", "private": [("the name of an account", "Lin Zhao")]}


def write(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def read(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_cut_off_before_any_step_it_is_finished_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, staged = tmp_path / "desk", tmp_path / "desk/.site.new-1/site"
    site = folder / "site"
    write(site, OLD | STAY | dict.fromkeys(renewal.TOLD, "old") | {"ledger/checkpoint": "old"})
    write(staged, NEW | dict.fromkeys(renewal.TOLD, "new") | {"ledger/checkpoint": "new"})
    removed = ["items/3/proof.js", "days/1/index.html"]
    before = read(site)
    after = NEW | STAY | dict.fromkeys(renewal.TOLD, "new") | {"ledger/checkpoint": "new"}
    with instants(folder, tmp_path / "kept", monkeypatch) as found:
        promise = renewal.renewal_of(staged, removed, [3], TIME)
        renewal.commit(staged, site, promise)
        renewal.finish(site, promise)
    assert read(site) == after
    promised = 0
    for each in found:
        site, call = each.folder / "site", each.call
        there = {path: text for path, text in read(site).items() if not path.startswith("edition/next/")}
        assert there.items() <= {*before.items(), *after.items()}, call
        if "new" in there.values():
            assert not there.keys() & removed, call
        told = there["edition/edition.json"] == "new" or (site / "edition/next/edition.json").exists()
        assert told or there == before, f"{call}: a reader would find what is withdrawn missing, and be told no reason"
        left = renewal.pending(site)
        if left is None:
            assert there in (before, after), call
            continue
        promised += 1
        renewal.finish(site, left)
        assert read(site) == after, call
        assert {path.stat().st_mtime_ns for path in (site, site / "days", site / "days/2", site / "edition")} == {TIME}
        assert [path.name for path in each.folder.iterdir()] == ["site"], call
        assert not (site / "days/1").exists(), call
    assert promised > 20
    assert {each.call.split()[0] for each in found} == set(CALLS)


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path)
    house.take(*(tweet(number, f"Post {number}, about something else") for number in range(1, 6)))
    house.release(1, 2, 3, 4)
    house.publish()
    return house


@pytest.mark.parametrize("few", [0, 1000])
def test_nothing_is_promised_that_the_disk_does_not_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """File by file where there are few, else by a flush of the whole file system."""
    site, staged = tmp_path / "desk/site", tmp_path / "desk/.site.new-1/site"
    write(site, OLD | STAY | dict.fromkeys(renewal.TOLD, "old") | {"ledger/checkpoint": "old"})
    write(staged, NEW | dict.fromkeys(renewal.TOLD, "new") | {"ledger/checkpoint": "new"})
    promise = renewal.renewal_of(staged, [], [3], TIME)
    wanted = {str(each) for each in (staged, *staged.rglob("*"))}
    monkeypatch.setattr(renewal, "FEW", few)
    flushed, real = set[str](), os.fsync

    def fsync(handle: int) -> None:
        flushed.add(str(Path(f"/proc/self/fd/{handle}").readlink()))
        real(handle)

    def flush_tree(folder: Path) -> None:
        site_folder.flush_tree(folder)
        flushed.update(str(each) for each in (folder, *folder.rglob("*")))

    def write_file(path: Path, *rest: Any) -> None:
        assert wanted <= flushed, "the journal was written before"
        files.write_file(path, *rest)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(renewal, "flush_tree", flush_tree)
    monkeypatch.setattr(renewal, "write_file", write_file)
    renewal.commit(staged, site, promise)
    assert renewal.is_promised(site)


def test_a_site_that_is_being_renewed_is_not_broken_but_one_file_of_neither_edition_is(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = house.number(status(3))
    state_release(house.archive, house.desk, CataloguedPost(status(3), release="withdrawn"))
    house.translate(1, "A translation")
    cut_off(house, 60, monkeypatch)
    report = verify(house.site)
    assert report.broken == []
    assert not report.holds
    assert "load it again" in [*report.links][-1].detail
    assert not (house.site / f"items/{gone}/proof.js").exists()
    assert verify(house.site / f"items/{house.number(status(1))}").broken == []
    (house.site / "style.css").write_text("/* another's */")
    assert [link.name for link in verify(house.site).broken] == ["file style.css", "files"]
    again = house.publish(LATER)
    assert (again.number, again.new, again.written) == (2, False, True)
    assert verify(house.site).holds
    assert house.publish(LATER).written is False
    assert [path.name for path in house.folder.iterdir() if path.name.startswith(".site")] == []


@pytest.mark.parametrize("attack", ["another key", "list of files", "tile of the list", "older edition"])
def test_a_next_edition_that_the_desk_did_not_sign_so_excuses_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch, attack: str
) -> None:
    """Whoever has the server could say of every altered file that the site is being renewed."""
    house.translate(1, "A translation")
    cut_off(house, 20, monkeypatch)
    edition = house.site / "edition"
    said = Envelope.parse((edition / "next/edition.json").read_bytes()).statement()
    match attack:
        case "another key":
            forged = sign_statement(said, [(key(9).public, key(9).sign)])
            (edition / "next/edition.json").write_bytes(forged)
        case "list of files":
            with (edition / "next/files.txt").open("ab") as file:
                file.write(b"0" * 64 + b"  planted.html\n")
        case "tile of the list":
            tile = min(path for path in (edition / "next/files").rglob("*") if path.is_file())
            with tile.open("ab") as file:
                file.write(b"0" * 64 + b"  planted.html\n")
        case _:  # the one that is there is not the one that the next follows
            (edition / "edition.json").write_bytes(sign_statement(said, [(key(9).public, key(9).sign)]))
    broken = verify(house.site).broken
    assert "edition" in {link.name for link in broken}, broken


def test_a_site_that_is_renewed_while_it_is_checked_is_judged_as_the_new_edition(house: House) -> None:
    state_release(house.archive, house.desk, CataloguedPost(status(3), release="withdrawn"))
    house.translate(1, "A translation")
    published: list[int] = []

    def renew(work: Callable[[Sequence[int]], Share], numbers: Sequence[int]) -> list[Share]:
        if not published:
            published.append(house.publish(LATER).number)
        return [work(numbers)]

    report = verify(house.site, divide=renew)
    assert published == [2]
    assert report.broken == []
    assert report.holds
    assert "Edition 2," in next(link.detail for link in report.links if link.name == "edition")


def test_what_becomes_of_a_site_while_it_is_checked_is_not_taken_for_its_fault(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.translate(1, "A translation")
    begun: list[int] = []

    def begin(work: Callable[[Sequence[int]], Share], numbers: Sequence[int]) -> list[Share]:
        if not begun:
            begun.append(1)
            cut_off(house, 60, monkeypatch)
        return [work(numbers)]

    report = verify(house.site, divide=begin)
    assert begun
    assert report.broken == []
    assert "load it again" in [*report.links][-1].detail
    evidence = Evidence(Folder(house.site), None, {}, whole=True)
    files, refused = evidence.folder.walk()
    (house.site / "index.html").unlink()
    whole_site(evidence, files, refused)
    assert evidence.report.broken == []
    assert not evidence.report.holds
    (house.site / "style.css").write_text("/* another's */")
    assert [link.name for link in verify(house.site).broken] == ["file style.css", "files"]


def test_a_site_that_is_renewed_after_its_files_were_listed_is_checked_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    state_release(house.archive, house.desk, CataloguedPost(status(3), release="withdrawn"))
    house.translate(1, "A translation")
    walk, renewed = Folder.walk, list[int]()

    def listed(self: Folder, below: str = "") -> tuple[list[str], list[str]]:
        found = walk(self, below)
        if self.base == house.site and not renewed:
            renewed.append(1)
            house.publish(LATER)
        return found

    monkeypatch.setattr(Folder, "walk", listed)
    report = verify(house.site)
    assert renewed
    assert (report.broken, report.holds) == ([], True)


@pytest.mark.parametrize("file", ["edition.tlog-proof", "edition.json", "files.txt"])
def test_a_site_whose_renewal_ends_while_it_is_looked_at_is_checked_again(
    house: House, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    house.translate(1, "A translation")
    cut_off(house, 60, monkeypatch)
    take, ended = Folder.read, list[int]()

    def late(self: Folder, path: str, most: int = SMALL, compared: bool = True) -> bytes:
        if path == f"edition/next/{file}" and self.base == house.site and self.digests and not ended:
            ended.append(1)
            house.publish(LATER)
        return take(self, path, most, compared)

    monkeypatch.setattr(Folder, "read", late)
    report = verify(house.site)
    assert ended
    assert (report.broken, report.holds) == ([], True)


@pytest.mark.parametrize(("call", "before"), [("unlink", "voices/index.html"), ("rename", "edition/next")])
def test_cut_off_while_it_removes_a_whole_list_of_files_the_next_run_finishes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, before: str
) -> None:
    monkeypatch.setattr(edition_build, "FEW", 1_000)  # of so small a site most files change
    house = House(tmp_path)
    house.take(tweet(1, "Post 1"))
    house.release(1)
    house.picture()
    house.publish()
    assert (house.site / "edition/files/voices.txt").exists()
    state_release(house.archive, house.desk, CataloguedPost(status(1), release="withdrawn"))
    real = getattr(Path, call)

    def cut(self: Path, *others: Path, **more: bool) -> object:
        if (others or (self,))[0] == house.site / before:
            raise Cut
        return real(self, *others, **more)

    with monkeypatch.context() as patched:
        patched.setattr(Path, call, cut)
        with pytest.raises(Cut):
            house.publish(LATER)
    house.publish(LATER)
    assert not (house.site / "edition/files/voices.txt").exists()
    assert verify(house.site).holds


def test_a_list_of_files_that_a_power_cut_emptied_is_called_that_and_the_site_is_made_anew_elsewhere(
    house: House,
) -> None:
    (house.site / "edition/files.txt").write_bytes(b"")
    (house.archive.folder / "publishing.sqlite").unlink()  # which knows what the folder was
    with pytest.raises(UsageError, match=r"found 'edition/files.txt' missing or empty.* Move the folder"):
        house.publish(LATER)
    house.site.rename(house.folder / "aside")
    assert house.publish(LATER).new is False
    assert verify(house.site).holds


def test_what_was_withdrawn_since_is_not_put_out_by_finishing_what_was_cut_off(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.release(5)
    new = house.number(status(5))
    cut_off(house, 30, monkeypatch)
    state_release(house.archive, house.desk, CataloguedPost(status(5), release="withdrawn"))
    promised = renewal.pending(house.site)
    assert promised is not None
    assert new in promised.items
    shown = []
    real = Path.rename

    def rename(self: Path, target: Path) -> Path:
        shown.append(str(target))
        return real(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", rename)
        done = house.publish(LATER)
    assert done.removed == (new,)
    assert not [path for path in shown if f"site/items/{new}/" in path]
    assert verify(house.site).holds
    assert not (house.site / f"items/{new}/proof.js").exists()


def holding(site: Path, word: str) -> set[str]:
    return {path for path, data in read_all(site).items() if word.encode() in data}


def read_all(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("at", [1, 12])
def test_a_name_that_is_withheld_since_is_not_put_out_by_finishing_what_was_cut_off(
    house: House, monkeypatch: pytest.MonkeyPatch, at: int | str
) -> None:
    """Nor by a later run, however often the new edition is refused: what is between two editions stays as it was."""
    house.release(5, tags=["with Pema Tsering"])
    old = read_all(house.site)
    cut_off(house, at, monkeypatch)
    named = holding(house.site, "Pema Tsering")
    state_person(house.archive, house.desk, PersonEntry("Pema Tsering"))
    for _ in range(2):
        with pytest.raises(Leak) as refused:
            house.publish(LATER)
        assert holding(house.site, "Pema Tsering") == named
        assert [path.name for path in house.folder.glob(".site*")] == []
        is_begun = read_all(house.site) != old
        assert is_begun is (at != 1)
        assert ("between two editions" in str(refused.value)) is is_begun
        assert verify(house.site).broken == []
        assert verify(house.site).holds is not is_begun
    house.release(5, tags=["with her"])
    house.publish(LATER)
    assert holding(house.site, "Pema Tsering") == set()
    assert verify(house.site).holds


@pytest.mark.parametrize("at", [2, 4, 6])
def test_what_a_dropped_edition_took_back_is_gone_although_no_other_takes_its_place(
    house: House, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """Its page is to say that it was withdrawn, and waits: what stood there is not shown until that comes."""
    said = "Post 1, about something else"
    page = house.site / f"items/{house.number(status(1))}/index.html"
    assert said in page.read_text()
    state_release(house.archive, house.desk, CataloguedPost(status(1), release="withdrawn"))
    house.translate(2, "A translation")
    cut_off(house, at, monkeypatch)
    state_person(house.archive, house.desk, PersonEntry("Pema Tsering"))
    with pytest.raises(Leak, match="between two editions"):
        house.publish(LATER, **REFUSED)
    assert not page.exists() or said not in page.read_text()
    assert verify(house.site).broken == []
    house.publish(LATER)
    assert said not in page.read_text()
    assert verify(house.site).holds


def test_cut_off_when_all_is_put_out_a_site_stays_that_edition_whatever_is_withdrawn_and_refused_then(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.release(5)
    real = Path.unlink

    def unlink(self: Path, missing_ok: bool = False) -> None:
        if self.name == renewal.JOURNAL:
            raise Cut
        real(self, missing_ok)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", unlink)
        with pytest.raises(Cut):
            house.publish(LATER)
    state_release(house.archive, house.desk, CataloguedPost(status(5), release="withdrawn"))
    with pytest.raises(Leak):
        house.publish(LATER, **REFUSED)
    assert verify(house.site).holds
    assert house.publish(LATER).removed == (house.number(status(5)),)
    assert verify(house.site).holds


def test_after_a_dropped_edition_no_reader_finds_the_site_broken_while_it_is_renewed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that stands is not the one that the next edition names as the one before."""
    house.release(5)
    cut_off(house, 1, monkeypatch)
    state_release(house.archive, house.desk, CataloguedPost(status(5), release="withdrawn"))
    real, looked = Path.rename, 0

    def rename(self: Path, target: Path) -> Path:
        nonlocal looked
        if Path(target).is_relative_to(house.site):
            looked += 1
            assert verify(house.site).broken == []
        return real(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", rename)
        house.publish(LATER)
    assert verify(house.site).holds
    house.translate(1, "A translation")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", rename)
        house.publish(LATER)
    assert looked, "the one after it is put out in place"


def test_what_is_hidden_or_said_otherwise_since_is_not_put_out_by_finishing_what_was_cut_off(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A voice whose posts wait when they change, a name of the site; what was withdrawn is gone first, and told."""
    gone = house.number(status(1))
    state_release(house.archive, house.desk, CataloguedPost(status(1), release="withdrawn"))
    house.release(5)
    new = house.number(status(5))
    cut_off(house, 1, monkeypatch)
    house.take(tweet(5, "She named somebody"), now=NOON + timedelta(days=2))
    hide_voices(house.archive.folder, [house.archive.index.posts.latest()[0].author], True)
    with pytest.raises(Leak, match="between two editions"):
        house.publish(LATER, **REFUSED)
    assert not (house.site / f"items/{new}/index.html").exists()
    assert not (house.site / f"items/{gone}/proof.js").exists()
    assert verify(house.site).broken == []
    assert house.publish(LATER).removed == (new,)
    assert verify(house.site).holds


def test_what_an_earlier_version_promised_without_a_word_on_its_judgement_is_not_put_out(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.release(5)
    new = house.number(status(5))
    old = read_all(house.site)
    cut_off(house, 1, monkeypatch)
    journal = renewal.journal_of(house.site) / renewal.JOURNAL
    said = json.loads(journal.read_bytes())
    del said["judged"]
    journal.write_bytes(canonical(said))
    with pytest.raises(Leak):
        house.publish(LATER, **REFUSED)
    assert read_all(house.site) == old
    house.publish(LATER)
    assert (house.site / f"items/{new}/index.html").exists()
    assert verify(house.site).holds


def test_of_what_was_promised_nothing_is_put_out_that_was_withdrawn_since(tmp_path: Path) -> None:
    """A post, a picture, a person and a story, each by its own statement."""
    house = House(tmp_path)
    house.take(tweet(1, "one"), tweet(2, "two"))
    house.release(1, 2)
    entry = PersonEntry("林昭", release="public")
    picture, person = (
        house.capture("a.jpg", b"a picture", title="The gate"),
        state_person(house.archive, house.desk, entry),
    )
    story = compose(house, story_text(house, person)).number
    withdraw: tuple[Callable[[], object], ...] = (
        lambda: state_release(house.archive, house.desk, CataloguedPost(status(1), release="withdrawn")),
        lambda: catalogue(house.archive, house.desk, CataloguedItem(picture, release="withdrawn")),
        lambda: compose(house, story_text(house, person), "withdrawn", story),
        lambda: state_person(house.archive, house.desk, replace(entry, release="withdrawn"), person),
    )
    for number, act in zip((house.number(status(1)), picture, story, person), withdraw, strict=True):
        assert renewal._may_be_shown(house.archive, number, TODAY.isoformat())
        act()
        assert not renewal._may_be_shown(house.archive, number, TODAY.isoformat())


def test_a_promise_that_is_dropped_takes_what_is_hidden_out_of_every_language(tmp_path: Path) -> None:
    out = tmp_path / "site"
    gone = {"items/5/index.html": "said", "zh/items/5/index.html": "said", "items/9/index.html": "said"}
    stay = {"items/4/index.html": "four", "zh/items/4/index.html": "four", "zh/index.html": "front"}
    write(out, gone | stay)
    write(renewal.journal_of(out), {renewal.JOURNAL: "{}", f"{renewal.STAGED}/items/5/proof.js": "said"})
    renewal.abandon(out, renewal.Renewal(("items/9/index.html",), (4, 5), (), TIME), [5])
    assert read(tmp_path) == {f"site/{path}": text for path, text in stay.items()}


def test_a_planted_older_edition_does_not_excuse_what_is_broken(house: House, tmp_path: Path) -> None:
    first = tmp_path / "first"
    shutil.copytree(house.site, first)
    house.translate(1, "A translation")
    house.publish(LATER)
    house.translate(2, "Another")
    house.publish(LATER)
    shutil.copytree(first / "edition", house.site / "edition/next")
    report = verify(house.site)
    assert not report.holds
    assert "edition" in {link.name for link in report.broken}
    assert all(link.verdict is not Verdict.PROVED for link in report.links if link.name == "files")


def test_what_changes_of_an_item_is_put_in_place_together_and_before_what_is_new(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever kills a renewal is to leave no word standing that a new one was to take the place of."""
    put, real = dict[str, bool](), Path.rename

    def rename(self: Path, target: Path) -> Path:
        if Path(target).is_relative_to(house.site):
            put[Path(target).relative_to(house.site).as_posix()] = Path(target).exists()
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    house.translate(1, "A translation")
    house.release(5)
    house.publish(LATER)
    item = f"items/{house.number(status(1))}/"
    places = [at for at, path in enumerate(put) if item in f"/{path}"]
    assert {[*put][at] for at in places} == {f"{item}index.html", f"zh/{item}index.html", f"{item}proof.js"}
    assert places == [*range(places[0], places[-1] + 1)]
    replaces = [old for path, old in put.items() if not path.startswith(("edition/", "ledger/"))]
    assert replaces.count(True) > 3
    assert replaces.count(False) > 3
    assert replaces == sorted(replaces, reverse=True)


def test_a_next_edition_that_is_left_when_all_is_in_place_is_no_renewal_and_excuses_nothing(house: House) -> None:
    shutil.copytree(house.site / "edition", house.folder / "left")
    (house.folder / "left").rename(house.site / "edition/next")
    page = house.site / f"items/{house.number(status(1))}"
    assert verify(house.site).broken == verify(page).broken == []
    assert verify(house.site).holds
    alter = {"edition/next/items.txt", "edition/next/strange.html", "items/strange"}
    for path in alter:
        with (house.site / path).open("a") as file:
            file.write("of another")
    assert {link.name for link in verify(house.site).broken} == {"files", *(f"file {path}" for path in alter)}


@pytest.mark.parametrize("new", [False, True])
def test_a_link_in_the_place_of_a_file_and_a_file_among_the_tiles_do_not_stay(house: House, new: bool) -> None:
    page, strange = house.site / f"items/{house.number(status(3))}/index.html", house.site / "ledger/tile/0/strange"
    page.rename(house.folder / "elsewhere.html")
    page.symlink_to(house.folder / "elsewhere.html")
    strange.write_text("of another")
    if new:
        house.translate(1, "A translation")
    done = house.publish(LATER)
    assert (done.new, done.written) == (new, True)
    assert not page.is_symlink()
    assert not strange.exists()
    assert verify(house.site).holds
    assert house.publish(LATER).written is False
