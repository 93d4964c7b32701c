"""The command deletes what a receipt proves, and says what it kept; of another card it says that it is one."""

import io
from pathlib import Path

import pytest

from tamizdat.carrying.receipt import file_tag
from tamizdat.cli.main import main
from tamizdat.encoding import canonical, sha256, spoken

PROOF = bytes(range(16))


@pytest.fixture
def field(tmp_path: Path) -> Path:
    """What a device has when a card with one file was sealed to its end, and that card with a file more."""
    (tmp_path / "field/receipts").mkdir(parents=True)
    (tmp_path / "field/role").write_text("field\n")
    tag = file_tag(PROOF, "a.bin", 7, sha256(b"arrived"))
    document = canonical({"check": sha256(PROOF).hex(), "tags": [tag.hex()]})
    (tmp_path / "field/receipts/0001").write_bytes(document)
    (tmp_path / "card").mkdir()
    (tmp_path / "card/a.bin").write_bytes(b"arrived")
    (tmp_path / "card/b.bin").write_bytes(b"filmed since")
    return tmp_path / "field"


def wipe(home: Path, monkeypatch: pytest.MonkeyPatch, *more: str) -> tuple[int, str]:
    monkeypatch.setattr("sys.stdin", io.StringIO(spoken(PROOF) + "\n"))
    shown = io.StringIO()
    code = main(["wipe", str(home.parent / "card"), *more, "--home", str(home)], shown, shown)
    return code, " ".join(shown.getvalue().split())


def test_what_the_receipt_proves_is_deleted_and_what_stays_is_told(
    field: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = field.parent / "card"
    code, said = wipe(field, monkeypatch, "--dry-run")
    assert (code, "Would delete 1 file" in said, "not erased" in said) == (0, True, False)
    assert len([*card.iterdir()]) == 2
    code, said = wipe(field, monkeypatch)
    assert (code, "Deleted 1 file" in said, "kept: b.bin" in said, "not erased" in said) == (0, True, True, True)
    assert [each.name for each in card.iterdir()] == ["b.bin"]


def test_a_card_of_which_the_receipt_proves_nothing_is_no_success(field: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wipe(field, monkeypatch)
    code, said = wipe(field, monkeypatch)
    assert (code, "Nothing was deleted now" in said) == (1, True)
    (field.parent / "card/b.bin").unlink()
    code, said = wipe(field, monkeypatch)
    assert (code, "There is no file" in said) == (0, True)


def test_a_desk_wipes_no_card(field: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (field / "role").write_text("desk\n")
    code, said = wipe(field, monkeypatch)
    assert (code, "only the device that sealed a card" in said) == (2, True)
    assert (field.parent / "card/a.bin").exists()
