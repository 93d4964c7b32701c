"""Kill a publisher before each step of renewing a site of twelve posts in place, and run the whole publisher again.

::

    .venv/bin/python tests/long/renewal_kill.py [EVERY]        every step by default: some 400, a quarter of an hour

What the next run leaves must be byte for byte what the never-killed one made, no reader may find it broken in between,
and what was withdrawn must be gone as soon as anything new is there. No part of the suite, which does the same with a
folder of a dozen files (tests/unit/publishing/test_renewal.py).
"""

import shutil
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from support.collecting_desk import tweet  # noqa: E402 -- found by the line above
from support.instants import instants  # noqa: E402 -- found by the line above
from support.published_desk import TODAY, House, status  # noqa: E402 -- found by the line above
from tamizdat.archive import Archive  # noqa: E402 -- found by the line above
from tamizdat.archive.acts.releases import state_release  # noqa: E402 -- found by the line above
from tamizdat.publishing.build import renewal  # noqa: E402 -- found by the line above
from tamizdat.statements.catalogued import CataloguedPost  # noqa: E402 -- found by the line above
from tamizdat.verifying import verify  # noqa: E402 -- found by the line above

LATER = TODAY + timedelta(days=1)


def main(every: int) -> None:
    """Rehearse the kills."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        house = House(Path(folder) / "house")
        house.take(*(tweet(number, f"Post {number}, about something else") for number in range(1, 13)))
        house.release(*range(1, 12))
        house.publish()
        gone = f"items/{house.number(status(3))}/proof.js"
        state_release(house.archive, house.desk, CataloguedPost(status(3), release="withdrawn"))
        house.translate(1, "A translation")
        house.release(12)
        before = house.files()
        with instants(house.folder, Path(folder) / "kept", patch, ("site", ".site.renewal")) as found:
            house.publish(LATER)
        after = house.files()
        house.archive.close()
        shutil.copytree(house.folder / "archive", Path(folder) / "archive")
        killed = [each for each in found if (each.folder / ".site.renewal" / renewal.JOURNAL).exists()][::every]
        print(f"{len(found)} steps, {len(killed)} of them are tried", flush=True)
        for done, each in enumerate(killed):
            if done % 25 == 0:
                print(f"{done} tried", flush=True)
            shutil.rmtree(house.folder)
            shutil.copytree(each.folder, house.folder)
            shutil.copytree(Path(folder) / "archive", house.folder / "archive")
            (house.folder / "archive/publishing.sqlite").unlink()  # at that moment it was of the edition before
            there = house.files()
            if any(data != before.get(path) for path, data in there.items() if not path.startswith("edition/next/")):
                assert gone not in there, each.call
            assert verify(house.site).broken == [], each.call
            house.archive = Archive.open(house.folder / "archive")
            house.publish(LATER)
            house.archive.close()
            assert house.files() == after, each.call
            assert sorted(path.name for path in house.folder.iterdir()) == ["archive", "site"], each.call
    print("all the same")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 1)
