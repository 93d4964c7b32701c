"""Files that are made after the lists of files: one list, for whoever replaces a site and whoever checks it."""

from pathlib import Path

import pytest

from support.published_desk import House
from tamizdat.verifying.generated_files import is_made_after


def test_every_file_of_a_site_is_listed_or_made_after_the_list_and_none_is_both(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.picture()
    for _ in range(2):  # the second leaves partial tiles of the first
        house.publish()
        house.picture("b.jpg")
    files = house.files()
    lists = [data for path, data in files.items() if path.startswith("edition/files")]
    listed = {line[66:] for data in lists for line in data.decode().splitlines()}
    assert {path for path in files if is_made_after(path)} == files.keys() - listed
    assert len(files.keys() - listed) > 8


@pytest.mark.parametrize(
    "path",
    ["index.html", "items/1/index.html", "items/1/proof.js.bak", "items/x/proof.js", "items/١/proof.js", "ledger/tile",
     "edition/other.js", "edition/items/7.js", "zh/edition/edition.js",
     "edition/edition.json\n", "ledger/checkpoint/x", "ledger/checkpoints/0256/checkpoint",
     "ledger/checkpoints/256/other", "ledger/checkpoints/256/stamps/A.tsr", "ledger/checkpoints/256/stamps/.ots",
     "ledger/checkpoints/256/stamps/a.tsr\n", "ledger/certificates/ab.der", "ledger/checkpoints/-1/checkpoint"],
)  # fmt: skip
def test_anything_else_is_not(path: str) -> None:
    assert not is_made_after(path)
