"""A copy is what a reader would accept, continues the copy before, and takes only what changed."""

import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

import pytest

from support.old_desk import OldDesk
from support.site_maker import Desk, Key, small_site
from support.static_server import static_server
from tamizdat.encoding import spoken
from tamizdat.errors import CheckFailed, NotThere, PlaceUnreachable, TamizdatError, UsageError
from tamizdat.keys import SigningKey
from tamizdat.ledger.cosignature import Witness
from tamizdat.ledger.signing import cosign
from tamizdat.mirror.copy import copy_site
from tamizdat.mirror.run import Copied
from tamizdat.places.site_files import FolderSite, SiteFiles, WebSite
from tamizdat.timestamps.ots import MAGIC, PENDING
from tamizdat.verifying import Verdict, verify
from tamizdat.verifying.checkpoint_files import names_of
from tamizdat.witness.record import Behind, Forked, Record

NOW = 1_790_000_000


class Counted(FolderSite):
    """A folder that counts what is asked for, and may break off."""

    def __init__(self, folder: Path, most: int = 1 << 30) -> None:
        super().__init__("the source", folder)
        self.asked: list[str] = []
        self.most = most

    def fetch(self, path: str, into: BinaryIO, most: int) -> int:
        self.asked.append(path)
        if len(self.asked) > self.most:
            raise PlaceUnreachable("the line broke")
        return super().fetch(path, into, most)


@pytest.fixture
def record(tmp_path: Path) -> Record:
    return Record.create(tmp_path / "witness", "mirror.example")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return tmp_path / "site"


@pytest.fixture
def copied(tmp_path: Path, record: Record) -> Callable[..., Copied]:
    def copy(source: SiteFiles, root: bytes | None = None) -> Copied:
        return copy_site(source, tmp_path / "copy", record, root, NOW)

    return copy


def tree_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def seconds_told(folder: Path) -> dict[str, float]:
    """How many seconds after midnight each file and folder was changed last, by what the disk says."""
    return {str(path.relative_to(folder)): path.stat().st_mtime % 86_400 for path in (folder, *folder.rglob("*"))}


def test_no_file_of_a_copy_tells_at_which_hour_it_was_fetched(
    tmp_path: Path, site: Path, copied: Callable[..., Copied]
) -> None:
    desk, copy = Desk(keep=True), tmp_path / "copy"
    small_site(site, desk)
    copied(FolderSite("site", site))
    assert set(seconds_told(copy).values()) == {1}
    desk.take_in({"picture.jpg": b"later"})
    desk.publish(site)
    copied(FolderSite("site", site))
    told = seconds_told(copy)
    assert set(told.values()) == {1, 2}  # of the same day, and yet another time: who compares times sees what changed
    assert (told["items/0/picture.jpg"], told["items/256/picture.jpg"]) == (1, 2)
    assert (told["edition/edition.json"], told["ledger"]) == (2, 2)
    (copy / "items/0/picture.jpg").touch()  # a copy that an earlier version made
    desk.take_in({"picture.jpg": b"later still"})
    desk.publish(site)
    copied(FolderSite("site", site))
    assert set(seconds_told(copy).values()) == {1, 2, 3}


def test_a_day_that_no_calendar_has_ends_no_mirror(tmp_path: Path, site: Path, copied: Callable[..., Copied]) -> None:
    small_site(site, Desk(day="2026-02-30"))
    assert copied(FolderSite("site", site)).changed
    assert set(seconds_told(tmp_path / "copy").values()) == {1}


def test_a_copy_over_http_is_the_site_with_our_cosignature(
    tmp_path: Path, site: Path, record: Record, copied: Callable[..., Copied]
) -> None:
    desk = small_site(site, Desk())
    with static_server(site) as address:
        done = copied(WebSite("site", address), desk.fingerprint)
    assert done.changed
    assert verify(tmp_path / "copy", desk.fingerprint).holds
    copy = tree_of(tmp_path / "copy")
    kept = copy.pop("ledger/checkpoints/256/checkpoint")
    assert copy == tree_of(site)
    assert kept.startswith((site / "ledger/checkpoint").read_bytes())
    watched = record.log(desk.origin)
    assert watched
    assert watched.note == kept


def test_a_second_copy_takes_what_changed_and_no_more(
    tmp_path: Path, site: Path, copied: Callable[..., Copied]
) -> None:
    desk = Desk(keep=True)
    for number in range(40):
        desk.take_in({"picture.jpg": b"%d" % number * 4000}, f"Picture {number}")
    desk.publish(site)
    first = copied(FolderSite("site", site))
    assert copied(Counted(site)).fetched == 6  # the facts of an edition
    desk.take_in({"picture.jpg": b"one more" * 4000})
    desk.publish(site)
    source = Counted(site)
    done = copied(source)
    assert len(source.asked) < first.fetched / 5
    assert done.transferred < first.transferred / 5
    assert not [path for path in source.asked if path.startswith("items/0/") or path == "edition/items.txt"]
    assert verify(tmp_path / "copy").holds
    assert (tmp_path / "copy/edition/items.txt").read_bytes() == (site / "edition/items.txt").read_bytes()


def test_a_list_of_items_whose_pieces_do_not_give_it_is_fetched_whole(
    site: Path, copied: Callable[..., Copied]
) -> None:
    desk = small_site(site, Desk(keep=True))
    copied(FolderSite("site", site))
    desk.take_in({"picture.jpg": b"one more"})
    desk.publish(site)
    piece = site / "edition/items/000.js"
    sound = piece.read_bytes()
    for wrong in (b"", b"tamizdatItems(1);\n", sound.replace(b"\\n", b"\\n0 0\\n", 1)):
        piece.write_bytes(wrong)
        source = Counted(site)
        with pytest.raises(CheckFailed, match="'files' broken"):
            copied(source)
        assert "edition/items.txt" in source.asked
    piece.write_bytes(sound)
    assert copied(FolderSite("site", site)).changed


def test_what_an_edition_withdraws_leaves_the_copy(tmp_path: Path, site: Path, copied: Callable[..., Copied]) -> None:
    desk = small_site(site, Desk())
    copied(FolderSite("site", site))
    gone = max(desk.derived)
    for kept in (desk.items, desk.derived, desk.said, desk.opened, desk.proofs):
        kept.pop(gone, None)
    desk.publish(site)
    done = copied(FolderSite("site", site))
    assert done.removed
    assert not (tmp_path / f"copy/items/{gone}/proof.js").exists()
    assert verify(tmp_path / "copy").holds


def test_a_run_that_broke_off_goes_on_where_it_stopped(
    tmp_path: Path, site: Path, copied: Callable[..., Copied]
) -> None:
    small_site(site, Desk())
    broken = Counted(site, most=30)
    with pytest.raises(PlaceUnreachable):
        copied(broken)
    assert not (tmp_path / "copy").exists()
    source = Counted(site)
    copied(source)
    again = set(source.asked) & set(broken.asked[:30])
    assert {path for path in again if path.startswith(("items/", "ledger/tile/"))} == set()
    assert [each.name for each in tmp_path.iterdir() if ".copy" in each.name] == []
    assert verify(tmp_path / "copy").holds


def test_a_forked_ledger_is_refused_and_the_evidence_is_one_file(
    tmp_path: Path, site: Path, copied: Callable[..., Copied]
) -> None:
    desk = small_site(site, Desk())
    other = desk.copy()
    copied(FolderSite("site", site))
    before = tree_of(tmp_path / "copy")
    desk.entries[0] = bytes(32)  # the same keys, another past
    desk.take_in({"picture.jpg": b"later"})
    desk.derived.pop(0, None)
    desk.items.pop(0, None)
    desk.publish(site)
    with pytest.raises(Forked) as refused:
        copied(FolderSite("site", site))
    assert tree_of(tmp_path / "copy") == before
    assert refused.value.evidence
    [link] = verify(refused.value.evidence).links
    assert (link.name, link.verdict) == ("fork", Verdict.PROVED)
    other.take_in({"picture.jpg": b"sound"})
    other.publish(site)
    copied(FolderSite("site", site))


@pytest.mark.parametrize("deleted", [False, True])
def test_an_older_edition_is_refused(tmp_path: Path, site: Path, copied: Callable[..., Copied], deleted: bool) -> None:
    """Also when the copy was lost: the witness's own record knows."""
    desk = small_site(site, Desk())
    shutil.copytree(site, tmp_path / "old")
    desk.take_in({"picture.jpg": b"later"})
    desk.publish(site)
    copied(FolderSite("site", site))
    if deleted:
        shutil.rmtree(tmp_path / "copy")
    with pytest.raises(Behind if deleted else CheckFailed, match="entries or more" if deleted else "or a later one"):
        copied(FolderSite("old", tmp_path / "old"))


def test_another_root_is_refused(tmp_path: Path, site: Path, copied: Callable[..., Copied]) -> None:
    desk = small_site(site, Desk())
    stranger = Desk(root=Key(), origin=desk.origin)
    small_site(tmp_path / "other", stranger)
    told = f"Expected the root {spoken(stranger.fingerprint)}, found {spoken(desk.fingerprint)} .*not that desk's site"
    with pytest.raises(CheckFailed, match=told):
        copied(FolderSite("site", site), stranger.fingerprint)
    copied(FolderSite("site", site))
    with pytest.raises(CheckFailed, match="not that desk's site"):
        copied(FolderSite("other", tmp_path / "other"))


@pytest.mark.parametrize(
    ("path", "data"),
    [("index.html", b"altered"), ("edition/files.txt", b""), ("roster.json", b"{}"),
     ("ledger/tile/entries/000", b"x" * 100), ("items/0/proof.js", b"{}"),
     ("edition/edition.js", b"alert(1)"), ("ledger/checkpoint", b"\n\n")],
)  # fmt: skip
def test_altered_bytes_are_never_a_copy(
    tmp_path: Path, site: Path, copied: Callable[..., Copied], path: str, data: bytes
) -> None:
    small_site(site, Desk())
    whole = (site / path).read_bytes()
    (site / path).write_bytes(data)
    with pytest.raises(TamizdatError):
        copied(FolderSite("site", site))
    assert not (tmp_path / "copy").exists()
    (site / path).write_bytes(whole)
    copied(FolderSite("site", site))
    assert verify(tmp_path / "copy").holds


def test_a_damaged_copy_is_mended_by_the_next_edition(
    tmp_path: Path, site: Path, copied: Callable[..., Copied]
) -> None:
    desk = small_site(site, Desk(keep=True))
    copied(FolderSite("site", site))
    for path in ("index.html", "items/0/proof.js", "ledger/tile/entries/000"):
        (tmp_path / "copy" / path).unlink()
        (tmp_path / "copy" / path).write_bytes(b"rot")
    desk.take_in({"picture.jpg": b"later"})
    desk.publish(site)
    copied(FolderSite("site", site))
    assert verify(tmp_path / "copy").holds


def test_links_and_strangers_files_are_left_alone(tmp_path: Path, site: Path, copied: Callable[..., Copied]) -> None:
    small_site(site, Desk())
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (site / "index.html").unlink()
    (site / "index.html").symlink_to(secret)
    with pytest.raises(NotThere, match="link"):
        copied(FolderSite("site", site))
    mine = tmp_path / "copy"
    mine.mkdir()
    (mine / "diary.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"found 'diary\.txt' in it"):
        copied(FolderSite("site", site))
    assert tree_of(mine) == {"diary.txt": b"mine"}


def test_what_others_signed_since_comes_without_a_new_edition(
    tmp_path: Path, site: Path, copied: Callable[..., Copied]
) -> None:
    small_site(site, Desk())
    copied(FolderSite("site", site))
    more = "— somebody.example AAAAAAAAAAA=\n".encode()
    beside = site / "ledger/checkpoints/256/checkpoint"
    beside.parent.mkdir(parents=True)
    beside.write_bytes((site / "ledger/checkpoint").read_bytes() + more)
    done = copied(FolderSite("site", site))
    assert not done.changed
    kept = (tmp_path / "copy/ledger/checkpoints/256/checkpoint").read_bytes()
    assert more in kept
    assert b"mirror.example" in kept
    assert verify(tmp_path / "copy").holds


def stamped(site: Path) -> Path:
    """A proof that waits for a calendar, beside the checkpoint; and a list that names it, as publishers write it."""
    note = (site / "ledger/checkpoint").read_bytes()
    text = note.partition(b"\n\n")[0] + b"\n"
    uri = b"https://calendar.example"
    waits = b"\x00" + PENDING + bytes([len(uri) + 1, len(uri)]) + uri
    beside = site / "ledger/checkpoints/256"
    (beside / "stamps").mkdir(parents=True)
    (beside / "checkpoint").write_bytes(note)
    (beside / "stamps/calendar.ots").write_bytes(MAGIC + b"\x01\x08" + sha256(text).digest() + waits)
    (beside / "stamps.json").write_bytes(names_of(["calendar.ots"], []))
    return beside


@pytest.mark.parametrize("before", [True, False])
def test_stamps_come_along_and_later_ones_too(
    tmp_path: Path, site: Path, copied: Callable[..., Copied], before: bool
) -> None:
    small_site(site, Desk())
    if not before:
        copied(FolderSite("site", site))
    stamped(site)
    with static_server(site) as address:
        copied(WebSite("site", address))
    assert (tmp_path / "copy/ledger/checkpoints/256/stamps/calendar.ots").is_file()
    report = verify(tmp_path / "copy")
    assert report.holds
    assert "stamp 256 calendar.ots" in {link.name for link in report.links}
    shutil.rmtree(site / "ledger/checkpoints")
    copied(FolderSite("site", site))
    assert not (tmp_path / "copy/ledger/checkpoints/256/stamps.json").exists()
    assert verify(tmp_path / "copy").holds


@pytest.mark.parametrize("path", ["stamps/calendar.ots", "checkpoint", "stamps.json"])
def test_what_others_said_since_is_judged_before_it_is_in_the_copy(
    tmp_path: Path, site: Path, copied: Callable[..., Copied], path: str
) -> None:
    desk = small_site(site, Desk())
    copied(FolderSite("site", site))
    before = tree_of(tmp_path / "copy")
    beside = stamped(site)
    whole = (beside / path).read_bytes()
    (beside / path).write_bytes(
        whole.replace(desk.origin.encode(), b"other.example/ledger") if path == "checkpoint" else b"{}"
    )
    with pytest.raises(TamizdatError):
        copied(FolderSite("site", site))
    assert tree_of(tmp_path / "copy") == before
    (beside / path).write_bytes(whole)
    copied(FolderSite("site", site))
    assert "stamp 256 calendar.ots" in {link.name for link in verify(tmp_path / "copy").links}
    assert verify(tmp_path / "copy").holds


def test_lines_of_witnesses_stay_if_the_next_source_has_them_not(
    tmp_path: Path, site: Path, copied: Callable[..., Copied]
) -> None:
    other = SigningKey.generate()
    witness = Witness("other.example", other.public)
    desk = small_site(site, Desk(watched=(witness,), quorum=1))
    note = (site / "ledger/checkpoint").read_bytes()
    line = cosign(note.partition(b"\n\n")[0] + b"\n", witness, NOW, other.sign)
    beside = site / "ledger/checkpoints/256/checkpoint"
    beside.parent.mkdir(parents=True)
    beside.write_bytes(note + line)
    copied(FolderSite("site", site))
    beside.write_bytes(note + "— somebody.example AAAAAAAAAAA=\n".encode())
    copied(FolderSite("site", site))
    kept = (tmp_path / "copy/ledger/checkpoints/256/checkpoint").read_bytes()
    assert line in kept
    assert b"mirror.example" in kept
    assert verify(tmp_path / "copy", desk.fingerprint).holds


def test_a_witness_whose_folder_was_restored_signs_again_after_the_same_edition(
    tmp_path: Path, site: Path, record: Record, copied: Callable[..., Copied]
) -> None:
    desk = small_site(site, Desk())
    copied(FolderSite("site", site))
    record.folder.rename(tmp_path / "before")
    shutil.copytree(tmp_path / "before", record.folder)
    again = Record.open(record.folder)
    assert [each.behind for each in again.all_logs()] == [0]
    copy_site(FolderSite("site", site), tmp_path / "copy", again, desk.fingerprint, NOW)
    assert [each.behind for each in again.all_logs()] == [None]


def test_a_site_of_the_first_format_is_copied_too(tmp_path: Path, copied: Callable[..., Copied]) -> None:
    saved = OldDesk.unpack(tmp_path / "old").site
    copied(FolderSite("old", saved))
    assert verify(tmp_path / "copy").holds
    copy = tree_of(tmp_path / "copy")
    assert {path for path in tree_of(saved) if path not in copy and not path.startswith("ledger/tile/")} == set()
