"""Which cards and sticks are plugged in, from the kernel's own list."""

from pathlib import Path

import pytest

from tamizdat.field import volumes as room
from tamizdat.field.volumes import volumes


def test_cards_are_found_under_the_names_that_people_see(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    media = tmp_path / "media"
    cards = [media / "CARD 1", media / "གངས་རི", media / "back\\slash"]
    for card in cards:
        card.mkdir(parents=True)
    escaped = [str(card).replace("\\", "\\134").replace(" ", "\\040") for card in cards]
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "".join(f"/dev/sd{number} {point} exfat rw 0 0\n" for number, point in enumerate(escaped))
        + f"/dev/sda1 / ext4 rw 0 0\n/dev/sdx {media}/gone exfat rw 0 0\nshort\n",
        "utf-8",
    )
    monkeypatch.setattr(room, "_WHERE", (f"{media}/",))
    assert {volume.name for volume in volumes(mounts)} == {"CARD 1", "གངས་རི", "back\\slash"}
    assert all(volume.used > 0 for volume in volumes(mounts))


def test_a_system_without_that_list_shows_no_cards(tmp_path: Path) -> None:
    assert volumes(tmp_path / "none") == []
