"""An archive handed over without its keys: the same ledger, the same edition, and nothing that signs."""

import json
import shutil
from pathlib import Path

import pytest

from support.published_desk import House
from tamizdat.archive import Archive
from tamizdat.archive.checkpoints import NOTE, Checkpoints
from tamizdat.backup.handover import UNFINISHED, HandedOver, hand_over
from tamizdat.cli.main import main
from tamizdat.errors import BadArchive, KeyMissing, NotSetUp, UsageError
from tamizdat.home.home import Home
from tamizdat.home.keyring import Keyring
from tamizdat.home.withheld import reason
from tamizdat.ledger.roster import Roster
from tamizdat.verifying import verify

DAY = "2026-11-29"
KEPT = ("archive.json", "entries.log")


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class Desk:
    """A desk with a card and a post, published once; its settings hold a place's password and a device."""

    def __init__(self, folder: Path) -> None:
        self.house = House(folder)
        self.house.archive.append([self.house.roster])
        self.number = self.house.capture("DCIM/IMG_1.JPG", b"no picture, but bytes")
        self.house.take(
            {"tweet": {"id_str": "57", "created_at": "Sun May 12 06:28:00 +0000 2013", "full_text": "校舍"}}
        )
        self.house.release(57)
        self.house.translate(57, "The school")
        self.house.publish(credit=lambda post, language, tag: "M. Elster")
        root = Roster.open(self.house.roster).root.fingerprint
        ring = Keyring(bytes(32), {"desk": self.house.desk, "log": self.house.log})
        place = {"number": 1, "name": "cloud", "url": "s3://bucket", "options": {"secret_key": "a password"}}
        settings = {"name": "Tamizdat", "root": root.hex(), "devices": {"anna": "aa" * 32}, "places": [place]}
        self.home = Home(folder, "desk", ring, settings)

    def hand_over(self, folder: Path) -> HandedOver:
        return hand_over(self.home, self.house.archive, self.house.site, folder, DAY)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(tmp_path_factory.mktemp("desk"))


def test_ledger_objects_and_edition_are_the_same(desk: Desk, tmp_path: Path) -> None:
    made = desk.hand_over(tmp_path / "there")
    house = desk.house
    for name in KEPT:
        assert (tmp_path / "there/archive" / name).read_bytes() == (house.folder / "archive" / name).read_bytes()
    assert tree(tmp_path / "there/site") == house.files()
    assert made.missing == ()
    with Archive.open(tmp_path / "there/archive") as archive:
        assert archive.tree().root() == house.archive.tree().root()
        assert archive.check().sound
        assert list(archive.objects) == list(house.archive.objects)
        assert archive.index.item(desk.number) == house.archive.index.item(desk.number)
    report = verify(tmp_path / "there/site", Roster.open(house.roster).root.fingerprint)
    assert report.holds


def test_no_key_password_or_device_goes_along(desk: Desk, tmp_path: Path) -> None:
    desk.hand_over(tmp_path / "there")
    home = Home.open(tmp_path / "there", "desk", b"")
    assert len(home.keyring.signing) == len(home.keyring.sealing) == 0
    assert "a password" not in json.dumps(home.settings)
    assert home.settings["devices"] == {}
    everything = b"".join(data for path, data in tree(tmp_path / "there").items() if not path.startswith("archive/"))
    assert b"TAMIZDAT-SIGNING-KEY" not in everything
    assert b"AGE-SECRET-KEY" not in everything


def test_it_signs_nothing_and_says_why(desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk.hand_over(tmp_path / "there")
    home = Home.open(tmp_path / "there", "desk", b"")
    with pytest.raises(KeyMissing, match="handed over without its keys on 2026-11-29"):
        home.keyring.signing["desk"]
    assert main(["publish", "release", "--all", "--home", str(tmp_path / "there")]) == 2
    assert "signs nothing" in capsys.readouterr().err
    assert main(["keys", "catch-up", "--site", str(tmp_path / "there/site"), "--home", str(tmp_path / "there")]) == 0
    assert reason(Home.open(tmp_path / "there", "desk", b"").settings)  # it was compared, and still has no key


def test_its_pages_are_built_again_byte_for_byte_without_a_key(desk: Desk, tmp_path: Path) -> None:
    desk.hand_over(tmp_path / "there")
    site, command = tmp_path / "there/site", ["publish", "--home", str(tmp_path / "there")]
    assert main(command) == 0  # it stands
    assert tree(site) == desk.house.files()
    shutil.rmtree(site)
    assert main(command) == 0
    assert tree(site) == desk.house.files()
    assert verify(site, Roster.open(desk.house.roster).root.fingerprint).holds


def test_what_it_would_say_otherwise_today_needs_a_key(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.hand_over(tmp_path / "there")
    home = Home.open(tmp_path / "there", "desk", b"")
    home.settings["name"] = "Another name"
    home.save()
    assert main(["publish", "--home", str(tmp_path / "there")]) == 2
    assert "handed over without its keys" in capsys.readouterr().err
    assert tree(tmp_path / "there/site") == desk.house.files()


def test_a_run_that_was_cut_off_is_no_desk_and_goes_on(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tamizdat.backup import handover

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(handover, "_keep_as_desk", cut)
        with pytest.raises(KeyboardInterrupt):
            desk.hand_over(tmp_path / "there")
    assert (tmp_path / "there" / UNFINISHED).is_file()
    with pytest.raises(NotSetUp):
        Home.open(tmp_path / "there", "desk", b"")
    torn = [next((tmp_path / "there/archive/objects").glob("*/*")), tmp_path / "there/site/index.html"]
    for path in torn:  # as a disk leaves it whose power was cut: as long as it was
        path.chmod(0o600)
        path.write_bytes(bytes(path.stat().st_size))
    desk.hand_over(tmp_path / "there")
    assert not any(path.read_bytes() == bytes(path.stat().st_size) for path in torn)
    assert not (tmp_path / "there" / UNFINISHED).exists()
    assert Home.open(tmp_path / "there", "desk", b"").role == "desk"


def test_a_checkpoint_that_is_witnessed_meanwhile_is_sound_in_what_is_handed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tamizdat.backup import handover

    desk = Desk(tmp_path / "desk")
    kept = Checkpoints(desk.house.archive.folder)
    [size] = kept.sizes()
    noted, copy = kept.note(size), handover._copy

    def witnessed(source: Path, place: Path) -> int:
        if source.name == NOTE and kept.note(size) == noted:
            Checkpoints(desk.house.archive.folder).write(size, NOTE, noted + "— w.example Zm9yZ2Vk\n".encode())
        return copy(source, place)

    monkeypatch.setattr(handover, "_copy", witnessed)
    desk.hand_over(tmp_path / "there")
    given = Checkpoints(tmp_path / "there/archive")
    assert given.note(size) == kept.note(size) != noted
    assert given.damaged() == []


def test_nothing_is_handed_over_that_a_link_leads_to_or_that_is_half_written(desk: Desk, tmp_path: Path) -> None:
    site = Path(shutil.copytree(desk.house.site, tmp_path / "site"))
    (tmp_path / "secret").write_bytes(b"of somebody else")
    (site / "linked.html").symlink_to(tmp_path / "secret")
    (site / ".page.html.part").write_bytes(b"half a page")
    hand_over(desk.home, desk.house.archive, site, tmp_path / "there", DAY)
    assert tree(tmp_path / "there/site") == desk.house.files()


def test_no_other_user_of_the_computer_reads_what_is_handed_over(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir(mode=0o755)
    desk.hand_over(tmp_path / "there")
    every = [tmp_path / "there", *(tmp_path / "there").rglob("*")]
    assert [path for path in every if path.stat().st_mode & 0o077 and path.parent.parent.name != "objects"] == []


def test_a_folder_with_files_of_others_is_left_alone(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"found mine\.txt in it"):
        desk.hand_over(tmp_path)
    assert tree(tmp_path) == {"mine.txt": b"mine"}


def test_what_another_archive_left_unfinished_is_left_alone(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / UNFINISHED).write_text("archive.example/other\n")
    with pytest.raises(UsageError, match="Expected an empty folder"):
        desk.hand_over(tmp_path)
    assert tree(tmp_path) == {UNFINISHED: b"archive.example/other\n"}


def test_an_object_that_the_archive_has_lost_is_named(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "desk")
    item = desk.house.archive.index.item(desk.number)
    assert item is not None
    desk.house.archive.objects.path(item.original).unlink()
    assert desk.hand_over(tmp_path / "there").missing == (item.original,)


@pytest.mark.parametrize("inside", ["desk/there", "elsewhere"])
def test_a_folder_inside_what_is_handed_over_is_refused(desk: Desk, tmp_path: Path, inside: str) -> None:
    folder = Path(shutil.copytree(desk.house.site, tmp_path / "elsewhere"))
    home = Home(tmp_path / "desk", "desk", desk.home.keyring, desk.home.settings)
    with pytest.raises(UsageError, match="copied into itself"):
        hand_over(home, desk.house.archive, folder, tmp_path / inside, DAY)
    assert tree(folder) == desk.house.files()


def test_a_damaged_object_is_named_and_not_handed_over(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "desk")
    item = desk.house.archive.index.item(desk.number)
    assert item is not None
    path = desk.house.archive.objects.path(item.original)
    path.chmod(0o600)
    path.write_bytes(b"other bytes")
    with pytest.raises(BadArchive, match=item.original):
        desk.hand_over(tmp_path / "there")
    assert not (tmp_path / "there/role").exists()
